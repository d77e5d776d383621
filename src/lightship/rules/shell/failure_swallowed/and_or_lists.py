"""`a && b || true` in the list of pipelines that a script is: which of them `|| true` is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command, Pipeline, Script

_SEVERAL = 3
_IGNORING = frozenset({"true", ":"})
_QUESTIONS = frozenset({"[", "[[", "command", "hash", "test", "type", "which"})
_NO_UNSET = regex(r"\bset +-(?:[a-z]* +-)*[a-z]*u|\bset +(?:-\S+ +)*-o +nounset")
_USED = regex(r"\$\{?(\w+)\}?")


@record
class ListItem:
    """A pipeline of the script's own list, and its commands."""

    pipeline: Pipeline
    commands: tuple[Command, ...]

    @property
    def is_ignoring(self) -> bool:
        """Whether it is nothing but `true`."""
        return len(self.commands) == 1 and self.commands[0].name in _IGNORING


def items_of(script: Script) -> Iterator[ListItem]:
    """The pipelines that no block of the script holds."""
    commands: dict[int, list[Command]] = {}
    for command in script.commands:
        commands.setdefault(command.pipeline, []).append(command)

    for at, pipeline in enumerate(script.pipelines):
        if pipeline.block:
            continue
        own = commands.get(at, ())
        yield ListItem(pipeline, tuple(own))


@record
class IgnoredChain:
    """`a && b`, before `|| true`.

    `goes_on` is whether `&&` comes after it, `is_joined` whether such a one came before: then
    `|| true` hides what failed there, too.
    """

    chain: tuple[ListItem, ...]
    ignoring: ListItem
    goes_on: bool
    is_joined: bool
    is_last: bool


def ignored_chains(items: Iterable[ListItem]) -> Iterator[IgnoredChain]:
    """The chains of a list of pipelines that end in `|| true`."""
    rows = list(items)
    chain: list[ListItem] = []
    is_joined = False
    for at, item in enumerate(rows):
        operator = item.pipeline.operator
        if operator == "||":
            after = rows[at + 1].pipeline.operator if at + 1 < len(rows) else ""
            if item.is_ignoring and chain:
                is_last = at + 1 == len(rows)
                goes_on = after == "&&"
                yield IgnoredChain(tuple(chain), item, goes_on, is_joined, is_last)
            chain = []
            is_joined = True
            continue
        if operator != "&&":
            chain = []
            is_joined = False
        chain.append(item)


def is_best_effort(ignored: Sequence[IgnoredChain]) -> bool:
    """Whether all of a RUN may fail: it ends in `|| true`, as several of its steps do."""
    if len(ignored) < _SEVERAL or not ignored[-1].is_last:
        return False
    return all(hidden.is_joined for hidden in ignored[1:])


def is_for_last(text: str, chain: Sequence[ListItem], ignoring: ListItem) -> bool:
    """Whether `|| true` stands on the line of the last command, and the others stand above."""
    if len(chain) < 2:
        return False

    before = chain[-2].pipeline.span
    last = chain[-1].pipeline.span
    above = text[before.end : last.start]
    after = text[last.end : ignoring.pipeline.span.end]
    return "\n" in above and "\n" not in after


def is_noticed_later(
    text: str, script: Script, chain: Sequence[ListItem], ignoring: ListItem
) -> bool:
    """Whether `set -u` stops at a variable that only the skipped part sets."""
    start = script.pipelines[0].span.start
    end = max(pipeline.span.end for pipeline in script.pipelines)
    after = ignoring.pipeline.span.end
    if not _NO_UNSET.search(text[start:after]):
        return False

    assigned: set[str] = set()
    for item in chain:
        for command in item.commands:
            assigned.update(_assigned(command))

    used = {match[1] for match in _USED.finditer(text[after:end])}
    return not assigned.isdisjoint(used)


def _assigned(command: Command) -> Iterator[str]:
    """The variables that a command without a program sets for what follows."""
    if command.words:
        return
    for assignment in command.assignments:
        yield assignment.name


def asked_first(chain: Sequence[ListItem]) -> ListItem:
    """The last command, or the question right before it that decides whether it is run.

    `command -v gpgconf && gpgconf --kill all || true` may do nothing.
    """
    first = chain[-1]
    for item in reversed(chain[1:-1]):
        names = {command.name for command in item.commands}
        if not names or not names <= _QUESTIONS:
            break
        first = item
    return first


def asked_before(chain: Sequence[ListItem]) -> int | None:
    """The place of the last question that a list begins with, after which something is done.

    With `[ -f a ] && b && c || true` the build goes on where the answer is no, and where b fails.
    """
    last: int | None = None
    for at, item in enumerate(chain[:-1]):
        if not item.commands or not all(map(_asks, item.commands)):
            break
        last = at
    return last


def _asks(command: Command) -> bool:
    if command.name == "grep":
        return command.has("-q", "--quiet")
    return command.name in _QUESTIONS
