"""The change of a text as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from lightship.report.kit.paint import BOLD, paint
from lightship.report.kit.view import View
from lightship.text import TextChange
from lightship.wording.printable import printable

_COLOURS = {"+": "32", "-": "31", "@": "36"}
_NO_NEWLINE = "\\ No newline at end of file\n"


def diff(path: str, change: TextChange, colour: bool = False) -> str:
    """What `git apply` and `patch -p1` take; empty where nothing changes."""
    is_new = not change.before and not change.is_there
    old_path = "/dev/null" if is_new else f"a/{path}"
    new_path = f"b/{path}"
    old_lines = _lines(change.before)
    new_lines = _lines(change.after)
    rows = difflib.unified_diff(old_lines, new_lines, old_path, new_path)

    view = View(colour=colour)
    painted = [_painted(_ended(row), view) for row in rows]
    return "".join(painted)


def changes(files: Mapping[str, TextChange], colour: bool = False) -> Iterator[str]:
    """The diffs of several files, by path."""
    for path, change in files.items():
        if change.is_any:
            yield diff(path, change, colour)


def diff_rows(text: str, view: View) -> Iterator[str]:
    """The rows of a diff that is made, as a terminal may show them, in the same colours."""
    if not text:
        return
    for row in text.removesuffix("\n").split("\n"):
        yield paint(printable(row), _colour(row), view)


def _lines(text: str) -> list[str]:
    """Lines with their ends. Only `\\n` ends a line; `str.splitlines` knows more."""
    *whole, last = text.split("\n")
    lines = [f"{row}\n" for row in whole]
    if last:
        lines.append(last)
    return lines


def _ended(row: str) -> str:
    if row.endswith("\n"):
        return row
    return f"{row}\n{_NO_NEWLINE}"


def _painted(row: str, view: View) -> str:
    text = row[:-1]
    return f"{paint(text, _colour(row), view)}\n"


def _colour(row: str) -> str:
    if row.startswith(("---", "+++")):
        return BOLD
    return _COLOURS.get(row[:1], "")
