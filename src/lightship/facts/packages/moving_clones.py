"""Clones of branches that move, and the words of git."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.facts.packages.moving_source import BRANCHES
from lightship.record import record
from lightship.shell.git_options import OF_CLONE, OF_GIT
from lightship.shell.specs import written
from lightship.shell.words import Word

_NAMING = ("-b", "--branch", "--revision")
# After them the clone is at another commit, or may be
_MOVING = frozenset(
    {"checkout", "reset", "switch", "fetch", "pull", "worktree", "restore"}
)


@record(eq=False)
class MovingClone:
    """A `git clone` of a branch that moves; `branch` is empty for the default one."""

    call: Invocation
    branch: str
    url: Word


def moving_clones(build: Build) -> Iterator[MovingClone]:
    """The clones of a branch, after which no command of the stage checks out something else."""
    calls = list(build.commands("git"))
    last_move: dict[int, int] = {}
    for call in calls:
        subcommand, _, _ = git_words(call)
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is not None and subcommand in _MOVING:
            last_move[stage.index] = call.command.span.start

    for call in calls:
        subcommand, branch, url = git_words(call)
        stage = build.dockerfile.stage_of(call.instruction)
        if subcommand != "clone" or url is None or stage is None:
            continue
        is_moved = last_move.get(stage.index, -1) > call.command.span.start
        is_fixed = bool(branch) and branch.lower() not in BRANCHES
        if not is_moved and not is_fixed:
            yield MovingClone(call, branch, url)


def git_words(call: Invocation) -> tuple[str, str, Word | None]:
    """The subcommand of git, and of a clone the branch and the word of the URL.

    The branch is `?` where something else says what is taken.
    """
    at = _subcommand_at(call)
    words = call.command.args[at:]
    if not words:
        return "", "", None
    subcommand = written(words[0])
    if subcommand != "clone":
        return subcommand, "", None

    branch = ""
    url: Word | None = None
    rest = iter(words[1:])
    for word in rest:
        text = written(word)
        if not text.startswith("-"):
            url = url or word
            continue
        name, equals, value = text.partition("=")
        if text.startswith("-b") and len(text) > 2:
            name, equals, value = "-b", "=", text[2:]
        if not equals and name in OF_CLONE:
            after = next(rest, None)
            value = "" if after is None else written(after)
        if name in _NAMING:
            branch = value if name in _NAMING[:2] else "?"
    return subcommand, branch, url


def _subcommand_at(call: Invocation) -> int:
    """Where the subcommand of git stands among its arguments."""
    texts = [written(word) for word in call.command.args]
    at = 0
    while at < len(texts) and texts[at].startswith("-"):
        at += 2 if texts[at] in OF_GIT else 1
    return at
