"""What a shell offers where the name of a rule is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from lightship.lint.rule import Rule


def complete_rule(
    _ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The rules whose id or alias begins so."""
    from lightship.lint.registry import all_rules  # noqa: PLC0415 - only for a shell

    return _items(incomplete, "", _names_of_rules(all_rules(), incomplete))


def complete_rules(
    _ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """As `complete_rule`, themes and families too, for the last of several names between commas."""
    from lightship.lint.registry import all_rules  # noqa: PLC0415 - only for a shell
    from lightship.lint.rule_selection import FAMILIES  # noqa: PLC0415

    before, comma, last = incomplete.rpartition(",")
    rules = all_rules()
    names = dict(_names_of_rules(rules, last))
    names |= {rule.theme: "a theme" for rule in rules}
    names |= dict.fromkeys(FAMILIES, "a family of rules")
    return _items(last, f"{before}{comma}", iter(names.items()))


def _names_of_rules(
    rules: tuple[Rule, ...], incomplete: str
) -> Iterator[tuple[str, str]]:
    """Every id with its summary; aliases too once something was typed, since they are hundreds."""
    for rule in rules:
        names = (rule.id, *rule.aliases) if incomplete else (rule.id,)
        for name in names:
            yield name, rule.summary


def _items(
    typed: str, before: str, names: Iterator[tuple[str, str]]
) -> list[CompletionItem]:
    """Those that begin with what was typed, whatever its case; `before` stands in front of each."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - only for a shell

    start = typed.lower()
    return [
        CompletionItem(f"{before}{name}", help=about)
        for name, about in names
        if name.lower().startswith(start)
    ]
