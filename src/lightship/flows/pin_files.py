"""The files that name images, and their places: Dockerfiles, and what builds and starts images."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lightship.errors import FileError
from lightship.files.reading import STDIN
from lightship.files.search import find_dockerfiles
from lightship.flows.builds import BuildFinder
from lightship.flows.dockerfile_refs import DockerfileRef
from lightship.flows.lint import LintRequest, builds_of_file, excluded
from lightship.pins.dockerfile_pins import dockerfile_pins
from lightship.pins.pin_place import PinPlace
from lightship.record import record


@record(eq=False)
class PinnableFile:
    """A file, its text, and the places in it that name images."""

    path: str
    text: str
    places: tuple[PinPlace, ...]


def pinnable_files(paths: Iterable[str], request: LintRequest) -> Iterator[str]:
    """The files that `paths` name, but for what the configuration excludes, each once."""
    seen: set[str] = set()
    for path in paths:
        for file in find_dockerfiles((path,), excluded(path, request)):
            place = os.path.realpath(file)
            if place not in seen:
                seen.add(place)
                yield file


def read_pinnable(path: str, request: LintRequest, finder: BuildFinder) -> PinnableFile:
    """A file with its places; a FileError where it cannot be read or parsed."""
    if path == STDIN:
        raise FileError("cannot pin standard input: name a file")
    ref = DockerfileRef(path)
    builds = [read.build for read in builds_of_file(ref, request, finder)]
    dockerfile = builds[0].dockerfile
    if dockerfile.problems:
        first = dockerfile.problems[0]
        line = dockerfile.lines.line(first.span.start)
        raise FileError(f"cannot read {path}: line {line}: {first.message}")
    contexts = frozenset[str]().union(*(build.contexts for build in builds))
    # As it is built where nothing is passed
    build = replace(builds[0], args={}, target=None, contexts=contexts)
    return PinnableFile(path, dockerfile.text, tuple(dockerfile_pins(build)))
