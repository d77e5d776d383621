"""Whether a build uses files that look needless: its Dockerfiles and its program name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from posixpath import basename

from lightship.build import Build
from lightship.context.files import Context
from lightship.context.needless import CACHES, NODE, PYTHON, VERSIONS, NeedlessGroup
from lightship.facts.context.checkout_in_image import reads_git_in_container
from lightship.facts.context.git_questions import asks_git, project_texts
from lightship.facts.copies.deliveries import deliveries
from lightship.facts.copies.sources import (
    imports,
    names_directory,
    names_place,
    sources_of,
)
from lightship.facts.installs.dependencies import NODE as NODE_TOOLS
from lightship.facts.installs.dependencies import PYTHON as PYTHON_TOOLS
from lightship.regex import regex

_MOST_DOCKERFILES = 20
_DOCKERFILE = regex(r"(?i)^(?:docker|container)file|\.(?:docker|container)file$")
# What an install in the image makes, whatever the context has
MADE_IN_IMAGE = frozenset((*CACHES.patterns, *PYTHON.patterns, *NODE.patterns))
_BUILDABLE = ("Dockerfile", "Containerfile")
_NAMED_TO_BUILD = regex(
    r"(?m)^[^#\n]*?(?:-f|--file)[ =]+[\"']?(?:[\w./${}-]*/)?(?:Docker|Container)file"
)
_SAYS_NOTHING = ("FROM", "LABEL", "MAINTAINER")


def texts_of_build(build: Build, context: Context) -> Iterator[str]:
    """What may speak of files: the instructions of this Dockerfile, and other Dockerfiles."""
    dockerfile = build.dockerfile
    for instruction in dockerfile.instructions:
        if instruction.keyword not in _SAYS_NOTHING:
            yield instruction.span.of(dockerfile.text)

    # Few repositories have several
    from lightship.facts.context.ignore_edits import IGNORE  # noqa: PLC0415

    paths = sorted(filter(_is_dockerfile, context.paths))
    for path in paths[:_MOST_DOCKERFILES]:
        if path != build.path and not path.endswith(IGNORE):
            yield context.read(path) or ""


def _is_dockerfile(path: str) -> bool:
    return _DOCKERFILE.search(basename(path)) is not None


def is_used(
    build: Build,
    context: Context,
    group: NeedlessGroup,
    texts: Sequence[str],
) -> bool:
    """Whether the build seems to need the files of a group."""
    if group is VERSIONS:
        return asks_git(build) or reads_git_in_container(build)
    if group is PYTHON:
        return not installs_with(build, PYTHON_TOOLS)
    if group is NODE:
        return not installs_with(build, NODE_TOOLS)
    if group.used_by is None:
        return False

    for name in group.patterns:
        if context.exists(name) and _is_read(build, name):
            return True
    if any(map(group.used_by.search, texts)):
        return True

    if group.title != "documentation":
        return False
    # `doc/` stands in a path of another name too
    places = ("docs/", '"doc/', "'doc/", " doc/")
    texts_of_project = project_texts(context)
    return any(place in text for text in texts_of_project for place in places)


def installs_with(build: Build, tools: Iterable[str]) -> bool:
    """Whether a RUN installs with one of these package managers."""
    calls = build.packages(*tools)
    return any(call.does.installs for call in calls)


def _is_read(build: Build, name: str) -> bool:
    """Whether the program reads a directory of the context.

    By its name, or by its place in the image.
    """
    if names_directory(build, name) or imports(build, name):
        return True

    roots: set[str] = set()
    for _copying, delivery in deliveries(build):
        if delivery is not None and delivery.takes_all:
            roots.add(delivery.root)
    # Below `/` any name may be one of the image's own
    roots.discard("/")

    for root in sorted(roots):
        place = f"{root}/{name}"
        if names_place(build, place):
            return True
    return False


def is_named(pattern: str, texts: Iterable[str]) -> bool:
    """Whether a path of that name stands in a Dockerfile.

    Those of caches and environments do not count: they are made in the image.
    """
    if pattern in MADE_IN_IMAGE:
        return False

    path = pattern.removeprefix("**/")
    name, star, _rest = path.partition("*")
    if not name:
        return False  # `*.swp` has no name that a text could have
    end = "" if star else r"(?![\w.-])"
    word = regex(rf"(?<![\w.-]){re.escape(name)}{end}")

    # A look that costs little comes first
    naming = [text for text in texts if name in text]
    return any(map(word.search, naming))


def is_opened(build: Build, pattern: str) -> bool:
    """Whether the program has a string that begins with the name of such a file.

    Or a script names a Dockerfile to build.
    """
    path = pattern.removeprefix("**/")
    if path.startswith(_BUILDABLE) and _builds_images(build):
        return True
    name, _star, _rest = path.partition("*")
    word = regex(rf"[\"'](?:[\w./-]*/)?{re.escape(name)}")
    naming = (text for text in sources_of(build, (".py",)) if name in text)
    return any(map(word.search, naming))


def _builds_images(build: Build) -> bool:
    """Whether a copied script names a Dockerfile to build from."""
    scripts = sources_of(build, (".py", ".sh"))
    return any(map(_NAMED_TO_BUILD.search, scripts))
