"""The ignore file that keeps out of the image what it does not need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lightship.context.files import Context
from lightship.text import Edit, Span

IGNORE = ".dockerignore"


def ignore_edit(
    context: Context, lines: Sequence[str], start: Sequence[str] = ()
) -> tuple[Edit, ...]:
    """Write `lines` into the ignore file in force, at its end; a new one begins with `start`."""
    path = context.ignore_path
    if path is None:
        new = dict.fromkeys((*start, *lines, IGNORE))
        return (Edit(Span(0, 0), _text(new, "\n"), IGNORE),)

    old = context.read(path) or ""
    newline = "\r\n" if "\r\n" in old else "\n"
    added = _text(lines, newline)
    if old and not old.endswith("\n"):
        added = newline + added
    end = Span(len(old), len(old))
    return (Edit(end, added, path),)


def _text(lines: Iterable[str], newline: str) -> str:
    return "".join(line + newline for line in lines)


def without(context: Context, what: str) -> str:
    """How it came to be sent."""
    path = context.ignore_path
    if path is None:
        return "there is no .dockerignore"
    return f"{path} does not exclude {what}"
