"""The RUN of an image that a cache saves, as CI builds it."""

from __future__ import annotations

from lightship.build import Build
from lightship.builds.ci.ci_build import CiBuild, ContextKind
from lightship.dockerfile.tree import Instruction
from lightship.facts.ci.ci_steps import OFTEN
from lightship.facts.ci.image_costs import runs_worth_a_cache

_ROOT = "."


def saved_runs(
    build: CiBuild, image: Build, *, is_kept: bool = True
) -> tuple[Instruction, ...]:
    """The slow RUN whose key stays from commit to commit; `is_kept` as of `runs_worth_a_cache`."""
    changing = often_changing(build)
    is_emulated = _is_emulated(build)
    made = made_in_context(build)
    return runs_worth_a_cache(
        image,
        changing,
        is_emulated=is_emulated,
        is_kept=is_kept,
        made=made,
    )


def saved_by_max(build: CiBuild, image: Build) -> tuple[Instruction, ...]:
    """Those in stages whose layers are not in the image: without mode=max a cache lacks them."""
    shipped = image.shipped
    saved = saved_runs(build, image)
    return tuple(run for run in saved if run not in shipped)


def often_changing(build: CiBuild) -> list[str]:
    """The build arguments with a new value in each run or commit."""
    changing = build.changing_args
    return [arg.name for arg in changing if arg.changes in OFTEN]


def _is_emulated(build: CiBuild) -> bool:
    """Whether it builds for several platforms: all but one of them run in an emulator."""
    return len(build.platforms) > 1


def made_in_context(build: CiBuild) -> tuple[str, ...]:
    """The paths of the build context in which the job writes other files in each run.

    One is empty where that is all of the context.
    """
    definition = build.definition
    if definition is None:
        return ()
    if build.context is not ContextKind.PATH:
        return ()

    context = definition.context
    start = f"{context}/"
    made: list[str] = []
    for path in build.made_paths:
        directory = f"{path}/"
        if context == _ROOT:
            inside = "" if path == _ROOT else path
            made.append(inside)
        elif directory.startswith(start):
            rest = path.removeprefix(context)
            inside = rest.strip("/")
            made.append(inside)
    return tuple(made)
