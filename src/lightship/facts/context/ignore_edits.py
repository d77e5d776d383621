"""The ignore file that keeps out of the image what it does not need."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.context.files import Context
from lightship.text import Edit, Span

IGNORE = ".dockerignore"


def ignore_edit(
    context: Context, lines: Sequence[str], start: Sequence[str] = ()
) -> tuple[Edit, ...]:
    """Write `lines` into the ignore file in force, at its end; a new one begins with `start`."""
    path = context.ignore_path
    if path is None:
        text = "\n".join(dict.fromkeys((*start, *lines, IGNORE))) + "\n"
        return (Edit(Span(0, 0), text, IGNORE),)
    old = context.read(path) or ""
    newline = "\r\n" if "\r\n" in old else "\n"
    before = newline if old and not old.endswith("\n") else ""
    text = before + "".join(line + newline for line in lines)
    return (Edit(Span(len(old), len(old)), text, path),)


def without(context: Context, what: str) -> str:
    """How it came to be sent."""
    path = context.ignore_path
    return (
        "there is no .dockerignore"
        if path is None
        else f"{path} does not exclude {what}"
    )
