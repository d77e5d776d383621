"""The rows of a diff, each with the changes that wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lightship.proof.proof import ChangeShare
from lightship.record import record
from lightship.regex import regex
from lightship.report.kit.html.data import Cells
from lightship.wording.printable import printable, shortened

MOST = 2000  # rows
_LONGEST = 500  # characters of a row
_TAB = "    "
_HUNK = regex(r"@@ -[0-9]{1,9}(?:,[0-9]{1,9})? \+([0-9]{1,9})")
_KINDS = {
    "+": "added",
    "-": "removed",
    " ": "kept",
    "": "kept",
    "@": "place",
    "\\": "place",
}
_NEW = ("added", "kept")  # kinds of rows that the new text has


@record
class _DiffRow:
    """A row of the diff; `line` is that of the new text, 0 where it has none."""

    kind: str
    line: int
    text: str
    is_dockerfile: bool


def change_rows(diff: str, shares: Sequence[ChangeShare]) -> list[Cells]:
    """The rows as [kind, line, text, places of shares, how many rows].

    Rows beside one another that are of the same shares are told so by the first of them: it has
    their number, and the others 0. The lines of shares are those of the new Dockerfile, so that
    rows of another file have none.
    """
    by_line: dict[int, list[int]] = {}
    for place, share in enumerate(shares):
        for line in share.lines:
            by_line.setdefault(line, []).append(place)

    def places(row: _DiffRow) -> list[int]:
        is_written = row.kind == "added" and row.is_dockerfile
        return by_line.get(row.line, []) if is_written else []

    cells: list[Cells] = []
    for same, group in groupby(_numbered(diff), places):
        rows = list(group)
        many = len(rows)
        for row in rows:
            cells.append([row.kind, row.line, row.text, same, many])
            many = 0
    return cells


def _numbered(diff: str) -> Iterator[_DiffRow]:
    """The rows of a diff, each with its line of the new text."""
    line = 0
    is_dockerfile = True
    is_inside = False  # of a hunk
    rows = diff.removesuffix("\n").split("\n") if diff else []
    followers = [*rows[1:], ""]
    for row, below in zip(rows[:MOST], followers, strict=False):
        if row.startswith("--- ") and below.startswith("+++ "):
            is_inside = False
        if row.startswith("@@"):
            hunk = _HUNK.match(row)
            line = int(hunk[1]) if hunk else 0
            is_inside = True
        if row.startswith("+++ ") and not is_inside:
            is_dockerfile = ".dockerignore" not in row
        kind = _KINDS.get(row[:1], "place") if is_inside else "file"
        is_new = kind in _NEW
        yield _DiffRow(kind, line if is_new else 0, _text(row), is_dockerfile)
        if is_new:
            line += 1


def _text(row: str) -> str:
    text = printable(row).replace("\t", _TAB)
    return shortened(text, _LONGEST)
