"""What it costs to build an image without a cache: the RUN instructions that take time."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.ci.build_stages import built_instructions, built_stages
from lightship.facts.ci.changing_keys import changed_by_sources, changing
from lightship.facts.ci.frozen_sources import frozen_runs, would_be_frozen
from lightship.facts.ci.light_runs import calls_of, is_light, is_small_part

# They compile or download, as a rule for longer than a cache takes to be read
_SLOW = (
    "make",
    "cmake",
    "cargo",
    "go",
    "mvn",
    "gradle",
    "gradlew",
    "dotnet",
    "bazel",
    "npm",
    "yarn",
    "pnpm",
    "bun",
    "gcc",
    "g++",
    "rustup",
    "playwright",
    "conda",
    "mamba",
    "micromamba",
)


def slow_runs(build: Build) -> tuple[Instruction, ...]:
    """The RUN instructions of these stages that install, compile or download."""
    return build.once(_slow_runs)


def _slow_runs(build: Build) -> tuple[Instruction, ...]:
    items = built_instructions(build)
    runs = [item for item in items if item.keyword == "RUN"]
    return tuple(run for run in runs if _is_slow(build, run))


def _is_slow(build: Build, run: Instruction) -> bool:
    for call in build.package_commands:
        if call.instruction is run and call.does.installs:
            return True
    return any(any(script.named(*_SLOW)) for script in build.scripts(run))


def runs_of_other_stages(build: Build) -> tuple[Instruction, ...]:
    """Those in stages whose layers are not in the image: a cache with mode=min lacks them."""
    shipped = build.shipped
    return tuple(run for run in slow_runs(build) if run not in shipped)


def runs_worth_a_cache(
    build: Build,
    names: Collection[str],
    *,
    is_emulated: bool,
    is_kept: bool = True,
    made: Collection[str] = (),
) -> tuple[Instruction, ...]:
    """The slow RUN that a cache would save: their key can stay from commit to commit.

    `names` are build arguments with a new value in each run or commit, `made` the paths of the
    build context that the job writes before. What installs a few small packages is left out, except
    where another processor is emulated; some more where the image is not kept (`is_kept`); and what
    fetches code that moves, which a cache would keep.
    """
    if would_be_frozen(build, names):
        return ()
    changed = changing(build, names, made=made)
    left_out = changed | frozen_runs(build, names)
    runs = [run for run in slow_runs(build) if run not in left_out]
    if not is_emulated:
        runs = [run for run in runs if not _is_quick(build, run, is_kept=is_kept)]

    again = [run for run in slow_runs(build) if run in changed]
    return () if is_small_part(build, runs, again) else tuple(runs)


def long_runs(build: Build) -> tuple[Instruction, ...]:
    """The slow RUN that install more than a few small packages, compile or download."""
    runs = slow_runs(build)
    return tuple(run for run in runs if not _is_quick(build, run, is_kept=True))


def _is_quick(build: Build, run: Instruction, *, is_kept: bool) -> bool:
    if any(any(script.named(*_SLOW)) for script in build.scripts(run)):
        return False
    return is_light(build, calls_of(build, run), is_kept=is_kept)


def runs_that_depend_on(build: Build, name: str) -> Iterator[Instruction]:
    """The RUN instructions that a new value of a build argument alone runs again.

    Those after `ARG name` in its stage, and all of the stages that start from it, up to a copy of
    the sources: what comes after that runs for each commit anyway.
    """
    anyway = changed_by_sources(build)
    changed = changing(build, (name,), through_copies=False)
    for stage in built_stages(build):
        for run in stage.instructions:
            if run.keyword == "RUN" and run in changed and run not in anyway:
                yield run
