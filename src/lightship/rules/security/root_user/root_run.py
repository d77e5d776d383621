"""Whether a container runs as root."""

from __future__ import annotations

from lightship.build import Build
from lightship.evaluation.dispatch import Step
from lightship.facts.start.gives_root_up import gives_root_up
from lightship.facts.start.purpose import runs_program, start_steps
from lightship.facts.users.accounts import is_root
from lightship.facts.users.current_user import image_user_of
from lightship.record import record


@record
class RootRun:
    """The container runs as root: because of `step`, a USER, or because there is none.

    `sure` is False where the base image is not known, and may have another user.
    """

    step: Step | None
    sure: bool = True


def root_run(build: Build) -> RootRun | None:
    """Whether the final image starts a program as root, and not because that must be root or gives it up."""
    return build.once(_root_run)


def _root_run(build: Build) -> RootRun | None:
    final = build.final
    if final is None or build.evaluation.root(final).system == "windows":
        return None
    if any(item.trigger for item in final.instructions):
        return None
    base = image_user_of(build, build.lineage[0])
    last = next(
        (
            step
            for step in reversed(build.shipped_steps)
            if step.instruction.keyword == "USER"
        ),
        None,
    )
    if last is not None:
        meant = gives_root_up(build) or (
            base.runs_as == "drops" and not start_steps(build)
        )
        return (
            RootRun(last)
            if last.operands and is_root(last.operands[0]) and not meant
            else None
        )
    if (
        base.runs_as in ("user", "drops")
        or gives_root_up(build)
        or not runs_program(build)
    ):
        return None
    return RootRun(None, sure=base.runs_as == "root")
