"""What it costs to build an image without a cache: the RUN instructions that take time."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.stages import reachable

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


def built_stages(build: Build) -> tuple[Stage, ...]:
    """The stages that the target needs, in order."""
    if build.final is None:
        return ()
    needed = reachable(build.evaluation.graph, [build.final])
    return tuple(item for item in build.dockerfile.stages if item.index in needed)


def slow_runs(build: Build) -> tuple[Instruction, ...]:
    """The RUN instructions of these stages that install, compile or download."""
    return build.once(_slow_runs)


def _slow_runs(build: Build) -> tuple[Instruction, ...]:
    stages = built_stages(build)
    runs = [item for stage in stages for item in stage.instructions]
    return tuple(
        item for item in runs if item.keyword == "RUN" and _is_slow(build, item)
    )


def _is_slow(build: Build, run: Instruction) -> bool:
    if any(
        call.does.installs for call in build.package_commands if call.instruction is run
    ):
        return True
    return any(any(script.named(*_SLOW)) for script in build.scripts(run))


def runs_of_other_stages(build: Build) -> tuple[Instruction, ...]:
    """Those in stages whose layers are not in the image: a cache with mode=min lacks them."""
    shipped = build.shipped
    return tuple(run for run in slow_runs(build) if run not in shipped)


def runs_that_depend_on(build: Build, name: str) -> Iterator[Instruction]:
    """The slow RUN instructions that a new value of a build argument alone runs again.

    Those after `ARG name` in its stage, and all of the stages that start from it, up to a copy of
    the sources: what comes after that runs for each commit anyway.
    """
    stages = built_stages(build)
    touched: set[int] = set()
    slow = slow_runs(build)
    for stage in stages:
        base = build.base_of(stage)
        is_touched = base is not None and base.index in touched
        for item in stage.instructions:
            if _copies_sources(item):
                break
            if item.keyword == "ARG" and name in _declared(item):
                is_touched = True
            elif is_touched and item in slow:
                yield item
        if is_touched:
            touched.add(stage.index)


def _copies_sources(item: Instruction) -> bool:
    """Whether it copies all of the build context, or a directory of it that is not a file."""
    if item.keyword not in ("COPY", "ADD") or item.flag("from") is not None:
        return False
    texts = [word.text.rstrip("/") for word in item.args[:-1]]
    return any(text in ("", ".", "*") or "." not in text[1:] for text in texts)


def _declared(arg: Instruction) -> set[str]:
    return {pair.name.text for pair in getattr(arg, "pairs", ())}
