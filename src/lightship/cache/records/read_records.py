"""A file that says something of builds, whichever of the forms it has, as records of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lightship.cache.records.build_record import BuildRecord, RecordForm
from lightship.cache.records.json_tree import at, loaded
from lightship.cache.records.read_provenance import is_provenance, read_provenance
from lightship.cache.records.record_limits import LARGEST_FILE, MOST_RECORDS
from lightship.cache.times.buildkit_progress import read_builds
from lightship.cache.times.recorded_step import Recorded
from lightship.errors import UsageError
from lightship.text import decode

_IN_METADATA = "buildx.build.provenance"
_REFERENCE = "buildx.build.ref"
_GZIP = b"\x1f\x8b"
_LONGEST = 200


def is_gzip(data: bytes) -> bool:
    """Whether a file may be a `.dockerbuild`."""
    return data.startswith(_GZIP)


def read_records(data: bytes, where: str) -> tuple[BuildRecord, ...]:
    """The builds that a file tells of, in their order.

    The file is a `.dockerbuild`, BuildKit's progress (rawjson or plain, such as the log of a CI
    job), the file of `--metadata-file`, or provenance. A UsageError that names `where` for others.
    """
    if len(data) > LARGEST_FILE:
        raise UsageError(
            f"{where}: more than {LARGEST_FILE >> 20} MB is too much for a record of a build"
        )
    if is_gzip(data):
        # Only a record needs protobuf
        from lightship.cache.records.dockerbuild import read_dockerbuild  # noqa: PLC0415

        return read_dockerbuild(data, where)

    records = tuple(_of_text(decode(data)))
    if not records:
        raise UsageError(
            f"{where}: nothing of a build in it: use a .dockerbuild file, a log of BuildKit, or "
            "the file of --metadata-file"
        )
    return records[:MOST_RECORDS]


def _of_text(text: str) -> Iterator[BuildRecord]:
    """What a text tells of: one JSON object, or BuildKit's progress."""
    bare = text.removeprefix("\ufeff")
    document = loaded(bare)
    # The progress of a build may be a single object
    if document is None or "vertexes" in document:
        return _of_progress(text)
    return _of_document(document)


def _of_progress(text: str) -> Iterator[BuildRecord]:
    for steps in read_builds(text):
        starts: list[float] = []
        ends: list[float] = []
        for step in steps:
            if step.span is not None:
                start, end = step.span
                starts.append(start)
                ends.append(end)
        yield BuildRecord(
            form=_form_of(steps),
            steps=steps,
            started=min(starts, default=None),
            completed=max(ends, default=None),
        )


def _form_of(steps: Recorded) -> RecordForm:
    """A plain log has numbers in place of digests."""
    for step in steps:
        digest = step.digests[0]
        if digest.startswith("#"):
            return RecordForm.PLAIN
    return RecordForm.RAWJSON


def _of_document(document: Mapping[str, Any]) -> Iterator[BuildRecord]:
    """Provenance alone, or as it stands in the file of `--metadata-file`, by platform or not."""
    if is_provenance(document):
        yield read_provenance(document)
        return
    reference = document.get(_REFERENCE)
    if not isinstance(reference, str):
        return

    # buildx names BUILDER/NODE/REFERENCE
    _node, _slash, last = reference.rpartition("/")
    short = last[:_LONGEST]
    has_provenance = False
    for key in document:
        if not key.startswith(_IN_METADATA):
            continue
        provenance = at(document, key)
        if is_provenance(provenance):
            has_provenance = True
            known = read_provenance(provenance)
            yield replace(known, form=RecordForm.METADATA, reference=short)
    if not has_provenance:
        yield BuildRecord(RecordForm.METADATA, reference=short)


def merged(records: tuple[BuildRecord, ...]) -> BuildRecord:
    """What several files say of one build: the first that says something counts."""
    first, *others = records
    for other in others:
        form = first.form if first.steps else other.form
        attributes = {**other.attributes, **first.attributes}
        materials = {**other.materials, **first.materials}
        first = replace(
            first,
            form=form,
            steps=first.steps or other.steps,
            reference=first.reference or other.reference,
            attributes=attributes,
            lines=first.lines or other.lines,
            materials=materials,
            started=first.started or other.started,
            completed=first.completed or other.completed,
            error=first.error or other.error,
        )
    return first
