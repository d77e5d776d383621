"""One command taken out of the list of a script, where nothing else hangs on it."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.shell.commands import Command, Script
from lightship.text import Edit, Span


def dropped(build: Build, script: Script, command: Command) -> Edit | None:
    """Take out a command of the top-level list that others join with `&&`, or that errexit guards; None elsewhere.

    Where the command succeeds, all else goes on as before.
    """
    items = script.items
    at = next(
        (at for at, item in enumerate(items) if item.span.covers(command.span)), -1
    )
    if (
        at < 0
        or command.block
        or len(items) < 2
        or script.shell == "exec"
        or script.opaque
        or script.errors
    ):
        return None
    item = items[at]
    if (
        item.length > 1
        or item.negated
        or item.background
        or any(each.operator in ("||", "&") for each in items)
    ):
        return None
    joints = [each.operator for each in items[max(at, 1) : at + 2]]
    if not all(
        joint == "&&" or (item.errexit and joint in (";", "\n")) for joint in joints
    ):
        return None
    span = (
        Span(items[at - 1].span.end, item.span.end)
        if at
        else Span(item.span.start, items[1].span.start)
    )
    if holds_comment(build.dockerfile, span) or any(
        span.overlaps(comment) for comment in script.comments
    ):
        return None
    return Edit.delete(span)
