"""Another tag of an official image, with supported releases that the project allows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lightship.base_images.lifetimes import (
    Release,
    TaggedRelease,
    official_name,
    parts,
    releases,
    supported,
)
from lightship.base_images.variants import newest_of, releases_of
from lightship.build import Build
from lightship.dockerfile.places import comments_in
from lightship.dockerfile.tree import Pair
from lightship.evaluation.image_references import UsedImage
from lightship.facts.edits import moves
from lightship.facts.installs.project_pythons import (
    asked_for,
    installed_projects,
    said_minors,
    stated_minors,
)
from lightship.facts.packages.release_packages import (
    UBUNTU,
    Availability,
    availability,
)
from lightship.pyproject.cpython_wheels import has_no_wheel, is_too_old
from lightship.pyproject.python_versions import allowed
from lightship.record import record
from lightship.regex import regex
from lightship.rules.base_image.end_of_life_image.least_python import (
    is_least_to_develop_on,
)
from lightship.rules.base_image.end_of_life_image.sure_moves import (
    Changes,
    is_sure_move,
)
from lightship.text import Edit, Span

_VARIABLE = regex(r"\$(?:(?P<bare>\w+)|\{(?P<braced>\w+)\})")
_CODENAMES = frozenset("stretch buster bullseye bookworm trixie".split())
# The release that the tag of a version without one stayed on
LAST_PYTHONS = {
    "3.6": "bullseye",
    "3.7": "bookworm",
    "3.8": "bookworm",
    "3.9": "trixie",
}


@record
class Upgrade:
    """The edits that write another image, and its name.

    `is_sure` is whether all that is installed is known to be in its releases.
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

    changes: Changes = []
    for part, new in _changes(build, name, image.tag, parts(image)):
        if new is None:
            return None
        changes.append((part, new))
    changed = with_changes(build, used, changes)
    if changed is None:
        return None
    tag = changed.name.rpartition(":")[2]
    found = packages_in(build, used, tag)
    if found is Availability.GONE:
        return None
    is_sure = found is Availability.THERE and is_sure_move(build, changes)
    if is_sure and _is_meant_old(build, changes):
        is_sure = False
    return replace(changed, is_sure=is_sure)


def _is_meant_old(build: Build, changes: Changes) -> bool:
    """Whether people develop on just this Python, the oldest that the project supports."""
    for part, _ in changes:
        if part.release.product != "Python" or not part.release.has_ended(build.today):
            continue
        if is_least_to_develop_on(
            build, part.release.version, installed_projects(build)
        ):
            return True
    return False


def with_changes(build: Build, used: UsedImage, changes: Changes) -> Upgrade | None:
    """The image with other parts in its tag; None where they cannot be written."""
    edits = _edits(build, used, changes) if changes else ()
    if not edits:
        return None
    tag = used.image.tag
    for part, new in reversed(changes):
        tag = tag[: part.start] + new + tag[part.end :]
    comments = _corrected_comments(build, edits[0], used.image.tag, changes)
    return Upgrade(f"{used.image.name}:{tag}", (*comments, *edits), is_sure=False)


def _corrected_comments(
    build: Build, edit: Edit, tag: str, changes: Changes
) -> Iterator[Edit]:
    """The old releases in the comments directly above, which speak of the image."""
    dockerfile = build.dockerfile
    for item in (*dockerfile.globals, *(stage.from_ for stage in dockerfile.stages)):
        if not item.span.covers(edit.span):
            continue

        block = moves.block(dockerfile, item)
        above = Span(block.start, item.span.start)
        for comment in comments_in(dockerfile, above):
            text = comment.span.of(dockerfile.text)
            if "ignore" in text:
                continue

            for part, new in changes:
                old = re.escape(tag[part.start : part.end])
                for place in re.finditer(rf"(?<![\w.]){old}(?!\w|\.\w)", text):
                    start, end = place.span()
                    span = Span(comment.span.start + start, comment.span.start + end)
                    yield Edit.replace(span, new)


def packages_in(build: Build, used: UsedImage, new_tag: str) -> Availability:
    """Whether what is installed on the image is there in the release of its new tag."""
    stages = build.dockerfile.stages
    stage = next((item for item in stages if item.from_.span.covers(used.span)), None)
    name = official_name(used.image) or ""
    before = _release_of(name, used.image.tag)
    after = _release_of(name, new_tag)
    if stage is not None and name == "ubuntu":
        return availability(build, stage, UBUNTU)
    if stage is None or after is None or before == after:
        return Availability.THERE
    return availability(build, stage, after)


def _release_of(name: str, tag: str) -> str | None:
    """The release in a tag, or the one that its version comes with."""
    version, *words = tag.split("-")
    if name == "alpine":
        return f"alpine{version}"
    if name == "debian":
        for release in releases("Debian"):
            if version in (release.version, release.codename):
                return release.codename
    for word in words:
        if word in _CODENAMES or word.removeprefix("alpine")[:1].isdigit():
            return word
    built = releases_of(name, version)
    if "alpine" in words:
        return next((item for item in built if item.startswith("alpine")), None)
    if built:
        return built[0]
    minor = ".".join(version.split(".")[:2])
    return LAST_PYTHONS.get(minor) if name == "python" else None


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
            yield part, distribution(build, name, version, release)


def _is_older(
    build: Build, name: str, version: str, tag_parts: tuple[TaggedRelease, ...]
) -> bool:
    """Whether an exact version was never built on what replaces an ended distribution."""
    for part in tag_parts:
        if part.start == 0 or not part.release.has_ended(build.today):
            continue
        if distribution(build, name, version, part.release) is None:
            return True
    return False


def _python(build: Build, version: str) -> str | None:
    """The oldest supported minor that the project says it runs on."""
    context = build.context
    if context is None:
        return None
    minors = [release.version for release in supported("Python", build.today)]
    if not stated_minors(build) and not allowed(context, minors):
        return None
    return next(possible_pythons(build, version), None)


def possible_pythons(build: Build, version: str) -> Iterator[str]:
    """The supported minors that nothing is known to speak against, the oldest first."""
    short = version.replace(".", "")
    names = (
        rf"(?:python-?|\bpy-?|requirements[-_.]){re.escape(version)}|\b(?:cp|py){short}"
    )
    if speaks_of(build, rf"(?:{names})(?![0-9])"):
        return
    minors = [release.version for release in supported("Python", build.today)]
    stated = said_minors(build)
    requirements = tuple(asked_for(build))
    if any(map(is_too_old, requirements)):
        return
    for minor in minors:
        if not all(minor in versions for versions in stated):
            continue
        if not any(has_no_wheel(dependency, minor) for dependency in requirements):
            yield minor


def distribution(build: Build, name: str, version: str, old: Release) -> str | None:
    """The oldest supported release that the image comes with."""
    if old.codename and speaks_of(build, rf"\b{old.codename}\b"):
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


def speaks_of(build: Build, pattern: str) -> bool:
    """Whether it stands elsewhere in the Dockerfile: in a path, or the name of a package source."""
    text = build.dockerfile.text
    name = re.compile(pattern)
    for item in build.dockerfile.instructions:
        said = item.span.of(text)
        if item.keyword != "FROM" and name.search(said):
            return True
    return False


def _edits(build: Build, used: UsedImage, changes: Changes) -> tuple[Edit, ...]:
    """The parts of the tag as it stands, or else the default of the variable in it."""
    text = used.span.of(build.dockerfile.text)
    if not text.endswith(f":{used.image.tag}"):
        return _edits_of_default(build, used, changes)

    start = used.span.end - len(used.image.tag)
    edits: list[Edit] = []
    for part, new in changes:
        span = Span(start + part.start, start + part.end)
        edits.append(Edit.replace(span, new))
    return tuple(edits)


def _edits_of_default(
    build: Build, used: UsedImage, changes: Changes
) -> tuple[Edit, ...]:
    """The default of the ARG that a tag begins with, where it is the one part that changes."""
    written = build.dockerfile.text
    name, _, tag = used.span.of(written).rpartition(":")
    variable = _VARIABLE.match(tag)
    part, new = changes[0]
    if variable is None or "$" in name or len(changes) > 1 or part.start != 0:
        return ()

    pair = _default(build, variable["bare"] or variable["braced"])
    default = pair.value if pair is not None else None
    version = used.image.tag[: part.end]
    if default is None or default.text != version:
        return ()
    if default.span.of(written) != version:
        return ()
    return (Edit.replace(default.span, new),)


def _default(build: Build, name: str) -> Pair | None:
    """The ARG that gives a variable of FROM its value, where it is the only one of that name."""
    if name in build.args:
        return None
    pairs: list[Pair] = []
    for instruction in build.dockerfile.globals:
        pairs += [pair for pair in instruction.pairs if pair.name.text == name]
    return pairs[0] if len(pairs) == 1 else None
