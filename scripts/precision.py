"""How many findings on public Dockerfiles were read, and how many were wrong; docs.py makes docs/precision.md of it.

precision.toml has a table for each rule: `found` (findings), `files` (Dockerfiles with one), `drawn_from`
(with at most three of a repository), `read`, `wrong`, `note`;
and under `repositories` how many Dockerfiles each gave.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lightship.lint.rule import Rule

FIGURES = Path(__file__).with_suffix(".toml")
ABOUT = """Public Dockerfiles of Python projects, each with its build context as it is in the repository, judged by
the default rules. Of each rule's findings 20 were drawn at random, at most three from one repository, and read beside
the Dockerfile and its context; all, where there are fewer. **Wrong** is a finding whose statement is false, whose
advice would break or worsen the image, or that an experienced reviewer would wave away. A rule with more than 1 in 20
wrong was mended and read again, or left the default set. The figures are those of the last reading.

Rules without findings here are held by their examples alone; the table says so."""


def figures() -> Mapping[str, Any]:
    """What precision.toml says."""
    return tomllib.loads(FIGURES.read_text())


def page(rules: Sequence[Rule], generated: str) -> str:
    """docs/precision.md."""
    data = figures()
    counted = [
        (rule, data["rules"][rule.id]) for rule in rules if rule.id in data["rules"]
    ]
    read, wrong = (sum(row[name] for _, row in counted) for name in ("read", "wrong"))
    files = sum(data["repositories"].values())
    rows = [generated, "# Precision", "", ABOUT, ""]
    rows += [
        f"{files:,} Dockerfiles from {len(data['repositories'])} repositories; {read:,} findings read, {wrong} wrong."
    ]
    rows += [
        "",
        "| rule | findings | Dockerfiles | read | wrong | note |",
        "|---|---|---|---|---|---|",
    ]
    rows += [_row(rule, row) for rule, row in counted]
    rows += [
        "",
        "## Repositories",
        "",
        "With the number of Dockerfiles that each gave.",
        "",
    ]
    return "\n".join([*rows, *_repositories(data["repositories"])]) + "\n"


def _row(rule: Rule, row: Mapping[str, Any]) -> str:
    name = f"[{rule.id}](rules/{rule.id}.md)" + ("" if rule.default else " (off)")
    return f"| {name} | {row['found']} | {row['files']} | {row['read']} | {row['wrong']} | {row.get('note', '')} |"


def _repositories(found: Mapping[str, int]) -> Iterator[str]:
    for name, number in sorted(
        found.items(), key=lambda item: (-item[1], item[0].lower())
    ):
        yield f"- [{name}](https://github.com/{name}) {number}"
