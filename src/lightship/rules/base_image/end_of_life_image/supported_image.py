"""Another tag of an official image, with supported releases that the project allows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.base_images.lifetimes import (
    Release,
    TaggedRelease,
    official_name,
    parts,
    supported,
)
from lightship.base_images.variants import newest_of, releases_of
from lightship.build import Build
from lightship.dockerfile.tree import Pair
from lightship.evaluation.image_references import UsedImage
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.dependencies import installs
from lightship.facts.installs.project_files import project_of
from lightship.facts.installs.requirement_files import requirements_of
from lightship.pyproject.cpython_wheels import has_no_wheel
from lightship.pyproject.dependency import Dependency, read_requirement
from lightship.pyproject.python_versions import allowed
from lightship.record import record
from lightship.regex import regex
from lightship.rules.base_image.end_of_life_image.release_packages import (
    Availability,
    availability,
)
from lightship.shell.specs import written
from lightship.text import Edit, Span

_VARIABLE = regex(r"\$(?:(?P<bare>\w+)|\{(?P<braced>\w+)\})")
_CODENAMES = frozenset("stretch buster bullseye bookworm trixie".split())
# The release that the tag of a version without one stayed on
_LAST_PYTHONS = {
    "3.6": "bullseye",
    "3.7": "bookworm",
    "3.8": "bookworm",
    "3.9": "trixie",
}
_Changes = list[tuple[TaggedRelease, str]]


@record
class Upgrade:
    """The edits that write another image, and its name.

    `is_sure` is whether all packages that are installed are known to be in its release.
    """

    name: str
    edits: tuple[Edit, ...]
    is_sure: bool


def upgrade(build: Build, used: UsedImage) -> Upgrade | None:
    """The upgrade of an image with releases that have ended; None where none is known to exist."""
    image, name = used.image, official_name(used.image)
    if name is None or image.digest:
        return None
    if "windows" in image.tag or "nanoserver" in image.tag:
        return None

    changes: _Changes = []
    for part, new in _changes(build, name, image.tag, parts(image)):
        if new is None:
            return None
        changes.append((part, new))
    edits = _edits(build, used, changes) if changes else ()
    if not edits:
        return None

    tag = image.tag
    for part, new in reversed(changes):
        tag = tag[: part.start] + new + tag[part.end :]
    found = _availability(build, used, tag)
    if found is Availability.GONE:
        return None
    return Upgrade(f"{image.name}:{tag}", edits, found is Availability.THERE)


def _availability(build: Build, used: UsedImage, new_tag: str) -> Availability:
    """Whether what is installed on the image is there in the release of its new tag."""
    stages = build.dockerfile.stages
    stage = next((item for item in stages if item.from_.span.covers(used.span)), None)
    name = official_name(used.image) or ""
    before = _release_of(name, used.image.tag)
    after = _release_of(name, new_tag)
    if stage is None or after is None or before == after:
        return Availability.THERE
    return availability(build, stage, after)


def _release_of(name: str, tag: str) -> str | None:
    """The release in a tag, or the one that its version comes with."""
    version, *words = tag.split("-")
    for word in words:
        if word in _CODENAMES or word.removeprefix("alpine")[:1].isdigit():
            return word
    releases = releases_of(name, version)
    if "alpine" in words:
        return next((item for item in releases if item.startswith("alpine")), None)
    if releases:
        return releases[0]
    minor = ".".join(version.split(".")[:2])
    return _LAST_PYTHONS.get(minor) if name == "python" else None


def _changes(
    build: Build, name: str, tag: str, tag_parts: tuple[TaggedRelease, ...]
) -> Iterator[tuple[TaggedRelease, str | None]]:
    """The parts of a tag that must change, each with what takes its place.

    That is None where nothing is known to fit.
    """
    own_version = tag.partition("-")[0]
    version = own_version
    for part in tag_parts:
        release = part.release
        ended = release.has_ended(build.today)
        if release.product == "Python":
            if ended or _is_older(build, name, version, tag_parts):
                new = _python(build, release.version) if ended else release.version
                if new is not None and version.count(".") == 2:
                    new = newest_of(name, new) or new
                version = new or version
                yield part, new
        elif part.start == 0:
            # Another Node, another Debian: that is for a person to choose
            if ended:
                yield part, None
        elif ended or (
            version != own_version and not _is_built(name, version, release)
        ):
            yield part, _distribution(build, name, version, release)


def _is_older(
    build: Build, name: str, version: str, tag_parts: tuple[TaggedRelease, ...]
) -> bool:
    """Whether an exact version was never built on what replaces an ended distribution."""
    for part in tag_parts:
        if part.start == 0 or not part.release.has_ended(build.today):
            continue
        if _distribution(build, name, version, part.release) is None:
            return True
    return False


def _python(build: Build, version: str) -> str | None:
    """The oldest supported minor that the project allows."""
    context = build.context
    named = rf"python{re.escape(version)}(?![0-9])"
    if context is None or _speaks_of(build, named):
        return None
    minors = [release.version for release in supported("Python", build.today)]
    stated = []
    for directory in _projects(build):
        versions = allowed(context, minors, directory)
        if versions is not None:
            stated.append(versions)
    if not stated:
        stated.append(allowed(context, minors) or ())
    asked_for = tuple(_compiled(build))
    for minor in minors:
        if not all(minor in versions for versions in stated):
            continue
        if not any(has_no_wheel(dependency, minor) for dependency in asked_for):
            return minor
    return None


def _compiled(build: Build) -> Iterator[Dependency]:
    """What commands and requirements files ask for, constraints among them."""
    for call in build.packages("pip", "uv"):
        for package in call.does.packages:
            requirement = read_requirement(written(package.word))
            if package.kind == "registry" and requirement is not None:
                yield requirement
        for file in requirements_of(build, call) or ():
            yield from file.dependencies
            yield from file.constraints


def _projects(build: Build) -> set[str]:
    """The directories of the build context whose projects are installed."""
    directories: set[str] = set()
    for install in installs(build):
        project = project_of(build, install)
        if project is not None:
            directories.add(project.directory)
        names = list(install.files)
        if install.local:
            names.append(f"{install.directory}/pyproject.toml")
        for name in names:
            origin = origin_of(build, install.instruction, name)
            if origin:
                directories.add(origin.rpartition("/")[0])
    return directories


def _distribution(build: Build, name: str, version: str, old: Release) -> str | None:
    """The oldest supported release that the image comes with."""
    if old.codename and _speaks_of(build, rf"\b{old.codename}\b"):
        return None  # a source of packages, or a name of one
    built = releases_of(name, version)
    for release in supported(old.product, build.today):
        if old.product == "Alpine" and f"alpine{release.version}" in built:
            return release.version
        if release.codename in built:
            return release.codename
    return None


def _is_built(name: str, version: str, release: Release) -> bool:
    variant = release.codename or f"alpine{release.version}"
    return variant in releases_of(name, version)


def _speaks_of(build: Build, pattern: str) -> bool:
    """Whether it stands elsewhere in the Dockerfile: in a path, or the name of a package source."""
    text = build.dockerfile.text
    name = re.compile(pattern)
    others = [item for item in build.dockerfile.instructions if item.keyword != "FROM"]
    return any(name.search(item.span.of(text)) for item in others)


def _edits(build: Build, used: UsedImage, changes: _Changes) -> tuple[Edit, ...]:
    """The parts of the tag as it stands, or else the default of the variable in it."""
    text = used.span.of(build.dockerfile.text)
    if text.endswith(f":{used.image.tag}"):
        start = used.span.end - len(used.image.tag)
        return tuple(
            Edit.replace(Span(start + part.start, start + part.end), new)
            for part, new in changes
        )

    name, _, tag = text.rpartition(":")
    variable = _VARIABLE.match(tag)
    part, new = changes[0]
    if variable is None or "$" in name or len(changes) > 1 or part.start != 0:
        return ()
    pair = _default(build, variable["bare"] or variable["braced"])
    version = used.image.tag[: part.end]
    if pair is None or pair.value is None or pair.value.text != version:
        return ()
    if pair.value.span.of(build.dockerfile.text) != version:
        return ()
    return (Edit.replace(pair.value.span, new),)


def _default(build: Build, name: str) -> Pair | None:
    """The ARG that gives a variable of FROM its value, where it is the only one of that name."""
    if name in build.args:
        return None
    pairs = [
        pair
        for item in build.dockerfile.globals
        for pair in item.pairs
        if pair.name.text == name
    ]
    return pairs[0] if len(pairs) == 1 else None
