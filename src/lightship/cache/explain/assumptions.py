"""What a prediction cannot know, and what it takes as unchanged."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.cache.keys.moment import Moment
from lightship.cache.plan.copy_inputs import is_on, is_remote
from lightship.cache.plan.plan import BaseImage, Planned
from lightship.cache.selection.selection import Naming

_HEAD = ".git/HEAD"


def assumptions(moment: Moment, *, of_git: bool = False) -> tuple[str, ...]:
    """What the steps of a plan leave open, each once.

    `of_git` says that the files are those that git knows.
    """
    notes = list(_notes(moment))
    if of_git:
        notes += _of_git(moment)
    return tuple(dict.fromkeys(notes))


def _of_git(moment: Moment) -> Iterator[str]:
    """`.git` is not part of a commit, and changes with each."""
    is_sent = _HEAD in moment.sent.entries
    if is_sent or moment.sent.leaves_out(_HEAD):
        return
    steps = filter(_takes_git, moment.keys.plan.steps)
    lines = [str(step.line) for step in steps]
    if not lines:
        return

    word = "lines" if len(lines) > 1 else "line"
    numbers = ", ".join(lines)
    where = f"{word} {numbers}"
    yield (
        f"`.git` is not ignored: in a clone every commit rebuilds {where}, which is not "
        "counted here"
    )


def _takes_git(step: Planned) -> bool:
    for selection in step.inputs.selections:
        naming = Naming(selection, selection.source)
        if naming.name(_HEAD) is not None:
            return True
    return False


def _may_move(step: Planned) -> bool:
    """Whether it stands on an image whose tag may get another one."""
    if not isinstance(step.below, BaseImage):
        return False
    image = step.below.image
    return bool(image) and "@" not in image


def _notes(moment: Moment) -> Iterator[str]:
    plan = moment.keys.plan
    builder = plan.builder
    if any(map(_may_move, plan.steps)):
        yield (
            "base images are assumed unchanged: a new image under the same tag rebuilds "
            "everything on it"
        )
    for step in plan.steps:
        yield from _of_step(step, merges=builder.merges)
    if builder.owners:
        yield "this builder also compares who owns a file on the host, which is not checked"


def _of_step(step: Planned, *, merges: bool) -> Iterator[str]:
    instruction = step.instruction
    keyword = instruction.keyword
    if keyword not in ("COPY", "ADD"):
        return

    line = step.line
    *sources, _destination = step.evaluated.operands
    fetches = any(map(is_remote, sources))
    if keyword == "ADD" and fetches:
        yield f"line {line}: what ADD fetches is assumed unchanged"
    if not merges and is_on(instruction, "link"):
        yield (
            f"line {line}: --link has no effect in docker's classic image store; for the "
            "containerd store use --builder buildkit-containerd"
        )
