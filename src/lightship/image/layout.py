"""Manifests -> `Opened`: what OCI layouts, OCI archives and registries have in common.

All of it works over a `BlobSource` (descriptor.py). `open_descriptor` takes the descriptor of an
index or a manifest (what a registry answers to a tag), `open_index` an index that is not a blob
itself (the index.json of a layout), `open_manifest` a manifest that was chosen.

Facts: OCI image-spec, manifest.md, image-index.md, media-types.md; Docker's manifest version 2,
schema 2; for attestations BuildKit's docs/attestations/attestation-storage.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from lightship.errors import ImageError, ImageNotFoundError
from lightship.image.blob import Blob
from lightship.image.choose import Choice, ImageCandidate, choose, is_index, listed
from lightship.image.descriptor import (
    BlobSource,
    Descriptor,
    read_annotations,
    read_descriptor,
    text,
)
from lightship.image.digest import Digest
from lightship.image.document import Document, read_document, read_history
from lightship.image.image import Attestation, Image, Layer, Opened
from lightship.image.read_limits import Limits, over

_REFERENCE_DIGEST = "vnd.docker.reference.digest"
_PREDICATE_TYPE = "in-toto.io/predicate-type"
_IN_TOTO = "application/vnd.in-toto+json"
_MOST_ATTESTATIONS = 20  # manifests about one image; BuildKit makes one


def open_descriptor(
    top: Descriptor,
    fetch: BlobSource,
    choice: Choice,
    limits: Limits,
    name: str,
    source: str,
    names: tuple[str, ...] = (),
) -> Opened:
    """The image that an index or a manifest leads to.

    `name` is what the user said, for Image.name and for errors; `source` the scheme, `names` the
    tags that are known. Raises ImageNotFoundError where nothing or several are meant, ImageError
    for what is not an image.
    """
    document = fetch.json(top)
    if is_index(top, document):
        return open_index(document, fetch, choice, limits, name, source, names)
    chosen = choose(
        [ImageCandidate(top, names, names, (top.digest,))],
        fetch,
        Choice(platform=choice.platform),
        name,
    )
    return open_manifest(chosen.descriptor, fetch, limits, name, source, names)


def open_index(
    document: Any,
    fetch: BlobSource,
    choice: Choice,
    limits: Limits,
    name: str,
    source: str,
    names: tuple[str, ...] = (),
) -> Opened:
    """As `open_descriptor`, for an index that was read already."""
    candidates, beside = listed(document, fetch, name)
    chosen = choose(candidates, fetch, choice, name)
    attestations = read_attestations(chosen.descriptor.digest, beside, fetch)
    return open_manifest(
        chosen.descriptor,
        fetch,
        limits,
        name,
        source,
        names or chosen.names,
        attestations,
    )


def open_manifest(
    descriptor: Descriptor,
    fetch: BlobSource,
    limits: Limits,
    name: str,
    source: str,
    names: tuple[str, ...] = (),
    attestations: tuple[Attestation, ...] = (),
) -> Opened:
    """The image of one manifest."""
    manifest = fetch.json(descriptor)
    where = str(descriptor.digest)
    described = layer_descriptors(manifest, where, limits)
    about = read_descriptor(manifest.get("config"), f"{where}: config")
    document = read_document(fetch.json(about), str(about.digest))
    ids = checked_ids(document, len(described), where)
    layers: list[Layer] = []
    blobs: list[Blob | None] = []
    for at, (diff_id, part) in enumerate(zip(ids, described, strict=True)):
        blob = fetch.blob(part)
        layer = Layer(
            at,
            diff_id,
            part.digest,
            part.media_type,
            part.size,
            why_absent(part, blob),
            part.annotations,
        )
        layers.append(layer)
        blobs.append(None if layer.absent else blob)
    image = replace(
        image_of(document, tuple(layers), descriptor.digest, name, source),
        annotations=read_annotations(manifest.get("annotations")),
        attestations=attestations,
        names=names,
    )
    return Opened(image, tuple(blobs))


def layer_descriptors(manifest: Any, where: str, limits: Limits) -> list[Descriptor]:
    """The layers that a manifest lists; an ImageError for what is not a current manifest."""
    layers = manifest.get("layers") if isinstance(manifest, dict) else None
    if not isinstance(layers, list):
        if isinstance(manifest, dict) and manifest.get("schemaVersion") == 1:
            raise ImageError(
                f"{where}: Docker manifest schema 1 is no longer supported: push the image again"
            )
        raise ImageError(f"{where}: not an image manifest: it has no list of layers")
    if len(layers) > limits.layers:
        raise over("layers", limits.layers, where)
    return [
        read_descriptor(layer, f"{where}: layers[{at}]")
        for at, layer in enumerate(layers)
    ]


def checked_ids(document: Document, layers: int, where: str) -> Sequence[Digest | None]:
    """The diff ID of each layer.

    Engines refuse an image whose config has another number; with none it may pass.
    """
    if not document.diff_ids:
        return [None] * layers
    if len(document.diff_ids) != layers:
        raise ImageError(
            f"{where}: {layers} layers, but {len(document.diff_ids)} diff IDs in the config: "
            "engines refuse such an image"
        )
    return document.diff_ids


def image_of(
    document: Document,
    layers: tuple[Layer, ...],
    digest: Digest,
    name: str,
    source: str,
) -> Image:
    """An Image of what its config says, without annotations, attestations and names."""
    history = document.history
    matches = document.history_matches
    if len(layers) != len(document.diff_ids):
        history, matches = read_history(document.config.raw.get("history"), len(layers))
    return Image(
        name=name,
        digest=digest,
        platform=document.platform,
        config=document.config,
        layers=layers,
        history=history,
        history_matches=matches,
        source=source,
    )


def why_absent(descriptor: Descriptor, blob: Blob | None) -> str:
    """Why a layer has no bytes that could be read, or nothing where it has.

    An ImageError where it should.
    """
    kind = descriptor.media_type
    is_foreign = "foreign" in kind or "nondistributable" in kind
    if blob is None and (descriptor.urls or is_foreign):
        place = f" from {descriptor.urls[0]}" if descriptor.urls else ""
        return (
            f"a foreign layer: it is not in the image, the engine downloads it{place}"
        )
    if kind.endswith("+encrypted"):
        return "an encrypted layer"
    if kind and "tar" not in kind and "diff" not in kind:
        return f"not files: its media type is {kind}"
    if blob is None:
        raise ImageNotFoundError(
            f"the layer {descriptor.digest}, which the manifest names, is missing"
        )
    return ""


def read_attestations(
    about: Digest,
    beside: Sequence[Descriptor],
    fetch: BlobSource,
) -> tuple[Attestation, ...]:
    """The statements about an image among the attestation manifests of its index.

    What is not there is left out.
    """
    name = str(about)
    likely = [
        descriptor
        for descriptor in beside
        if descriptor.annotations.get(_REFERENCE_DIGEST, name) == name
    ]
    attestations: list[Attestation] = []
    for descriptor in likely[:_MOST_ATTESTATIONS]:
        if not fetch.has(descriptor):
            continue
        manifest = fetch.json(descriptor)
        if isinstance(manifest, dict) and _is_about(descriptor, manifest, about):
            attestations += _statements(manifest, str(descriptor.digest), fetch)
    return tuple(attestations)


def _is_about(descriptor: Descriptor, manifest: dict[str, Any], about: Digest) -> bool:
    """Where the index does not say what an attestation is about, its manifest does, as
    `subject`.
    """
    named = descriptor.annotations.get(_REFERENCE_DIGEST)
    subject = manifest.get("subject")
    if not named and isinstance(subject, dict):
        named = subject.get("digest")
    return named == str(about)


def _statements(
    manifest: dict[str, Any],
    where: str,
    fetch: BlobSource,
) -> Iterator[Attestation]:
    layers = manifest.get("layers")
    for raw in layers if isinstance(layers, list) else ():
        layer = read_descriptor(raw, f"{where}: layers")
        if layer.media_type == _IN_TOTO and fetch.has(layer):
            statement = fetch.json(layer)
            if isinstance(statement, dict):
                kind = layer.annotations.get(_PREDICATE_TYPE) or text(
                    statement.get("predicateType")
                )
                yield Attestation(kind, statement)
