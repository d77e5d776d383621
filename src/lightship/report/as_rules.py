"""Rules for people and for machines: the list, and a rule's page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from lightship.lint.links import url
from lightship.lint.rule import Example, Rule
from lightship.lint.selection import families_of, known_as

# Examples on a page of the terminal; all of them are in docs/rules and in the JSON
_MOST_BAD, _MOST_GOOD = 3, 2


def fix_of(rule: Rule) -> bool:
    """Whether a rule has a fix: its examples show it, and a test holds them to it."""
    return any(example.fixed or example.fixed_files for example in rule.examples)


def body(rule: Rule) -> str:
    """The documentation after the summary, without common indentation."""
    _, _, rest = rule.docs.strip().partition("\n")
    return textwrap.dedent(rest).strip()


def row(rule: Rule) -> dict[str, Any]:
    """A rule as JSON."""
    return {
        "id": rule.id,
        "theme": rule.theme,
        "practice": rule.practice.value,
        "summary": rule.summary,
        "docs": body(rule),
        "severity": rule.severity.label,
        "default": rule.default,
        "aliases": list(rule.aliases),
        "families": list(families_of(rule)),
        "fix": fix_of(rule),
        "url": url(rule),
        "examples": [example_row(example) for example in rule.examples],
    }


def example_row(example: Example) -> dict[str, Any]:
    """An example as JSON, with what it says and nothing else."""
    fields = {"bad": example.bad, "good": example.good, "fixed": example.fixed}
    files = {"files": dict(example.files)} if example.files is not None else {}
    fixed = {"fixed_files": dict(example.fixed_files)} if example.fixed_files else {}
    return {name: text for name, text in fields.items() if text} | files | fixed


def table(rules: Iterable[Rule]) -> str:
    """One line for each rule, by theme."""
    rows: list[str] = []
    theme = ""
    for rule in rules:
        if rule.theme != theme:
            theme = rule.theme
            rows += ["", theme] if rows else [theme]
        marks = ("fix" if fix_of(rule) else "   ") + ("" if rule.default else " off")
        names = known_as(rule)
        also = f" [{', '.join(names)}]" if names else ""
        rows.append(
            f"  {rule.id:<32} {rule.severity.label:<8}{marks:<8}{rule.summary}{also}"
        )
    return "\n".join(rows)


def page(rule: Rule) -> str:
    """All that there is to say of a rule."""
    facts = [
        rule.theme,
        f"for {rule.practice.value}",
        rule.severity.label,
        "has a fix" if fix_of(rule) else "no fix",
    ]
    facts += [] if rule.default else ["off by default"]
    rows = [f"{rule.id}: {rule.summary}", ", ".join(facts)]
    if rule.aliases:
        rows.append(f"also known as {', '.join(rule.aliases)}")
    rows += ["", body(rule)]
    bad = [example for example in rule.examples if example.bad]
    good = [example for example in rule.examples if example.good]
    shown = (*bad[:_MOST_BAD], *good[:_MOST_GOOD])
    for example in shown:
        rows += _example(example)
    if more := len(rule.examples) - len(shown):
        rows += ["", f"{more} more: lightship rules {rule.id} --format json"]
    return "\n".join(rows).rstrip()


def _example(example: Example) -> Iterator[str]:
    yield ""
    for path, text in (example.files or {}).items():
        yield from (f"With {path}:", "", textwrap.indent(text.rstrip("\n"), "    "), "")
    for word, text in (
        ("Bad", example.bad),
        ("Good", example.good),
        ("Fixed", example.fixed),
    ):
        if text:
            yield from (f"{word}:", "", textwrap.indent(text.rstrip("\n"), "    "), "")
    for path, text in example.fixed_files.items():
        yield from (
            f"Fixed {path}:",
            "",
            textwrap.indent(text.rstrip("\n"), "    "),
            "",
        )
