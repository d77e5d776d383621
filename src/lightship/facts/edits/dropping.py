"""One command taken out of the list of a script, where nothing else hangs on it."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.shell.commands import Command, Script
from lightship.text import Edit, Span


def dropped(build: Build, script: Script, command: Command) -> Edit | None:
    """Take out a command of the top-level list; None where more hangs on it.

    Others join it with `&&`, or errexit guards it: where it succeeds, all else goes on as before.
    """
    if script.opaque or script.errors:
        return None
    if script.shell == "exec":
        return None
    at = _place_of(script, command)
    if at is None:
        return None
    if not _may_go(script, at):
        return None

    span = _with_its_joint(script, at)
    if holds_comment(build.dockerfile, span):
        return None
    for comment in script.comments:
        if span.overlaps(comment):
            return None
    return Edit.delete(span)


def _place_of(script: Script, command: Command) -> int | None:
    """Which item of the script's own list the command is part of."""
    if command.block:
        return None
    span = command.span
    for at, item in enumerate(script.items):
        if item.span.covers(span):
            return at
    return None


def _may_go(script: Script, at: int) -> bool:
    """Whether the rest of the list does the same without an item that succeeds."""
    items = script.items
    if len(items) < 2:
        return False
    item = items[at]
    if item.length > 1:
        return False
    if item.negated or item.background:
        return False
    for other in items:
        if other.operator in ("||", "&"):
            return False

    stopping = {"&&"}
    if item.errexit:
        stopping = {"&&", ";", "\n"}
    # The item's own joint and the next: the first item has none of its own
    first = max(at, 1)
    end = at + 2
    operators = {joined.operator for joined in items[first:end]}
    return operators <= stopping


def _with_its_joint(script: Script, at: int) -> Span:
    """A command and what joins it to the one before; the first goes up to the next."""
    items = script.items
    own = items[at].span
    if at == 0:
        following = items[1].span
        return Span(own.start, following.start)
    previous = items[at - 1].span
    return Span(previous.end, own.end)
