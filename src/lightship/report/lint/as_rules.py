"""Rules for people and for machines: the list, and a rule's page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from lightship.lint.links import url
from lightship.lint.rule import (
    FIX_SAFETY,
    WHAT_IT_DOES,
    WHEN_TO_IGNORE,
    WHY_IT_IS_BAD,
    Example,
    Rule,
)
from lightship.lint.rule_selection import families_of, known_as

# The headings of a rule's page, in order: what its docstring says, and what `RULE` says
EXAMPLE, ALIASES = "Example", "Aliases"
_NARROW = 30  # columns that a summary needs beside the names
HEADINGS = (
    WHAT_IT_DOES,
    WHY_IT_IS_BAD,
    EXAMPLE,
    FIX_SAFETY,
    WHEN_TO_IGNORE,
    ALIASES,
)


def sections(rule: Rule, example: str, aliases: str) -> Iterator[tuple[str, str]]:
    """The headings of a rule's page, each with its text; a heading without text is left out."""
    texts = {**rule.sections, EXAMPLE: example, ALIASES: aliases}
    for heading in HEADINGS:
        if text := texts.get(heading):
            yield heading, text


def row(rule: Rule) -> dict[str, Any]:
    """A rule as JSON."""
    return {
        "id": rule.id,
        "theme": rule.theme,
        "practice": rule.practice.value,
        "summary": rule.summary,
        "docs": rule.body,
        "severity": rule.severity.label,
        "default": rule.default,
        "aliases": list(rule.aliases),
        "families": list(families_of(rule)),
        "fix": rule.has_fix,
        "url": url(rule),
        "examples": [example_row(example) for example in rule.examples],
    }


def example_row(example: Example) -> dict[str, Any]:
    """An example as JSON, with what it says and nothing else."""
    texts = {"bad": example.bad, "good": example.good, "fixed": example.fixed}
    fields: dict[str, Any] = {name: text for name, text in texts.items() if text}
    if example.files is not None:
        fields["files"] = dict(example.files)
    if example.settings:
        fields["settings"] = example.settings
    if example.fixed_files:
        fields["fixed_files"] = dict(example.fixed_files)
    return fields


def table(rules: Sequence[Rule], width: int = 100) -> str:
    """The rules by theme, each with the one name by which most people know it.

    Rows are wrapped to `width` columns; all names of a rule are on its page.
    """
    id_width = max((len(rule.id) for rule in rules), default=0)
    rows: list[str] = []
    for theme, of_theme in groupby(rules, key=lambda rule: rule.theme):
        rows += ["", theme] if rows else [theme]
        for rule in of_theme:
            rows += _rows(rule, id_width, width)
    return "\n".join(rows)


def _rows(rule: Rule, id_width: int, width: int) -> list[str]:
    """A rule in one row, or several where the summary does not fit."""
    marks = "fix" if rule.has_fix else "   "
    if not rule.default:
        marks += " off"
    head = f"  {rule.id:<{id_width}} {rule.severity.label:<8}{marks:<8}"
    names = known_as(rule)
    text = f"{rule.summary} [{names[0]}]" if names else rule.summary

    indent = " " * len(head)
    if width - len(head) < _NARROW:
        # Below the names there is more room
        indent = " " * 6
        text_rows = textwrap.wrap(text, width - len(indent))
        return [head.rstrip(), *(f"{indent}{row}" for row in text_rows)]
    first, *more = textwrap.wrap(text, width - len(head))
    return [head + first, *(f"{indent}{row}" for row in more)]


def page(rule: Rule) -> str:
    """All that there is to say of a rule, for a terminal."""
    fix = "has a fix" if rule.has_fix else "no fix"
    facts = [
        rule.theme,
        f"for {rule.practice.value}",
        rule.severity.label,
        fix,
    ]
    if not rule.default:
        facts.append("off by default")
    rows = [f"{rule.id}: {rule.summary}", ", ".join(facts)]

    aliases = ", ".join(rule.aliases)
    for heading, text in sections(rule, _examples(rule), aliases):
        rows += ["", heading, "", textwrap.indent(text, "  ")]
    return "\n".join(rows)


def _examples(rule: Rule) -> str:
    """The examples on the page, and where the others are."""
    shown = rule.shown_examples
    rows: list[str] = []
    for example in shown:
        rows += _example(example)
    if more := len(rule.examples) - len(shown):
        rows.append(f"{more} more: lightship rules {rule.id} --format json")
    return "\n".join(rows).rstrip()


def _example(example: Example) -> Iterator[str]:
    """An example, file by file."""
    if example.settings:
        yield from _listing("With lightship.toml:", example.settings)
    if empty := example.empty_files:
        yield f"With empty files: {', '.join(empty)}"
        yield ""
    for path, text in example.written_files.items():
        yield from _listing(f"With {path}:", text)
    if example.bad:
        yield from _listing("Bad:", example.bad)
    if example.good:
        yield from _listing("Good:", example.good)
    if example.fixed not in ("", example.bad):
        yield from _listing("Fixed:", example.fixed)
    for path, text in example.fixed_files.items():
        yield from _listing(f"Fixed {path}:", text)


def _listing(title: str, text: str) -> Iterator[str]:
    yield title
    yield ""
    yield textwrap.indent(text.rstrip("\n"), "    ")
    yield ""
