"""sudo that a RUN installs for itself, and removes again: what it leaves where nobody calls it."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.regex import regex
from lightship.shell.commands import Assignment, Command
from lightship.text import Edit, Span

_REMOVERS = ("apt-get", "apt", "aptitude", "apk")
_NAME = regex(r"(?<![\w.+-])sudo(?![\w.+=-])")
# Without it apt refuses to remove sudo where root has no password
_FORCE = "SUDO_FORCE_REMOVE"


def spare_words(build: Build, run: Instruction) -> Iterator[Edit]:
    """The edits that take sudo out of a list of packages that the RUN installs and removes.

    Nothing where it stays installed: somebody else may call it.
    """
    removals = [
        call.command
        for call in build.packages(*_REMOVERS, of=run)
        if call.does.action == "remove"
    ]
    lists = [item for item in _assignments(build, run) if _is_used(item, removals)]
    edits = [edit for item in lists for edit in _without_name(build, item)]
    if not edits:
        return
    yield from edits
    for command in removals:
        yield from _without_force(build, command)


def _assignments(build: Build, run: Instruction) -> Iterator[Assignment]:
    for call in build.commands(of=run):
        if not call.command.words:
            yield from call.command.assignments


def _is_used(item: Assignment, removals: list[Command]) -> bool:
    """Whether a removal names the variable."""
    names = (f"${item.name}", f"${{{item.name}}}")
    words = [word.text.strip('"') for command in removals for word in command.args]
    return any(word in names for word in words)


def _without_name(build: Build, item: Assignment) -> Iterator[Edit]:
    text = build.dockerfile.text
    value = item.value_span.of(text)
    names = list(_NAME.finditer(value))
    if len(names) != 1:
        return
    start, end = names[0].span()
    after = len(value) - len(value[end:].lstrip(" \t"))
    if after == end:
        # The last one: the blank before it goes
        start = len(value[:start].rstrip(" \t"))
    at = item.value_span.start
    yield Edit.delete(Span(at + start, at + max(after, end)))


def _without_force(build: Build, command: Command) -> Iterator[Edit]:
    """Take out the variable before a removal, which is for sudo alone."""
    own = [item for item in command.assignments if item.name == _FORCE]
    if len(own) != 1 or len(command.assignments) != 1 or not command.words:
        return
    span = Span(own[0].span.start, command.words[0].span.start)
    if not holds_comment(build.dockerfile, span):
        yield Edit.delete(span)
