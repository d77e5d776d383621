"""The files that name images, and their places: Dockerfiles, and what builds and starts images."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lightship.builds.source_files import BAKE, COMPOSE, WORKFLOW
from lightship.builds.workspace import LONGEST_SOURCE
from lightship.builds.yaml_tree import UnreadableError
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Dockerfile
from lightship.errors import FileError
from lightship.files.reading import STDIN, read_file
from lightship.files.search import find_dockerfiles
from lightship.flows.builds import BuildFinder
from lightship.flows.dockerfile_refs import DockerfileRef
from lightship.flows.lint import (
    LintRequest,
    builds_of_file,
    config_for_file,
    excluded,
    is_template,
)
from lightship.pins.bake_pins import bake_pins
from lightship.pins.compose_pins import compose_pins
from lightship.pins.dockerfile_pins import all_pins
from lightship.pins.inline_pins import inline_pins
from lightship.pins.judged_pins import Find, PinnableFile
from lightship.pins.own_images_left import own_left
from lightship.pins.pin_choice import PinChoice
from lightship.pins.pin_place import PinPlace
from lightship.pins.workflow_pins import workflow_pins
from lightship.text import decode

_BYTE_ORDER_MARK = "\ufeff"
_NOT_DOCKERFILES = (".yml", ".yaml", ".json", ".hcl")
_GITHUB = ".github"
_ACTIONS = ("action.yml", "action.yaml")


def pinnable_files(paths: Iterable[str], request: LintRequest) -> Iterator[str]:
    """The files that `paths` name, but for what the configuration excludes, each once."""
    seen: set[str] = set()
    for path in paths:
        for file in find_dockerfiles((path,), excluded(path, request), _is_other):
            place = os.path.realpath(file)
            if file != path and not _is_other(file) and is_template(file):
                continue
            if place not in seen:
                seen.add(place)
                yield file


def _is_other(path: str) -> bool:
    """Whether a file that is not a Dockerfile may name images."""
    return _finder_of(path) is not None


def read_pinnable(
    path: str, request: LintRequest, choice: PinChoice, finder: BuildFinder
) -> PinnableFile:
    """A file with its places; a FileError where it cannot be read or parsed.

    What the configuration skips is not meant.
    """
    config = config_for_file(path, request)
    file = _read(path, request, finder)
    return replace(file, choice=choice.skipping(config.pin_skip))


def _read(path: str, request: LintRequest, finder: BuildFinder) -> PinnableFile:
    if path == STDIN:
        raise FileError("cannot pin standard input: name a file")
    find = _finder_of(path)
    if find is None and path.endswith(_NOT_DOCKERFILES):
        raise FileError(
            f"cannot pin {path}: it is not named like a compose file, a bake file or a workflow"
        )
    if find is None:
        return _dockerfile(path, request, finder)
    data = read_file(path)
    if len(data) > LONGEST_SOURCE:
        raise FileError(f"cannot read {path}: it is larger than 1 MB")
    whole = decode(data)
    text = whole.removeprefix(_BYTE_ORDER_MARK)
    mark = whole.removesuffix(text)
    images = finder.images_of_repository(path)

    def found(text: str) -> Sequence[PinPlace]:
        return [own_left(place, images) for place in find(text)]

    try:
        return PinnableFile(path, text, found, found(text), PinChoice(), mark)
    except UnreadableError as error:
        raise FileError(f"cannot read {path}: {error}") from error


def _finder_of(path: str) -> Find | None:
    """What finds the places of a file that is not a Dockerfile, by its name."""
    parts = os.path.abspath(path).replace(os.sep, "/").split("/")
    name = parts[-1]
    if COMPOSE.pattern.fullmatch(name):
        return _compose
    if BAKE.pattern.fullmatch(name):
        return _bake_json if name.endswith(".json") else _bake_hcl
    if WORKFLOW.pattern.fullmatch("/".join(parts[-3:])) is not None:
        return workflow_pins if parts[-3] == _GITHUB else _other_workflow
    return workflow_pins if name in _ACTIONS else None


def _other_workflow(text: str) -> Sequence[PinPlace]:
    return workflow_pins(text, is_github=False)


def _compose(text: str) -> Sequence[PinPlace]:
    pins = compose_pins(text)
    places = [*pins.places, *inline_pins("compose.yml", text)]
    return [own_left(place, pins.built) for place in _in_order(places)]


def _bake_hcl(text: str) -> Sequence[PinPlace]:
    places = bake_pins(text, is_json=False)
    return _in_order((*places, *inline_pins("docker-bake.hcl", text)))


def _bake_json(text: str) -> Sequence[PinPlace]:
    places = bake_pins(text, is_json=True)
    return _in_order((*places, *inline_pins("docker-bake.json", text)))


def _in_order(places: Iterable[PinPlace]) -> list[PinPlace]:
    return sorted(places, key=lambda place: place.span)


def _dockerfile(path: str, request: LintRequest, finder: BuildFinder) -> PinnableFile:
    ref = DockerfileRef(path)
    builds = [read.build for read in builds_of_file(ref, request, finder)]
    dockerfile = builds[0].dockerfile
    _check_parsed(dockerfile, path)
    contexts = frozenset[str]().union(*(build.contexts for build in builds))
    whole = [replace(build, target=None, contexts=contexts) for build in builds]

    def found(text: str) -> Sequence[PinPlace]:
        parsed = parse(text)
        return all_pins([replace(build, dockerfile=parsed) for build in whole])

    places = all_pins(whole)
    return PinnableFile(path, dockerfile.text, found, places, PinChoice())


def _check_parsed(dockerfile: Dockerfile, path: str) -> None:
    """A FileError where BuildKit would refuse it: nothing of it is pinned then."""
    if dockerfile.problems:
        first = dockerfile.problems[0]
        line = dockerfile.lines.line(first.span.start)
        raise FileError(f"cannot read {path}: line {line}: {first.message}")
