"""`lightship rules`: the list, or one rule's page."""

from __future__ import annotations

import json
import os
import sys

import click

from lightship.cli import output
from lightship.cli.rule_names import complete_rule
from lightship.cli.sections import as_command, option
from lightship.errors import UsageError
from lightship.lint.registry import all_rules
from lightship.lint.rule import Rule
from lightship.lint.rule_selection import names, resolve
from lightship.report.lint import as_rules

_NO_LIMIT = 10_000


@as_command("List the rules, or explain one.")
@click.argument(
    "name", metavar="[ID|ALIAS]", required=False, shell_complete=complete_rule
)
@option("--theme", help="List only the rules of this theme.")
@output.form(["text", "json"])
def command(name: str | None, theme: str | None, form: str) -> None:
    """List the rules, or explain the one with this id or alias (DL3007, UndefinedVar)."""
    rules = _chosen(name, theme)
    if form == "json":
        rows = [as_rules.row(rule) for rule in rules]
        click.echo(
            json.dumps(rows if name is None else rows[0], indent=2, ensure_ascii=False)
        )
    elif name is not None and len(rules) == 1:
        output.show((as_rules.page(rules[0]), "\n"), None)
    else:
        output.show((as_rules.table(rules, _width()), "\n"), None)


def _width() -> int:
    """That of the terminal; in a pipe a rule is one line, for grep."""
    is_known = sys.stdout.isatty() or "COLUMNS" in os.environ
    return output.columns() if is_known else _NO_LIMIT


def _chosen(name: str | None, theme: str | None) -> list[Rule]:
    rules = list(all_rules())
    if name is not None:
        wanted = resolve(name, names(all_rules()))
        rules = [rule for rule in rules if rule.id in wanted]
    if theme is not None:
        themes = sorted({rule.theme for rule in all_rules()})
        if theme not in themes:
            raise UsageError(
                f"unknown theme {theme!r}; the themes are {', '.join(themes)}"
            )
        rules = [rule for rule in rules if rule.theme == theme]
    return rules
