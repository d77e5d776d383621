"""Provenance of a build: which line each step is from, and the digests of its base images.

Source: moby/buildkit, docs/attestations/slsa-definitions.md. There are two versions of the
predicate, SLSA v0.2 and v1; it stands in an in-toto statement, in a build record, or in the file
of `--metadata-file`. Lines and arguments are there with `mode=max` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from lightship.cache.records.build_record import (
    BuildRecord,
    RecordForm,
    image_of_material,
)
from lightship.cache.records.json_tree import at, numbers, objects, texts
from lightship.cache.records.record_limits import MOST_VALUES

_METADATA = "https://mobyproject.org/buildkit@v1#metadata"
_LONGEST_MOMENT = 40


def is_provenance(document: Mapping[str, Any]) -> bool:
    """Whether a document is a statement of provenance, or its predicate."""
    predicate = _predicate(document)
    is_first = "buildConfig" in predicate or "invocation" in predicate
    return is_first or "buildDefinition" in predicate


def read_provenance(document: Mapping[str, Any]) -> BuildRecord:
    """What a statement, or a predicate, says of a build; nothing of its steps' times."""
    predicate = _predicate(document)
    definition = at(predicate, "buildDefinition")
    config = at(definition, "internalParameters", "buildConfig")
    metadata = at(predicate, "runDetails", "metadata")
    inner = at(metadata, "buildkit_metadata")
    request = at(definition, "externalParameters", "request")
    materials = definition.get("resolvedDependencies")
    path = at(definition, "externalParameters", "configSource").get("path")
    if not definition:
        config = at(predicate, "buildConfig")
        metadata = at(predicate, "metadata")
        inner = at(metadata, _METADATA)
        request = at(predicate, "invocation", "parameters")
        materials = predicate.get("materials")
        path = at(predicate, "invocation", "configSource").get("entryPoint")

    return BuildRecord(
        RecordForm.PROVENANCE,
        attributes=_attributes(request, inner, path),
        lines=dict(_lines(config, inner)),
        materials=dict(_materials(materials)),
        started=_moment(metadata, "startedOn", "buildStartedOn"),
        completed=_moment(metadata, "finishedOn", "buildFinishedOn"),
    )


def _predicate(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return at(document, "predicate") or document


def _attributes(
    request: Mapping[str, Any],
    inner: Mapping[str, Any],
    path: Any,
) -> dict[str, str]:
    inner_request = at(request, "root", "request")
    args = texts(request.get("args"))
    args |= texts(inner_request.get("args"))
    revision = at(inner, "vcs").get("revision")
    if isinstance(revision, str):
        args.setdefault("vcs:revision", revision)
    if isinstance(path, str):
        args.setdefault("filename", path)
    return args


def _lines(
    config: Mapping[str, Any],
    inner: Mapping[str, Any],
) -> Iterator[tuple[str, int]]:
    """The first line of each step that comes from one place of the Dockerfile, by its digest."""
    steps = texts(config.get("digestMapping"))
    locations = at(inner, "source", "locations")
    for digest, step in islice(steps.items(), MOST_VALUES):
        source = at(locations, step)
        starts: set[int] = set()
        for place in objects(source.get("locations")):
            starts.add(_first_line(place))
        if len(starts) == 1:
            (line,) = starts
            yield digest, line


def _first_line(place: Mapping[str, Any]) -> int:
    """The first line of a place; 0 where it has none."""
    lines: list[int] = []
    for span in objects(place.get("ranges")):
        start = at(span, "start")
        line = numbers(start.get("line"))
        lines.append(line)
    return min(lines, default=0)


def _materials(raw: Any) -> Iterator[tuple[str, str]]:
    for material in objects(raw):
        uri = material.get("uri")
        digest = at(material, "digest").get("sha256")
        if not isinstance(uri, str) or not isinstance(digest, str):
            continue
        image = image_of_material(uri[:MOST_VALUES])
        if image:
            short = digest[:64]
            yield image, f"sha256:{short}"


def _moment(metadata: Mapping[str, Any], *names: str) -> float | None:
    for name in names:
        text = metadata.get(name)
        if not isinstance(text, str) or len(text) > _LONGEST_MOMENT:
            continue
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                return moment.timestamp()
        except (ValueError, OverflowError):
            continue
    return None
