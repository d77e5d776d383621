"""What speaks against another image beside what rules say: what is not known, and what changes."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.distributions import distribution_of
from lightship.base_images.full import packages_of_full
from lightship.base_images.known import has_bash
from lightship.base_images.lifetimes import Release
from lightship.base_images.missing_commands import missing_commands
from lightship.base_images.official_tags import ImageKind
from lightship.base_images.pythons import image_python, minor_of_release
from lightship.base_images.reference import Reference, read_reference
from lightship.bases.base_report import Objection
from lightship.bases.moved_build import BaseMove, MovedBuild
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.full_image.compiled_pins import unknown_wheels
from lightship.facts.full_image.full_image_use import (
    reads_unknown_files,
    relies_on_full,
)
from lightship.facts.full_image.stages_on_image import INSTALLERS
from lightship.facts.installs.locked_packages import locked_packages
from lightship.facts.installs.project_pythons import (
    PYTHON_TOOLS,
    said_minors,
)
from lightship.facts.packages.release_packages import (
    UBUNTU,
    Availability,
    packages_by_availability,
)
from lightship.facts.start.calls import called_programs
from lightship.wording.lists import listed

# Their data outlives the image, in the order of the C library (wiki.postgresql.org, "Locale data
# changes")
_SORTING = frozenset({"postgres"})
_NOT_KNOWN = "it is not known whether"
_NAMING = ("CMD", "ENTRYPOINT", "HEALTHCHECK", "COPY", "RUN")


def fact_objections(moved: MovedBuild) -> Iterator[Objection]:
    """What is known or not known of each stage that moves."""
    build = moved.before
    for move in moved.moves:
        yield from _of_full_image(moved, move)
        yield from _of_release(build, move)
        yield from _of_alpine(build, move)
    yield from _of_version(moved)
    yield from _of_calls(moved)


def _line(build: Build, call: PackageInvocation) -> int:
    return build.dockerfile.lines.line(call.instruction.span.start)


def _of_full_image(moved: MovedBuild, move: BaseMove) -> Iterator[Objection]:
    """What stages use of a full image, where another kind is to take its place."""
    build = moved.before
    old = move.before.tag
    if old is None or old.kind is not ImageKind.FULL or move.tag.kind is old.kind:
        return
    if not packages_of_full(move.before.image):
        return
    stage = move.before.stage
    used = relies_on_full(build, stage, move.before.image)
    if used is not None:
        text = f"the slim image lacks {used}, or what it needs"
        yield Objection(text)
        return
    if reads_unknown_files(build, stage):
        yield Objection("an install reads files that are not there to read")
        return
    names = listed(unknown_wheels(moved.after, moved.after_stage(move)))
    if names:
        yield Objection(
            f"{_NOT_KNOWN} {names} has to be compiled, and there is no compiler"
        )


def _of_release(build: Build, move: BaseMove) -> Iterator[Objection]:
    """Packages of the distribution, and data in the order of its C library."""
    before = distribution_of(move.before.image)
    after = distribution_of(_image(move))
    if after is None or before == after:
        return
    if move.tag.name in _SORTING and before is not None:
        text = "another C library sorts text differently: indexes of old data must be made again"
        yield Objection(text)
    was_alpine = (
        move.before.tag is not None and move.before.tag.kind is ImageKind.ALPINE
    )
    if (after.product == "Alpine") != was_alpine:
        return  # another package manager, of which rules speak
    release = _table_name(after)
    found = packages_by_availability(build, move.before.stage, release)
    gone = found.get(Availability.GONE)
    if gone:
        yield Objection(
            f"{after} has no {listed(gone)} as installed here", is_sure=True
        )
    unknown = found.get(Availability.UNKNOWN)
    if unknown:
        yield Objection(f"{_NOT_KNOWN} {after} has {listed(unknown)}")


def _table_name(release: Release) -> str:
    if release.product == "Ubuntu":
        return UBUNTU
    if release.product == "Alpine":
        return f"alpine{release.version}"
    return release.codename


def _image(move: BaseMove) -> Reference:
    image = read_reference(move.name)
    assert isinstance(image, Reference)
    return image


def _of_alpine(build: Build, move: BaseMove) -> Iterator[Objection]:
    """What was made for glibc, or may be, where musl is to take its place."""
    old = move.before.tag
    if move.tag.kind is not ImageKind.ALPINE:
        return
    if old is None or old.kind is ImageKind.ALPINE:
        return
    for stage in build.dockerfile.stages:
        if build.evaluation.graph.roots[stage.index] != move.before.stage.index:
            continue
        yield from _shell_objections(build, stage, move)
        yield from _unlocked_installs(build, stage)
        yield from _files_for_glibc(build, stage, move)


def _shell_objections(
    build: Build, stage: Stage, move: BaseMove
) -> Iterator[Objection]:
    for item in stage.instructions:
        if item.keyword == "SHELL" and "bash" in item.line.text:
            line = build.dockerfile.lines.line(item.span.start)
            text = f"{move.name} has no bash, which SHELL names"
            yield Objection(text, line, is_sure=not has_bash(_image(move)))


def _unlocked_installs(build: Build, stage: Stage) -> Iterator[Objection]:
    for call in build.packages(*INSTALLERS):
        if (
            not call.does.installs
            or build.dockerfile.stage_of(call.instruction) is not stage
        ):
            continue
        if not locked_packages(build, call):
            text = f"{_NOT_KNOWN} all that is installed has builds for musl"
            yield Objection(text, _line(build, call))
            return


def _files_for_glibc(build: Build, stage: Stage, move: BaseMove) -> Iterator[Objection]:
    """Files of stages that stay on glibc: a program among them does not start on musl."""
    for source in build.evaluation.graph.sources[stage.index]:
        if source.stage is None:
            continue
        root = build.root_image(source.stage)
        if root is None or "alpine" in f"{root.path}:{root.tag}":
            continue
        if root.name == move.before.image.name:
            continue  # it moves as well
        name = source.stage.name or f"{source.stage.index}"
        yield Objection(
            f"what stage {name} compiles for glibc does not start on Alpine"
        )
        return


def _of_version(moved: MovedBuild) -> Iterator[Objection]:
    """Whether the project is known to run on another Python or Node."""
    build, move = moved.before, moved.lead
    old = move.before.tag
    if old is None:
        return
    if move.tag.name == "node" and old.line != move.tag.line:
        yield Objection(
            f"nothing here tells whether the program runs on Node {move.tag.line}"
        )
    before = _minor(build, move.before.image)
    after = _minor(build, _image(move))
    if before and after and before != after:
        yield from _of_python(moved, after)


def _minor(build: Build, image: Reference) -> str:
    """The Python that packages are installed into, where that is known."""
    python = image_python(image)
    if python is not None:
        return python.minor
    if not any(call.does.installs for call in build.packages(*PYTHON_TOOLS)):
        return ""
    return minor_of_release(distribution_of(image))


def _of_python(moved: MovedBuild, minor: str) -> Iterator[Objection]:
    build = moved.before
    stated = said_minors(build)
    if any(minor not in versions for versions in stated):
        text = f"the project or its lock file does not allow Python {minor}"
        yield Objection(text, is_sure=True)
        return
    if not stated:
        yield Objection(f"the project does not say that it runs on Python {minor}")
    names: list[str] = []
    for move in moved.moves:
        names += unknown_wheels(moved.after, moved.after_stage(move))
    if names:
        text = f"{_NOT_KNOWN} there are wheels for Python {minor} of {listed(names)}"
        yield Objection(text)


def _of_calls(moved: MovedBuild) -> Iterator[Objection]:
    """Commands that the program or its scripts call, and that the image comes without."""
    build, move = moved.before, moved.lead
    if not build.lineage or build.lineage[0] is not move.before.stage:
        return
    lost = missing_commands(_image(move)) - missing_commands(move.before.image)
    shipped = [item for item in build.shipped if item.keyword in _NAMING]
    called = dict.fromkeys(called_programs(build, lost, shipped))
    if called:
        text = f"the program or a script calls {listed(called)}, which the image comes without"
        yield Objection(text)
