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
    return tuple(dict.fromkeys((*_notes(moment), *(_of_git(moment) if of_git else ()))))


def _of_git(moment: Moment) -> Iterator[str]:
    """`.git` is not part of a commit, and changes with each."""
    if moment.sent.leaves_out(_HEAD) or _HEAD in moment.sent.entries:
        return
    lines = [str(step.line) for step in moment.keys.plan.steps if _takes_git(step)]
    if lines:
        where = f"line{'s' * (len(lines) > 1)} {', '.join(lines)}"
        yield (
            "`.git` is not ignored: in a clone it is sent too, and each commit rebuilds "
            f"{where}; that is not counted"
        )


def _takes_git(step: Planned) -> bool:
    for selection in step.inputs.selections:
        if Naming(selection, selection.source).name(_HEAD) is not None:
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
    if any(map(_may_move, plan.steps)):
        yield (
            "base images are taken as unchanged: a new image under the same tag rebuilds "
            "everything on it"
        )
    for step in plan.steps:
        yield from _of_step(step, merges=plan.builder.merges)
    if plan.builder.owners:
        yield "who owns a file on the host counts for this builder, and is not looked at"


def _of_step(step: Planned, *, merges: bool) -> Iterator[str]:
    instruction = step.instruction
    if instruction.keyword == "ADD" and any(
        is_remote(operand) for operand in step.evaluated.operands[:-1]
    ):
        yield f"line {step.line}: what ADD fetches is taken as unchanged"
    if (
        instruction.keyword in ("COPY", "ADD")
        and is_on(instruction, "link")
        and not merges
    ):
        yield (
            f"line {step.line}: --link is as if it were not there, as with docker's classic "
            "image store; "
            "with the containerd store choose --builder buildkit-containerd"
        )
