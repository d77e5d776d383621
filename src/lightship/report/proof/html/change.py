"""The rows of a diff, each with the changes that wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from lightship.proof.proof import Share
from lightship.regex import regex
from lightship.wording.printable import printable, shortened

MOST = 2000  # rows
_LONGEST = 500  # characters of a row
_HUNK = regex(r"@@ -[0-9]{1,9}(?:,[0-9]{1,9})? \+([0-9]{1,9})")
_KINDS = {
    "+": "added",
    "-": "removed",
    " ": "kept",
    "": "kept",
    "@": "place",
    "\\": "place",
}


def change_rows(diff: str, shares: Sequence[Share]) -> list[list[Any]]:
    """[kind, line of the new text or 0, text, places of shares, rows of the same shares from here] of each row.

    The lines of shares are those of the new Dockerfile, so that rows of another file have none.
    """
    numbered = list(_numbered(diff))
    by_line: dict[int, list[int]] = {}
    for at, share in enumerate(shares):
        for line in share.lines:
            by_line.setdefault(line, []).append(at)
    marked = [
        (row, by_line.get(row[1], []) if row[0] == "added" and row[3] else [])
        for row in numbered
    ]
    found: list[list[Any]] = []
    for places, same in groupby(marked, lambda each: each[1]):
        rows = [row for row, _ in same]
        found += [
            [*row[:3], places, 0 if at else len(rows)] for at, row in enumerate(rows)
        ]
    return found


def _numbered(diff: str) -> list[tuple[str, int, str, bool]]:
    """Kind, line of the new text, text, and whether it is of a Dockerfile."""
    found: list[tuple[str, int, str, bool]] = []
    line, is_dockerfile, inside = 0, True, False
    rows = diff.removesuffix("\n").split("\n") if diff else []
    for at, row in enumerate(rows[:MOST]):
        text = shortened(printable(row).replace("\t", "    "), _LONGEST)
        if (
            row.startswith("--- ")
            and at + 1 < len(rows)
            and rows[at + 1].startswith("+++ ")
        ):
            inside = False
        if row.startswith("@@"):
            hunk = _HUNK.match(row)
            line, inside = int(hunk[1]) if hunk else 0, True
        if not inside:
            is_dockerfile = not row.startswith("+++ ") or ".dockerignore" not in row
        kind = _KINDS.get(row[:1], "place") if inside else "file"
        is_new = kind in ("added", "kept")
        found.append((kind, line if is_new else 0, text, is_dockerfile))
        line += is_new
    return found
