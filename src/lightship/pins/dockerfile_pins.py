"""The places of a Dockerfile that name images: `# syntax`, FROM, COPY --from, RUN --mount=from=."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.tree import Flag, Instruction, Stage
from lightship.dockerfile.values import go_lower
from lightship.evaluation.arguments import BaseName
from lightship.evaluation.stages import SCRATCH, mount_from
from lightship.expansion.variables import is_plain
from lightship.pins.argument_defaults import end_in_default, unquoted
from lightship.pins.own_images_left import own_left
from lightship.pins.pin_place import PinPlace, PlaceKind, place_of_name, without_end
from lightship.text import Span

_MARKS = frozenset("/:@")
_IN_PIECES = "its name is not written in one piece: pin it by hand"
_VARIABLE = "COPY and RUN do not expand variables here"
_PASSED = "a build passes it by a build arg: pin it there by hand"
_BARE = "it may name a build context: write it with its tag"


def all_pins(builds: Sequence[Build]) -> list[PinPlace]:
    """The places of a Dockerfile that is built in several ways, at least one.

    First come those of its own text. What build args name in their place is not written here.
    """
    without_args = replace(builds[0], args={})
    found = list(dockerfile_pins(without_args))
    passed: dict[tuple[Span, str], PinPlace] = {}
    for build in builds:
        for place in _passed(build):
            passed[place.span, place.name] = place
    found += passed.values()
    found.sort(key=lambda place: place.span)
    return found


def _passed(build: Build) -> Iterator[PinPlace]:
    """What the build args of a build name."""
    if not build.args:
        return
    for place in dockerfile_pins(build):
        if place.why == _PASSED:
            yield place


def dockerfile_pins(build: Build) -> Iterator[PinPlace]:
    """The places of a Dockerfile that name images, in order; stages and `scratch` are not images.

    Variables count as the defaults of their ARGs; what build args name is not written here.
    """
    yield from _syntax(build)
    bases = zip(
        build.dockerfile.stages,
        build.evaluation.bases,
        build.evaluation.graph.bases,
        strict=True,
    )
    by_start: list[PinPlace] = []
    for stage, base, parent in bases:
        if parent is not None:
            continue
        place = _base(build, stage, base)
        if place is not None:
            place = replace(place, platform=_fixed_platform(base))
            by_start.append(place)
    for instruction in build.dockerfile.instructions:
        carried_out = instruction.trigger or instruction
        by_start += _sources(build, carried_out)
    by_start.sort(key=lambda place: place.span)
    for place in by_start:
        yield own_left(place, build.repository.images, build.contexts)


def _syntax(build: Build) -> Iterator[PinPlace]:
    """The frontend: the first word of `# syntax=`."""
    directive = build.dockerfile.directive("syntax")
    if directive is None:
        return
    value = directive.value
    words = value.split(maxsplit=1)
    name = words[0] if words else ""
    start = directive.value_span.start + value.find(name)
    span = Span(start, start + len(name))
    place = place_of_name(PlaceKind.SYNTAX, name, span, span)
    if place is not None:
        yield place


def _base(build: Build, stage: Stage, base: BaseName) -> PinPlace | None:
    """What a FROM names; None for `scratch`, and for what names no image."""
    if base.name == SCRATCH:
        return None
    written: Span | str = _PASSED
    if base.used.isdisjoint(build.args):
        written = _end_of_base(build, stage)
    span = stage.base.span
    if isinstance(written, Span):
        place = place_of_name(PlaceKind.FROM, base.name, span, written)
        return _with_fitting_end(build, place)
    if isinstance(read_reference(base.name), str):
        return None
    return without_end(PlaceKind.FROM, base.name, span, written)


def _fixed_platform(base: BaseName) -> str:
    """The platform that a FROM names itself; empty where the build decides."""
    if base.platform is None or base.platform_used:
        return ""
    return str(base.platform)


def _end_of_base(build: Build, stage: Stage) -> Span | str:
    """Where the name in a FROM ends, or why no digest is written there."""
    dockerfile = build.dockerfile
    written = stage.base.text
    name = unquoted(written, Span(0, len(written)))
    bare = name.of(written)
    if not is_plain(bare, dockerfile.escape):
        return end_in_default(dockerfile, stage)
    span = unquoted(dockerfile.text, stage.base.span)
    return span if span.of(dockerfile.text) == bare else _IN_PIECES


def _with_fitting_end(build: Build, place: PinPlace | None) -> PinPlace | None:
    """A place whose text ends with its digest; one that has it in two pieces has no end."""
    if place is None or place.end is None:
        return place
    if place.end.of(build.dockerfile.text) == place.pin:
        return place
    return replace(place, end=None, why=_IN_PIECES)


def _sources(build: Build, instruction: Instruction) -> Iterator[PinPlace]:
    """What COPY --from or the mounts of a RUN name, in ONBUILD too."""
    if instruction.keyword == "COPY":
        flag = instruction.flag("from")
        if flag is not None and flag.value:
            yield from _source(build, PlaceKind.COPY, flag, flag.value)
    elif instruction.keyword == "RUN":
        for flag in instruction.all_flags("mount"):
            yield from _source(build, PlaceKind.MOUNT, flag, mount_from(flag))


def _source(build: Build, kind: PlaceKind, flag: Flag, name: str) -> Iterator[PinPlace]:
    if not name or name.isdecimal() or name == SCRATCH:
        return
    if go_lower(name) in build.evaluation.graph.names:
        return
    span = _written_in(flag, name, build.dockerfile.text)
    why = ""
    if "$" in name:
        why = _VARIABLE
    elif _MARKS.isdisjoint(name):
        why = _BARE
    elif span is None:
        why = _IN_PIECES
    if span is None or why:
        yield without_end(kind, name, span or flag.span, why)
        return
    place = place_of_name(kind, name, span, span)
    if place is not None:
        yield place


def _written_in(flag: Flag, name: str, text: str) -> Span | None:
    """Where a name is in a flag; None where that is not one place."""
    if flag.value_span is None:
        return None
    start, end = flag.value_span
    written = re.compile(rf"(?:^|from=|[\"']){re.escape(name)}(?=$|[,\"'])")
    value = text[start:end]
    found = list(written.finditer(value))
    if len(found) != 1:
        return None
    stop = start + found[0].end()
    return Span(stop - len(name), stop)
