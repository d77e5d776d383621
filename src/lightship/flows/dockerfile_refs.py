"""Which Dockerfiles a command is asked about: files, and what a build file builds and holds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from lightship.builds.definition import BuildDefinition, Discovery
from lightship.builds.source_files import is_build_file
from lightship.files.reading import is_same_place, read_regular
from lightship.flows.builds import BuildFinder
from lightship.flows.judged_builds import as_written
from lightship.record import record

_ENDINGS = (".yml", ".yaml", ".hcl", ".json")
_MARKS = (b"dockerfile_inline", b"dockerfile-inline")
Definitions = Sequence[BuildDefinition]


@record
class DockerfileRef:
    """One Dockerfile: `path` is the file that holds it, as a person would write it.

    With `build_file` it is only judged as that compose file, bake file or workflow builds it.
    `inline` tells which one it is of those that stand inside the file at `path`, from 0; None where
    that file is the Dockerfile. `problem` says why a build file has none. With `is_ci` it is a file
    of a CI system, which is judged itself.
    """

    path: str
    build_file: str = ""
    inline: int | None = None
    problem: str = ""
    is_ci: bool = False


def names_build_file(path: str) -> bool:
    """Whether a path is that of a compose file, a bake file or a workflow."""
    if not path.endswith(_ENDINGS):
        return False
    place = os.path.abspath(path)
    if not is_build_file(place):
        return False
    return os.path.isfile(path)


def may_hold_dockerfile(path: str) -> bool:
    """Whether a file is a compose or bake file with a Dockerfile inside."""
    if not names_build_file(path):
        return False
    data = read_regular(path)
    if data is None:
        return False
    return any(mark in data for mark in _MARKS)


def built_by(build_file: str, finder: BuildFinder) -> Iterator[DockerfileRef]:
    """The Dockerfiles that a build file builds; one with a problem where there is none."""
    refs = _definitions(build_file, finder)
    if not refs:
        discovery = finder.written_in(build_file)
        problem = _why_none(discovery)
        yield DockerfileRef(build_file, problem=problem)
    yield from refs


def held_by(build_file: str, finder: BuildFinder) -> Iterator[DockerfileRef]:
    """The Dockerfiles inside a build file."""
    for ref in _definitions(build_file, finder):
        if ref.inline is None:
            continue
        if is_same_place(ref.path, build_file):
            yield ref


def definitions_of(ref: DockerfileRef, finder: BuildFinder) -> Definitions:
    """How the build file builds the Dockerfile."""
    by_ref = _definitions(ref.build_file, finder)
    return by_ref.get(ref, ())


def _definitions(
    build_file: str,
    finder: BuildFinder,
) -> Mapping[DockerfileRef, Definitions]:
    """Each Dockerfile that a build file builds with its builds; those inside by their lines."""
    definitions = finder.written_in(build_file).builds
    lines = _inline_lines(definitions)

    by_ref: dict[DockerfileRef, list[BuildDefinition]] = {}
    for definition in definitions:
        dockerfile = definition.dockerfile
        path = as_written(finder, build_file, dockerfile)
        inline = definition.inline
        number: int | None = None
        if inline is not None:
            of_file = lines[dockerfile]
            line = inline.line
            number = of_file.index(line)
        ref = DockerfileRef(path, build_file, number)
        of_ref = by_ref.setdefault(ref, [])
        of_ref.append(definition)
    return by_ref


def _inline_lines(definitions: Definitions) -> Mapping[str, list[int]]:
    """Where Dockerfiles stand inside each file: their lines, in order."""
    lines: dict[str, list[int]] = {}
    for definition in definitions:
        inline = definition.inline
        if inline is None:
            continue
        of_file = lines.setdefault(definition.dockerfile, [])
        line = inline.line
        # Several services may build the same one
        if line not in of_file:
            of_file.append(line)

    for of_file in lines.values():
        of_file.sort()
    return lines


def _why_none(discovery: Discovery) -> str:
    if not discovery.unresolved:
        return "it builds no image: no service, target or step of it has a Dockerfile"
    first = discovery.unresolved[0]
    why = first.why
    line = first.source.line
    return f"it builds no image that can be known: {why} (line {line})"
