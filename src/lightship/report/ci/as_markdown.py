"""Builds in CI as Markdown: a table of builds, then what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.report.ci.build_phrases import facts, images
from lightship.report.ci.cost_phrases import cost
from lightship.report.ci.formats import CiFileRow, CiStepRow
from lightship.report.kit.markdown import code, table, text
from lightship.report.kit.view import View

_HEAD = ("where", "image", "builder", "cache", "result")
_FINDING = ("where", "finding", "rule", "cost")
_SHOWN = ("builder", "cache", "result")
_IMAGES = 4  # of a matrix
_LONGEST = 40_000  # characters of a table: hosts cut a comment off at 65,536


def write(files: Sequence[CiFileRow], _view: View) -> Iterator[str]:
    """The table, and the findings."""
    if not files:
        yield "No CI builds an image here.\n"
        return

    rows: list[list[str]] = []
    for file in files:
        rows += [_row(file, step) for step in file.steps]
    whole = "".join(table(_HEAD, rows))
    while len(whole) > _LONGEST and len(rows) > 1:
        half = len(rows) // 2
        rows = rows[:half]
        whole = "".join(table(_HEAD, rows))
    yield whole

    found = list(_findings(files))
    width = len(_FINDING)
    has_cost = any(row[-1] for row in found)
    if not has_cost:
        width -= 1
    shown = [row[:width] for row in found]
    yield "".join(table(_FINDING[:width], shown))


def _row(file: CiFileRow, step: CiStepRow) -> list[str]:
    names = images(step.told)
    shown = ", ".join(names[:_IMAGES])
    if len(names) > _IMAGES:
        shown += f" and {len(names) - _IMAGES} more"
    # The first fact of a heading counts
    by_heading = dict(reversed(list(facts(step.told))))
    place = code(f"{file.path}:{step.first.line}")
    cells = [text(by_heading[name]) for name in _SHOWN]
    return [place, text(shown), *cells]


def _findings(files: Sequence[CiFileRow]) -> Iterator[list[str]]:
    for file in files:
        found = list(file.findings)
        for step in file.steps:
            found += step.findings

        for row in sorted(found, key=lambda row: row.line):
            item = row.item
            place = code(f"{file.path}:{row.line}")
            said = f"{item.severity.label}: {text(item.message)}"
            price = cost(row.cost) if row.cost is not None else ""
            yield [place, said, code(item.rule.id), price]
