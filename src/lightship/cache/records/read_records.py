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
        from lightship.cache.records.dockerbuild import read_dockerbuild  # noqa: PLC0415 - only a record needs protobuf

        return read_dockerbuild(data, where)

    text = decode(data)
    document = loaded(text.removeprefix("\ufeff"))
    records: tuple[BuildRecord, ...] = ()
    if document is not None and "vertexes" not in document:
        records = tuple(_of_document(document))
    else:
        records = tuple(_of_progress(text))
    if not records:
        raise UsageError(
            f"{where}: nothing of a build in it: use a .dockerbuild file, a log of BuildKit, or "
            "the file of --metadata-file"
        )
    return records[:MOST_RECORDS]


def _of_progress(text: str) -> Iterator[BuildRecord]:
    for steps in read_builds(text):
        is_plain = any(step.digests[0].startswith("#") for step in steps)
        form = RecordForm.PLAIN if is_plain else RecordForm.RAWJSON
        spans = [step.span for step in steps if step.span is not None]
        started = min((start for start, _end in spans), default=None)
        completed = max((end for _start, end in spans), default=None)
        yield BuildRecord(form, steps, started=started, completed=completed)


def _of_document(document: Mapping[str, Any]) -> Iterator[BuildRecord]:
    """Provenance alone, or as it stands in the file of `--metadata-file`, by platform or not."""
    if is_provenance(document):
        yield read_provenance(document)
        return
    reference = document.get(_REFERENCE)
    if not isinstance(reference, str):
        return

    # buildx names BUILDER/NODE/REFERENCE
    short = reference.rpartition("/")[2][:_LONGEST]
    found = False
    for key in document:
        if key.startswith(_IN_METADATA) and is_provenance(at(document, key)):
            known = read_provenance(at(document, key))
            found = True
            yield replace(known, form=RecordForm.METADATA, reference=short)
    if not found:
        yield BuildRecord(RecordForm.METADATA, reference=short)


def merged(records: tuple[BuildRecord, ...]) -> BuildRecord:
    """What several files say of one build: the first that says something counts."""
    first, *others = records
    for other in others:
        first = replace(
            first,
            form=first.form if first.steps else other.form,
            steps=first.steps or other.steps,
            reference=first.reference or other.reference,
            attributes={**other.attributes, **first.attributes},
            lines=first.lines or other.lines,
            materials={**other.materials, **first.materials},
            started=first.started or other.started,
            completed=first.completed or other.completed,
            error=first.error or other.error,
        )
    return first
