"""A `.dockerbuild` file: gzip of a tar with an OCI layout, a manifest for each build.

Source: docker/buildx, util/desktop/bundle/export.go. The config of a manifest is BuildKit's
BuildHistoryRecord as JSON; among its layers are the log (`status_messages.py`) and provenance.
"""

from __future__ import annotations

import hashlib
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from io import BytesIO
from typing import Any

from lightship.cache.records.build_record import BuildRecord, RecordForm
from lightship.cache.records.json_tree import at, loaded, numbers, objects, texts
from lightship.cache.records.read_provenance import is_provenance, read_provenance
from lightship.cache.records.record_limits import (
    LARGEST_FILE,
    LONGEST_VALUE,
    MOST_DESCRIPTORS,
    MOST_ENTRIES,
    MOST_RECORDS,
)
from lightship.cache.records.status_messages import status_vertexes
from lightship.cache.times.buildkit_progress import vertex_builds
from lightship.cache.times.recorded_step import Recorded
from lightship.errors import UsageError
from lightship.record import record

_RECORD = "application/vnd.buildkit.historyrecord.v0"
_LOG = "application/vnd.buildkit.status.v0"
_IN_TOTO = "application/vnd.in-toto+json"
_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_OF_GZIP = 31  # zlib's window for a gzip header
_DEEPEST = 2  # indexes in one another
_NANOSECOND = 1e-9
_BLOB = "blobs/sha256/"

_Document = Mapping[str, Any]


@record(eq=False, frozen=False)
class _Layout:
    """The blobs of a file, by digest. Each is hashed and parsed once, however often it is named.

    `left` is how many descriptors may still be visited.
    """

    blobs: Mapping[str, bytes]
    where: str
    left: int
    verified: set[str] = field(default_factory=set)
    visited: set[str] = field(default_factory=set)
    documents: dict[str, _Document | None] = field(default_factory=dict)
    logs: dict[str, Recorded] = field(default_factory=dict)


def read_dockerbuild(data: bytes, where: str) -> tuple[BuildRecord, ...]:
    """The builds of a `.dockerbuild` file.

    A UsageError for what is not one, is damaged, or is beyond a limit.
    """
    files = _files(_unpacked(data, where), where)
    index = loaded(files.get("index.json", b""))
    if index is None:
        raise UsageError(f"{where}: not a build record: it has no index.json")
    blobs = {
        f"sha256:{path.removeprefix(_BLOB)}": content
        for path, content in files.items()
        if path.startswith(_BLOB)
    }
    records: list[BuildRecord] = []
    layout = _Layout(blobs, where, MOST_DESCRIPTORS)
    for manifest in _manifests(index, layout, _DEEPEST):
        if len(records) >= MOST_RECORDS:
            raise UsageError(f"{where}: more than {MOST_RECORDS:,} builds")
        found = _record(manifest, layout)
        if found is not None:
            records.append(found)
    if not records:
        raise UsageError(f"{where}: not a build record: no build is recorded in it")
    return tuple(records)


def _unpacked(data: bytes, where: str) -> bytes:
    """The bytes of the archive, within a limit."""
    unpacker = zlib.decompressobj(_OF_GZIP)
    try:
        unpacked = unpacker.decompress(data, LARGEST_FILE)
    except zlib.error as error:
        raise UsageError(f"{where}: cannot unpack it: {error}") from error
    if unpacker.unconsumed_tail:
        raise UsageError(
            f"{where}: more than {LARGEST_FILE >> 20} MB is too much for a build record"
        )
    if not unpacker.eof:
        raise UsageError(f"{where}: cannot unpack it: the file is cut off")
    return unpacked


def _files(archive: bytes, where: str) -> dict[str, bytes]:
    """The files of the layout; nothing is written anywhere."""
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=BytesIO(archive), mode="r:") as tar:
            for count, member in enumerate(tar):
                if count >= MOST_ENTRIES:
                    raise UsageError(f"{where}: more than {MOST_ENTRIES:,} files")
                is_wanted = member.name == "index.json" or member.name.startswith(_BLOB)
                if is_wanted and _is_plain(member, len(archive)):
                    opened = tar.extractfile(member)
                    files[member.name] = opened.read() if opened else b""
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise UsageError(f"{where}: not a build record: {error}") from error
    return files


def _is_plain(member: tarfile.TarInfo, most: int) -> bool:
    """Whether it is a file whose bytes stand in the archive: a sparse one may claim any number."""
    is_file = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE)
    return is_file and member.sparse is None and member.size <= most


def _manifests(index: _Document, layout: _Layout, depth: int) -> Iterator[_Document]:
    """Each manifest once, in the order in which they are named."""
    for descriptor in _descriptors(index.get("manifests"), layout):
        digest = _digest(descriptor, layout)
        document = _document(digest, layout)
        if document is None or digest in layout.visited:
            continue
        kind = document.get("mediaType", descriptor.get("mediaType"))
        if kind == _INDEX and depth > 0:
            layout.visited.add(digest)
            yield from _manifests(document, layout, depth - 1)
        elif kind == _MANIFEST:
            layout.visited.add(digest)
            yield document


def _descriptors(tree: Any, layout: _Layout) -> Iterator[_Document]:
    for descriptor in objects(tree):
        layout.left -= 1
        if layout.left < 0:
            raise UsageError(
                f"{layout.where}: more than {MOST_DESCRIPTORS:,} descriptors"
            )
        yield descriptor


def _digest(descriptor: _Document, layout: _Layout) -> str:
    """The digest of a blob that is there; empty for another."""
    digest = descriptor.get("digest")
    is_there = isinstance(digest, str) and digest in layout.blobs
    return str(digest) if is_there else ""


def _document(digest: str, layout: _Layout) -> _Document | None:
    """The JSON of a blob."""
    if digest not in layout.documents:
        layout.documents[digest] = loaded(_blob(digest, layout))
    return layout.documents[digest]


def _blob(digest: str, layout: _Layout) -> bytes:
    """A blob of the layout, whose digest is held; nothing where it is not there."""
    content = layout.blobs.get(digest, b"")
    if not digest or digest in layout.verified:
        return content
    actual = hashlib.sha256(content).hexdigest()
    if digest != f"sha256:{actual}":
        raise UsageError(
            f"{layout.where}: damaged: a blob does not match its digest {digest[:19]}"
        )
    layout.verified.add(digest)
    return content


def _record(manifest: _Document, layout: _Layout) -> BuildRecord | None:
    """One build, with its first log; None where a manifest is of something else."""
    config = at(manifest, "config")
    if config.get("mediaType") != _RECORD:
        return None
    history = _document(_digest(config, layout), layout) or {}
    steps: Recorded | None = None
    known: BuildRecord | None = None
    for layer in _descriptors(manifest.get("layers"), layout):
        kind = layer.get("mediaType")
        if kind == _LOG and steps is None:
            steps = _steps(_digest(layer, layout), layout)
        elif kind == _IN_TOTO and known is None:
            document = _document(_digest(layer, layout), layout)
            if document is not None and is_provenance(document):
                known = read_provenance(document)

    found = BuildRecord(
        RecordForm.DOCKERBUILD,
        steps or (),
        reference=_text(history, "Ref"),
        attributes=texts(history.get("FrontendAttrs")),
        started=_moment(history, "CreatedAt"),
        completed=_moment(history, "CompletedAt"),
        error=_text(at(history, "error"), "message"),
    )
    if known is None:
        return found
    attributes = {**known.attributes, **found.attributes}
    return replace(
        found, attributes=attributes, lines=known.lines, materials=known.materials
    )


def _steps(digest: str, layout: _Layout) -> Recorded:
    """The steps of a log, which is of one build."""
    if digest not in layout.logs:
        log = _blob(digest, layout)
        builds = list(vertex_builds(status_vertexes(log, layout.where)))
        layout.logs[digest] = builds[-1] if builds else ()
    return layout.logs[digest]


def _text(tree: Mapping[str, Any], key: str) -> str:
    value = tree.get(key)
    return value[:LONGEST_VALUE] if isinstance(value, str) else ""


def _moment(history: Mapping[str, Any], key: str) -> float | None:
    """A moment as Go writes protobuf's in JSON: seconds and nanoseconds."""
    raw = at(history, key)
    seconds = numbers(raw.get("seconds"))
    if not seconds:
        return None
    return seconds + numbers(raw.get("nanos")) * _NANOSECOND
