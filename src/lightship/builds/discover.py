"""All builds of a repository: what every file says, what is guessed of the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from lightship.base_images.reference import read_reference
from lightship.base_images.users import may_be_local
from lightship.builds.build_paths import DEFAULT_NAMES, checked
from lightship.builds.build_words import may_build
from lightship.builds.definition import (
    BuildDefinition,
    BuildSourceKind,
    Discovery,
    ProjectMount,
    Purpose,
    Unresolved,
)
from lightship.builds.guess import guessed
from lightship.builds.purpose_of_content import by_starts
from lightship.builds.purpose_of_copies import by_copies
from lightship.builds.purpose_of_mounts import by_mounts
from lightship.builds.purposes import purpose_of
from lightship.builds.source_files import read_sources
from lightship.builds.tagged_images import tagged_images
from lightship.builds.workspace import Workspace
from lightship.regex import regex
from lightship.repository_facts import GivenLabel

# Whose word is the best where several say the same
_ORDER = (
    BuildSourceKind.COMPOSE,
    BuildSourceKind.BAKE,
    BuildSourceKind.WORKFLOW,
    BuildSourceKind.GITLAB,
    BuildSourceKind.CONFIG,
    BuildSourceKind.ACTION,
    BuildSourceKind.DEVCONTAINER,
    BuildSourceKind.SCRIPT,
    BuildSourceKind.GUESS,
)
# A compose file may take the rest from these
_ELSEWHERE = (b"include", b"extends", b"inherits", b"$")

# What buildah carries out and BuildKit refuses: `COPY --from=$A`, options of mounts
_OF_BUILDAH = regex(
    r"--from=[\"']?\$|--mount=\S*,(?:relabel=\w+|[zZU])(?:[,\s]|$)|--mount=(?:relabel=|[zZU],)"
)


def discover(
    workspace: Workspace,
    configured: Iterable[BuildDefinition] = (),
    only: str | None = None,
) -> Discovery:
    """The builds of a repository; those that are configured win over all others.

    With `only` the builds of one Dockerfile, for which no more is read than what may name it.
    """
    builds: list[BuildDefinition] = []
    unresolved: list[Unresolved] = []
    for build in configured:
        _take(workspace, build, builds, unresolved)

    decided = {build.dockerfile for build in builds}
    if only is None or only not in decided:
        found = _read(workspace, only)
        unresolved += found.unresolved
        for build in found.builds:
            if build.dockerfile not in decided:
                _take(workspace, build, builds, unresolved)

    images = frozenset(
        (
            *_images(builds),
            *_taken_names(workspace, builds),
            *tagged_images(workspace),
        )
    )
    known = {build.dockerfile for build in builds}
    rest = [path for path in _dockerfiles(workspace, only) if path not in known]
    builds += [guessed(workspace, path) for path in rest]
    if only is not None:
        builds = [build for build in builds if build.dockerfile == only]
    builds = [replace(build, purpose=purpose_of(workspace, build)) for build in builds]
    builds = [_with_builder(workspace, build) for build in builds]
    united = _with_checks(_united(builds))
    united = [_with_starts(workspace, build, united) for build in united]
    return Discovery(tuple(united), tuple(dict.fromkeys(unresolved)), images=images)


def _with_starts(
    workspace: Workspace, build: BuildDefinition, united: Sequence[BuildDefinition]
) -> BuildDefinition:
    """A build with what its services are for, start or mount, or what others copy of it, where
    nothing else tells its purpose.
    """
    if build.purpose is not Purpose.UNKNOWN or build.is_published:
        return build
    if build.serves_tests:
        return replace(build, purpose=Purpose.TEST)
    purpose = by_starts(workspace, build)
    if purpose is Purpose.UNKNOWN:
        purpose = by_copies(workspace, build)
    if purpose is Purpose.UNKNOWN:
        purpose = by_mounts(workspace, build, united)
    return replace(build, purpose=purpose)


def _with_builder(workspace: Workspace, build: BuildDefinition) -> BuildDefinition:
    """A build with what is known of its builder, where that matters for it."""
    text = workspace.text(build.dockerfile) or ""
    if _OF_BUILDAH.search(text) is None:
        return build
    for path in workspace.paths:
        data = workspace.read(path) or b""
        if _buildah().search(data) is not None:
            return replace(build, may_be_buildah=True)
    return build


@cache
def _buildah() -> re.Pattern[bytes]:
    return re.compile(rb"\bbuildah (?:bud|build)\b|\bpodman build\b|buildah-build@")


def _with_checks(builds: Sequence[BuildDefinition]) -> list[BuildDefinition]:
    """What CI builds of a stage and does not push, beside an image of the same file that it does
    push, is for CI alone.
    """
    published = {
        (build.dockerfile, build.inline) for build in builds if build.is_published
    }
    judged: list[BuildDefinition] = []
    for build in builds:
        is_stage = build.kind is BuildSourceKind.WORKFLOW and build.target is not None
        is_unknown = build.purpose is Purpose.UNKNOWN and not build.is_published
        has_published = (build.dockerfile, build.inline) in published
        if is_stage and is_unknown and has_published:
            build = replace(build, purpose=Purpose.CI)  # noqa: PLW2901 - the same build
        judged.append(build)
    return judged


def _images(builds: Iterable[BuildDefinition]) -> Iterator[str]:
    """What the results are tagged as, without tags, and as Docker writes a name in full."""
    for build in builds:
        for tag in build.tags:
            name = _untagged(tag)
            reference = read_reference(name)
            # A variable may stand in the tag, not in the name
            if not isinstance(reference, str):
                yield reference.name


def _taken_names(
    workspace: Workspace, builds: Iterable[BuildDefinition]
) -> Iterator[str]:
    """The tags of official images that the repository gives to its own: `ubuntu:base`.

    A Dockerfile that names the tag itself, `FROM postgres:17`, starts from the public image.
    """
    for build in builds:
        for tag in build.tags:
            reference = read_reference(tag)
            if isinstance(reference, str) or may_be_local(reference):
                continue
            if not reference.official or not reference.tag:
                continue
            text = workspace.text(build.dockerfile)
            if text is not None and tag not in text:
                yield f"{reference.name}:{reference.tag}"


def _untagged(name: str) -> str:
    start = name.rfind("/") + 1
    end = name.find(":", start)
    return name if end < 0 else name[:end]


def _read(workspace: Workspace, only: str | None) -> Discovery:
    """What all files say; with `only` those that may speak of one Dockerfile."""
    paths = workspace.paths
    if only is not None:
        paths = tuple(path for path in paths if _may_name(workspace, path, only))
    found = read_sources(workspace, paths)
    comments = _comment_builds(workspace, _dockerfiles(workspace, only))
    contexts: dict[str, set[str]] = {}
    for build in found.builds:
        if workspace.is_directory(build.context):
            contexts.setdefault(build.dockerfile, set()).add(build.context)
    # What a file really builds is more than what a comment tells of it
    valid = [
        build
        for build in comments
        if build.context in contexts.get(build.dockerfile, {build.context})
    ]
    return Discovery((*found.builds, *valid), found.unresolved)


def _comment_builds(
    workspace: Workspace, dockerfiles: Iterable[str]
) -> list[BuildDefinition]:
    """The builds that Dockerfiles themselves say in their comments."""
    speaking = [path for path in dockerfiles if may_build(workspace.read(path))]
    if not speaking:
        return []
    # With all readers of commands
    from lightship.builds.task_files.shell_files import comment_builds  # noqa: PLC0415

    return [build for path in speaking for build in comment_builds(workspace, path)]


def _dockerfiles(workspace: Workspace, only: str | None) -> list[str]:
    if only is not None:
        return [only]
    return [path for path in workspace.paths if workspace.dockerfiles(path)]


def _take(
    workspace: Workspace,
    build: BuildDefinition,
    builds: list[BuildDefinition],
    unresolved: list[Unresolved],
) -> None:
    """Put a build where it belongs, depending on whether its paths exist."""
    result = checked(workspace, build)
    if isinstance(result, Unresolved):
        unresolved.append(result)
    else:
        builds.append(result)


def _may_name(workspace: Workspace, path: str, dockerfile: str) -> bool:
    """Whether a file may speak of a Dockerfile, by a search of its bytes."""
    name = dockerfile.rpartition("/")[2]
    if name in DEFAULT_NAMES:
        return True
    data = workspace.read(path)
    words = (name.encode("utf-8", "surrogateescape"), *_ELSEWHERE)
    return data is not None and any(word in data for word in words)


def _united(builds: Iterable[BuildDefinition]) -> list[BuildDefinition]:
    """Equal builds as one, with the sources of all; by Dockerfile."""
    by_key: dict[tuple[object, ...], list[BuildDefinition]] = {}
    for build in builds:
        by_key.setdefault(_key(build), []).append(build)
    united = [_one(same) for same in by_key.values()]
    return sorted(united, key=_place)


def _key(build: BuildDefinition) -> tuple[object, ...]:
    """What makes two builds the same."""
    return (
        build.dockerfile,
        build.context,
        build.target,
        tuple(sorted(build.args.items(), key=repr)),
        tuple(sorted(build.platforms)),
        tuple(sorted(build.contexts.items(), key=repr)),
        build.inline,
    )


def _one(same: list[BuildDefinition]) -> BuildDefinition:
    """Equal builds as one: the best source says what it is."""
    same.sort(key=_rank)
    sources = dict.fromkeys(source for build in same for source in build.sources)
    names = dict.fromkeys(name for build in same for name in build.names)
    images = [build for build in same if not build.is_exported] or same
    purposes = [build.purpose for build in images if build.purpose != Purpose.UNKNOWN]
    purpose = images[0].purpose
    if purposes:
        # An image that is shipped is judged as one, no matter who else uses it
        is_shipped = Purpose.PRODUCTION in purposes
        purpose = Purpose.PRODUCTION if is_shipped else purposes[0]
    volumes = dict.fromkeys(volume for build in same for volume in build.volumes)
    starts = dict.fromkeys(start for build in same for start in build.starts)
    return replace(
        same[0],
        sources=tuple(sources),
        names=tuple(names),
        purpose=purpose,
        volumes=tuple(volumes),
        starts=tuple(starts),
        is_published=any(build.is_published for build in same),
        has_init=all(build.has_init for build in same),
        is_uncached=all(map(_is_uncached, same)),
        is_exported=all(build.is_exported for build in same),
        has_user=all(build.has_user for build in same),
        mounts=_mounts_of_all(same),
        labels=_labels_of_all(same),
        serves_tests=all(build.serves_tests for build in same),
    )


def _mounts_of_all(same: Sequence[BuildDefinition]) -> tuple[ProjectMount, ...]:
    """What each of equal builds mounts."""
    return tuple(
        mount
        for mount in dict.fromkeys(same[0].mounts)
        if all(mount in build.mounts for build in same)
    )


def _labels_of_all(same: Sequence[BuildDefinition]) -> dict[str, GivenLabel]:
    """The labels that each of equal builds gives; those that are pushed decide where there are any.

    A value in which they differ is not known.
    """
    first, *others = [build for build in same if build.is_published] or same
    found: dict[str, GivenLabel] = {}
    for key, label in first.labels.items():
        given = [build.labels[key].value for build in others if key in build.labels]
        if len(given) < len(others):
            continue
        is_same = all(value == label.value for value in given)
        found[key] = label if is_same else replace(label, value=None)
    return found


def _is_uncached(build: BuildDefinition) -> bool:
    """Whether it is started with a switch that keeps it from using a cache."""
    options = build.called.options if build.called is not None else ()
    return any(option.name == "no-cache" for option in options)


def _rank(build: BuildDefinition) -> tuple[int, str, int]:
    return _ORDER.index(build.kind), build.source.path, build.source.line


def _place(build: BuildDefinition) -> tuple[object, ...]:
    return (build.dockerfile, *_rank(build), build.target or "", build.context)
