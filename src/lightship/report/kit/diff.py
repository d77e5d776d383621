"""The change of a text as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

PAINT = {"+": "32", "-": "31", "@": "36"}


def diff(path: str, before: str, after: str, colour: bool = False) -> str:
    """What `git apply` and `patch -p1` take; empty where nothing changes."""
    a_path = f"a/{path}" if before else "/dev/null"
    rows = difflib.unified_diff(_lines(before), _lines(after), a_path, f"b/{path}")
    return "".join(_painted(row) if colour else row for row in map(_ended, rows))


def _lines(text: str) -> list[str]:
    """Lines with their ends. Only `\\n` ends a line; `str.splitlines` knows more."""
    rows = text.split("\n")
    return [f"{row}\n" for row in rows[:-1]] + ([rows[-1]] if rows[-1] else [])


def _ended(row: str) -> str:
    return row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n"


def _painted(row: str) -> str:
    code = "1" if row.startswith(("---", "+++")) else PAINT.get(row[0])
    return f"\033[{code}m{row[:-1]}\033[0m\n" if code else row


def changes(files: dict[str, tuple[str, str]], colour: bool = False) -> Iterator[str]:
    """The diffs of several files, path to text before and after."""
    for path, (before, after) in files.items():
        if before != after:
            yield diff(path, before, after, colour)
