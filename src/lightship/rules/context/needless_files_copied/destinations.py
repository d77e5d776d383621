"""Where needless files go: into the image, or into a build stage that has to run again for them."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build
from lightship.context.files import File
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Copying, Operand
from lightship.evaluation.paths import below, clean, in_workdir
from lightship.facts.context.takings import Taking, path_of
from lightship.facts.copies.reaching import reaches_image
from lightship.facts.stages.built_stages import built_stage

# What takes minutes, besides the installs of package managers
_COMPILING = (
    *("bazel", "bun", "cargo", "cmake", "dotnet", "go", "gradle", "gradlew", "make"),
    *("mvn", "mvnw", "ninja", "npm", "pnpm", "yarn"),
)


def in_image(build: Build, taking: Taking, file: File) -> bool:
    """Whether the final image has a file that COPY takes, as far as is known."""
    copies = zip(taking.copyings, taking.sources, strict=True)
    return any(_reaches(build, copying, source, file) for copying, source in copies)


def _reaches(build: Build, copying: Copying, source: Operand, file: File) -> bool:
    step = copying.step
    if step is None:
        return True  # in ONBUILD
    target = copying.destination.value
    if target is None:
        return True  # its place is not known
    if step.stage in build.lineage:
        return True

    root = in_workdir(step.before.workdir, target)
    name = _name_there(copying, source, file)
    place = clean(f"{root}/{name}")
    return reaches_image(build, step.stage, place)


def _name_there(copying: Copying, source: Operand, file: File) -> str:
    """The path of a file below the destination: what is after the source, else its own name."""
    own_name = basename(file.path)
    path = path_of(source)
    if has_wildcards(path):
        return own_name
    if copying.instruction.flag("parents") is not None:
        return own_name
    rest = below(f"/{file.path}", f"/{path}")
    return own_name if rest is None else rest


def costly_run(build: Build, taking: Taking) -> Instruction | None:
    """The first RUN after the COPY that installs or compiles: a changed file runs it again."""
    for copying in taking.copyings:
        for run in _runs_after(build, copying):
            if _is_costly(build, run):
                return run
    return None


def _runs_after(build: Build, copying: Copying) -> Iterator[Instruction]:
    """The RUN that follow in its stage, if the build comes to it."""
    if copying.step is None:
        return
    stage = built_stage(build, copying.instruction)
    if stage is None:
        return
    start = copying.instruction.span.start
    for instruction in stage.instructions:
        is_later = instruction.span.start > start
        if is_later and instruction.keyword == "RUN":
            yield instruction


def _is_costly(build: Build, run: Instruction) -> bool:
    for script in build.scripts(run):
        if any(script.named(*_COMPILING)):
            return True
    return run in build.once(_installing)


def _installing(build: Build) -> frozenset[Instruction]:
    calls = [call for call in build.package_commands if call.does.installs]
    return frozenset(call.instruction for call in calls)
