"""Which Dockerfiles a command is asked about: files, and what a build file builds and holds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from lightship.builds.definition import BuildDefinition, Discovery
from lightship.builds.source_files import is_build_file
from lightship.files.reading import read_regular
from lightship.flows.builds import BuildFinder
from lightship.flows.judged_builds import as_written
from lightship.record import record

_ENDINGS = (".yml", ".yaml", ".hcl", ".json")
_MARKS = (b"dockerfile_inline", b"dockerfile-inline")


@record
class DockerfileRef:
    """One Dockerfile: `path` is the file that holds it, as a person would write it.

    With `build_file` it is only judged as that compose or bake file builds it. `inline` tells which
    one it is of those that stand inside the file at `path`, from 0; None where that file is the
    Dockerfile. `problem` says why a build file has none.
    """

    path: str
    build_file: str = ""
    inline: int | None = None
    problem: str = ""


def names_build_file(path: str) -> bool:
    """Whether a path is that of a compose or bake file."""
    return path.endswith(_ENDINGS) and is_build_file(path) and os.path.isfile(path)


def may_hold_dockerfile(path: str) -> bool:
    """Whether a file is a compose or bake file with a Dockerfile inside."""
    if not names_build_file(path):
        return False
    data = read_regular(path) or b""
    return any(mark in data for mark in _MARKS)


def built_by(build_file: str, finder: BuildFinder) -> Iterator[DockerfileRef]:
    """The Dockerfiles that a build file builds; one with a problem where there is none."""
    refs = _definitions(build_file, finder)
    if not refs:
        why = _why_none(finder.written_in(build_file))
        yield DockerfileRef(build_file, problem=why)
    yield from refs


def held_by(build_file: str, finder: BuildFinder) -> Iterator[DockerfileRef]:
    """The Dockerfiles inside a build file."""
    for ref in _definitions(build_file, finder):
        if ref.inline is not None and _is_same(ref.path, build_file):
            yield ref


def definitions_of(
    ref: DockerfileRef, finder: BuildFinder
) -> Sequence[BuildDefinition]:
    """How the build file builds the Dockerfile."""
    return _definitions(ref.build_file, finder).get(ref, ())


def _definitions(
    build_file: str, finder: BuildFinder
) -> dict[DockerfileRef, list[BuildDefinition]]:
    """Each Dockerfile that a build file builds with its builds; those inside by their lines."""
    builds = finder.written_in(build_file).builds
    lines: dict[str, set[int]] = {}
    for build in builds:
        if build.inline is not None:
            lines.setdefault(build.dockerfile, set()).add(build.inline.line)

    by_ref: dict[DockerfileRef, list[BuildDefinition]] = {}
    for build in builds:
        path = as_written(finder, build_file, build.dockerfile)
        inline = None
        if build.inline is not None:
            inline = sorted(lines[build.dockerfile]).index(build.inline.line)
        ref = DockerfileRef(path, build_file, inline)
        by_ref.setdefault(ref, []).append(build)
    return by_ref


def _why_none(discovery: Discovery) -> str:
    if not discovery.unresolved:
        return "it builds no image: no service or target of it has a Dockerfile"
    first = discovery.unresolved[0]
    return (
        f"it builds no image that can be known: {first.why} (line {first.source.line})"
    )


def _is_same(path: str, other: str) -> bool:
    return os.path.realpath(path) == os.path.realpath(other)
