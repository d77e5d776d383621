"""The ignore file that keeps out of the image what it does not need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lightship.context.files import Context
from lightship.text import Edit, Span

IGNORE = ".dockerignore"


def ignore_edit(
    context: Context,
    lines: Sequence[str],
    start: Sequence[str] = (),
    end: Sequence[str] = (IGNORE,),
) -> tuple[Edit, ...]:
    """Write `lines` into the ignore file in force, at its end.

    A new one begins with `start` and ends with `end`.
    """
    path = context.ignore_path
    if path is None:
        unique = dict.fromkeys((*start, *lines, *end))
        new = as_lines(unique, "\n")
        whole = Edit(Span(0, 0), new, IGNORE)
        return (whole,)

    old = context.read(path) or ""
    newline = newline_of(old)
    added = as_lines(lines, newline)
    if old and not old.endswith("\n"):
        added = newline + added
    end_of_file = Span(len(old), len(old))
    addition = Edit(end_of_file, added, path)
    return (addition,)


def newline_of(text: str) -> str:
    """The line ending that an ignore file uses."""
    return "\r\n" if "\r\n" in text else "\n"


def as_lines(lines: Iterable[str], newline: str) -> str:
    """The text of whole lines."""
    return "".join(f"{line}{newline}" for line in lines)


def without(context: Context, what: str) -> str:
    """How it came to be sent."""
    path = context.ignore_path
    if path is None:
        return "there is no .dockerignore"
    return f"{path} does not exclude {what}"
