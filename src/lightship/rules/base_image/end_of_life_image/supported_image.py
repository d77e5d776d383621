"""Another tag of an official image: with releases that still get fixes, and that the project allows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.base_images.lifetimes import (
    TaggedRelease,
    official_name,
    parts,
    supported,
)
from lightship.base_images.variants import releases_of
from lightship.build import Build
from lightship.dockerfile.tree import Pair
from lightship.evaluation.image_references import UsedImage
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.dependencies import installs
from lightship.facts.installs.project_files import project_of
from lightship.pyproject.python_versions import allowed
from lightship.record import record
from lightship.regex import regex
from lightship.text import Edit, Span

_VARIABLE = regex(r"\$(?:(?P<bare>\w+)|\{(?P<braced>\w+)\})")
_Changes = list[tuple[TaggedRelease, str]]


@record
class Upgrade:
    """The edits that write another image, and its name."""

    name: str
    edits: tuple[Edit, ...]


def upgrade(build: Build, used: UsedImage) -> Upgrade | None:
    """The upgrade of an image with releases that have ended; None where none is sure to be there."""
    image, name = used.image, official_name(used.image)
    if (
        name is None
        or image.digest
        or "windows" in image.tag
        or "nanoserver" in image.tag
    ):
        return None
    changes = list(_changes(build, name, image.tag, parts(image)))
    if not changes or any(new is None for _, new in changes):
        return None
    sure = [(part, new) for part, new in changes if new is not None]
    tag = image.tag
    for part, new in reversed(sure):
        tag = tag[: part.start] + new + tag[part.end :]
    edits = _edits(build, used, sure)
    return Upgrade(f"{image.name}:{tag}", edits) if edits else None


def _changes(
    build: Build, name: str, tag: str, found: tuple[TaggedRelease, ...]
) -> Iterator[tuple[TaggedRelease, str | None]]:
    """The parts of a tag that must change, each with what takes its place; None where nothing is known to fit."""
    version = tag.partition("-")[0]
    for part in found:
        release = part.release
        if part.start == 0 and release.product != "Python":
            if release.has_ended(
                build.today
            ):  # another Node, another Debian: that is for a person to choose
                yield part, None
        elif release.product == "Python":
            if release.has_ended(build.today) or _is_older(build, name, version, found):
                new = (
                    _python(build, release.version)
                    if release.has_ended(build.today)
                    else release.version
                )
                version = new or version
                yield part, new
        elif release.has_ended(build.today) or (
            version != tag.partition("-")[0] and not _is_built(name, version, part)
        ):
            yield part, _distribution(build, name, version, part)


def _is_older(
    build: Build, name: str, version: str, found: tuple[TaggedRelease, ...]
) -> bool:
    """Whether an exact version, `3.11.3`, was never built on what must take the place of an ended distribution."""
    distributions = (
        part for part in found if part.start and part.release.has_ended(build.today)
    )
    return any(
        _distribution(build, name, version, part) is None for part in distributions
    )


def _python(build: Build, version: str) -> str | None:
    """The oldest minor with support that the project allows."""
    if build.context is None or _speaks_of(
        build, rf"python{re.escape(version)}(?![0-9])"
    ):
        return None
    minors = [release.version for release in supported("Python", build.today)]
    stated = [
        found
        for each in _projects(build)
        if (found := allowed(build.context, minors, each)) is not None
    ]
    stated = stated or [allowed(build.context, minors) or ()]
    return next(
        (minor for minor in minors if all(minor in found for found in stated)), None
    )


def _projects(build: Build) -> set[str]:
    """The directories of the build context whose projects are installed."""
    found: set[str] = set()
    for install in installs(build):
        project = project_of(build, install)
        names = [
            *install.files,
            *([f"{install.directory}/pyproject.toml"] if install.local else ()),
        ]
        paths = [
            origin
            for name in names
            if (origin := origin_of(build, install.instruction, name))
        ]
        found.update(path.rpartition("/")[0] for path in paths)
        if project is not None:
            found.add(project.directory)
    return found


def _distribution(
    build: Build, name: str, version: str, part: TaggedRelease
) -> str | None:
    """The oldest release with support that the image comes with."""
    old = part.release
    if old.codename and _speaks_of(build, rf"\b{old.codename}\b"):
        return None  # a source of packages, or a name of one
    built = releases_of(name, version)
    for release in supported(old.product, build.today):
        if old.product == "Alpine" and f"alpine{release.version}" in built:
            return release.version
        if release.codename in built:
            return release.codename
    return None


def _is_built(name: str, version: str, part: TaggedRelease) -> bool:
    release = part.release
    return (release.codename or f"alpine{release.version}") in releases_of(
        name, version
    )


def _speaks_of(build: Build, pattern: str) -> bool:
    """Whether it stands elsewhere in the Dockerfile: `/usr/local/lib/python3.9/site-packages`, `buster-backports`."""
    text = build.dockerfile.text
    name = re.compile(pattern)
    return any(
        name.search(item.span.of(text))
        for item in build.dockerfile.instructions
        if item.keyword != "FROM"
    )


def _edits(build: Build, used: UsedImage, changes: _Changes) -> tuple[Edit, ...]:
    """Where the tag stands as it is, its parts; where a variable is its version, the default of that variable."""
    text = used.span.of(build.dockerfile.text)
    if text.endswith(f":{used.image.tag}"):
        start = used.span.end - len(used.image.tag)
        return tuple(
            Edit.replace(Span(start + part.start, start + part.end), new)
            for part, new in changes
        )
    variable = _VARIABLE.match(text.rpartition(":")[2])
    if (
        variable is None
        or len(changes) != 1
        or changes[0][0].start != 0
        or "$" in text.rpartition(":")[0]
    ):
        return ()
    pair = _default(build, variable["bare"] or variable["braced"])
    version = used.image.tag[: changes[0][0].end]
    if pair is None or pair.value is None or pair.value.text != version:
        return ()
    return (
        (Edit.replace(pair.value.span, changes[0][1]),)
        if pair.value.span.of(build.dockerfile.text) == version
        else ()
    )


def _default(build: Build, name: str) -> Pair | None:
    """The ARG that gives a variable of FROM its value, where it is the only one of that name."""
    found = [
        pair
        for item in build.dockerfile.globals
        for pair in item.pairs
        if pair.name.text == name
    ]
    return found[0] if len(found) == 1 and name not in build.args else None
