"""The containers of Kubernetes' manifests that may run the image, as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.reference import Reference, read_reference
from lightship.build import Build
from lightship.facts.start.container_lines import run_texts
from lightship.facts.start.others_images import is_of_others, last_part, own_names
from lightship.record import record
from lightship.regex import regex

_MANIFEST = regex(
    r"(?m)^[ \t]*kind:[ \t]*[\"']?(?:Deployment|StatefulSet|DaemonSet|Pod|Job|CronJob)\b"
)
_TEMPLATE = "{{"
_KEY = regex(r"([ \t]*)((?:-[ \t]+)*)[\"']?([\w-]*)[\"']?(?::[ \t]*(.*))?")
# They replace CMD: `command` together with ENTRYPOINT
_INSTEAD = frozenset({"command", "args"})
_VARIABLE = ("$", "<")


@record
class ClusterContainer:
    """A container: its image, and what it starts instead of CMD, empty where it keeps that.

    `is_sure` is whether its image is the one that is built; else it may be.
    """

    image: str
    instead: str
    is_sure: bool


@record
class _ManifestRow:
    """A line: how deep its key is, whether that begins an item of a list, the key and its value,
    and all of it.
    """

    depth: int
    is_item: bool
    key: str
    value: str
    line: str


def is_manifest(text: str) -> bool:
    """Whether a text has containers of Kubernetes in it."""
    return _MANIFEST.search(text) is not None


def is_unclear(text: str) -> bool:
    """Whether what a manifest starts cannot be read from it: a template, or a part of one."""
    return _TEMPLATE in text or not any(row.key == "image" for row in _rows(text))


def cluster_containers(build: Build) -> tuple[ClusterContainer, ...]:
    """The containers that run the image, or one that may be it."""
    return build.once(_cluster_containers)


def _cluster_containers(build: Build) -> tuple[ClusterContainer, ...]:
    own = own_names(build)
    found: list[ClusterContainer] = []
    for text in run_texts(build) or ():
        if not is_manifest(text) or is_unclear(text):
            continue
        for image, instead in _containers_in(text):
            is_sure = last_part(image) in own
            if is_sure or _may_be_own(build, image):
                found.append(ClusterContainer(image, instead, is_sure))
    return tuple(found)


def _may_be_own(build: Build, image: str) -> bool:
    """Whether an image of another name may be this one."""
    if not image or any(mark in image for mark in _VARIABLE):
        return True
    reference = read_reference(image)
    if not isinstance(reference, Reference):
        return True
    if reference.name in build.repository.images:
        return not own_names(build)  # that of another Dockerfile
    return not is_of_others(build, image)


def _containers_in(text: str) -> Iterator[tuple[str, str]]:
    """The image of each container, and what it starts instead of CMD."""
    rows = tuple(_rows(text))
    for at, row in enumerate(rows):
        if row.key == "image":
            image = row.value.partition(" #")[0].strip(" \t\"'")
            own = _own_rows(rows, at)
            yield image, " ".join(_instead(own, row.depth))


def _rows(text: str) -> Iterator[_ManifestRow]:
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        found = _KEY.match(line)
        assert found is not None
        value = found[4]
        key = "" if value is None else found[3]
        yield _ManifestRow(found.end(2), bool(found[2]), key, value or "", bare)


def _own_rows(rows: Sequence[_ManifestRow], at: int) -> Sequence[_ManifestRow]:
    """The lines of the mapping that has the line at `at`."""
    depth = rows[at].depth
    first = at
    while not _begins(rows[first], depth) and first and rows[first - 1].depth >= depth:
        first -= 1
    last = at + 1
    while last < len(rows) and rows[last].depth >= depth:
        if _begins(rows[last], depth):
            break
        last += 1
    return rows[first:last]


def _begins(row: _ManifestRow, depth: int) -> bool:
    return row.is_item and row.depth == depth


def _instead(rows: Sequence[_ManifestRow], depth: int) -> Iterator[str]:
    is_inside = False
    for row in rows:
        if row.depth == depth:
            is_inside = row.key in _INSTEAD
            if is_inside:
                yield row.value
        elif is_inside:
            yield row.line
