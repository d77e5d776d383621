"""manifest.json: what `docker save` writes beside or in place of an OCI layout (moby/moby,
image/tarexport).

It lists for each image the names of its config and its layers in the archive, and its tags. Where
an OCI manifest in the same archive has the same config, it is that manifest which is read: it has
digests, annotations and attestations.

How a file is named may promise its digest: `blobs/sha256/HEX`; a config `HEX.json` or
`sha256:HEX`; a layer `HEX.tar.gz` by go-containerregistry, and a layer `HEX.tar` by
containers/image.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lightship.errors import ImageError, ImageNotFoundError
from lightship.image.blob import Blob
from lightship.image.choose import Choice, ImageCandidate, choose, listed
from lightship.image.codecs import as_json
from lightship.image.descriptor import Descriptor, text, texts, wrong_digest
from lightship.image.digest import Digest, digest_of, read_digest
from lightship.image.document import Document, read_document
from lightship.image.image import Layer, Opened
from lightship.image.layout import (
    checked_ids,
    image_of,
    open_manifest,
    read_attestations,
    why_absent,
)
from lightship.image.outer_tar import Archive, ArchiveFetch, Member, find
from lightship.image.read_limits import over
from lightship.record import record
from lightship.regex import regex

_SHA256 = r"[0-9a-f]{64}"
_CONFIG = regex(rf"(?:blobs/sha256/|sha256:)?({_SHA256})(?:\.json)?")
_STORED = regex(rf"blobs/sha256/({_SHA256})")
_COMPRESSED = regex(rf"({_SHA256})\.(?:tar\.gz|tgz)")
_PLAIN = regex(rf"({_SHA256})\.tar")
_NO_DIGEST = Digest("sha256", "0" * 64)  # for a layer that is not there and has none
# OCI manifests that are looked through for the one with the same config
_MOST_MANIFESTS = 200


@record
class Saved:
    """An image of manifest.json: its config and the names of its layers, its tags, its
    foreign layers by diff ID.
    """

    digest: Digest
    document: Document
    layers: tuple[str, ...]
    tags: tuple[str, ...]
    sources: Mapping[str, Any]


@record
class OwnManifest:
    """An OCI manifest in the same archive, and the attestations of its index."""

    manifest: Descriptor
    beside: Sequence[Descriptor]


def open_docker_archive(archive: Archive, manifest: Any, choice: Choice) -> Opened:
    """The image that is meant of those in manifest.json."""
    images = _images(archive, manifest)
    fetch = ArchiveFetch(archive)
    manifests = _manifests(archive, fetch)
    candidates: list[ImageCandidate] = []
    for saved in images.values():
        digests = [saved.digest]
        if saved.digest in manifests:
            digests.append(manifests[saved.digest].manifest.digest)
        about = Descriptor(saved.digest, platform=saved.document.platform)
        tags = saved.tags
        candidates.append(ImageCandidate(about, tags, tags, tuple(digests)))

    chosen = choose(candidates, fetch, choice, archive.name)
    saved = images[chosen.descriptor.digest]
    own = manifests.get(saved.digest)
    if own is None:
        return _opened(archive, saved)
    statements = read_attestations(own.manifest.digest, own.beside, fetch)
    return open_manifest(
        own.manifest,
        fetch,
        archive.limits,
        archive.name,
        archive.source,
        saved.tags,
        statements,
    )


def _images(archive: Archive, manifest: Any) -> dict[Digest, Saved]:
    """The images of manifest.json by the digest of their config.

    One that is listed twice has the tags of both.
    """
    where = f"{archive.name}: manifest.json"
    rows: list[dict[str, Any]] = manifest if isinstance(manifest, list) else []
    is_list = isinstance(manifest, list) and all(isinstance(row, dict) for row in rows)
    if not is_list:
        raise ImageError(
            f"{where}: not as docker writes it: it must be a list of objects"
        )
    known: dict[str, Digest] = {}
    images: dict[Digest, Saved] = {}
    for row in rows:
        config = _config_member(archive, row)
        tags = texts(row.get("RepoTags"))
        if config.name in known:
            before = images[known[config.name]]
            all_tags = tuple(dict.fromkeys((*before.tags, *tags)))
            images[before.digest] = replace(before, tags=all_tags)
            continue
        saved = _saved(archive, row, config, tags)
        known[config.name] = saved.digest
        images[saved.digest] = saved
    return images


def _config_member(archive: Archive, raw: Mapping[str, Any]) -> Member:
    name = text(raw.get("Config"))
    place = find(archive.members, name) if name else None
    if place is None:
        raise ImageNotFoundError(
            f"{archive.name}: manifest.json names the config {name[:200]!r}, which is missing"
        )
    return place


def _saved(
    archive: Archive,
    raw: Mapping[str, Any],
    place: Member,
    tags: tuple[str, ...],
) -> Saved:
    where = f"{archive.name}: {place.name}"
    data = archive.read(place)
    digest = digest_of(data)
    promised = _CONFIG.fullmatch(place.name)
    if promised and promised[1] != digest.hex:
        raise wrong_digest(where, str(digest), Digest("sha256", promised[1]))
    document = read_document(as_json(data, where, archive.limits), where)
    layers = raw.get("Layers")
    sources = raw.get("LayerSources")
    names = texts(layers)
    is_list = isinstance(layers, list) and len(names) == len(layers)
    if layers is not None and not is_list:
        raise ImageError(
            f"{archive.name}: manifest.json: Layers must be a list of names"
        )
    if len(names) > archive.limits.layers:
        raise over("layers", archive.limits.layers, archive.name)
    by_layer = sources if isinstance(sources, dict) else {}
    return Saved(digest, document, names, tags, by_layer)


def _manifests(archive: Archive, fetch: ArchiveFetch) -> dict[Digest, OwnManifest]:
    """The OCI manifests of the same archive by the digest of their config, if all their
    layers are there.
    """
    index = archive.document("index.json")
    manifests: dict[Digest, OwnManifest] = {}
    if index is None:
        return manifests
    candidates, beside = listed(index, fetch, f"{archive.name}: index.json")
    for candidate in candidates[:_MOST_MANIFESTS]:
        manifest = fetch.json(candidate.descriptor)
        if not isinstance(manifest, dict):
            continue
        digest = _digest_in(manifest.get("config"))
        if digest and _is_whole(manifest, fetch):
            own = OwnManifest(candidate.descriptor, beside)
            manifests.setdefault(digest, own)
    return manifests


def _digest_in(descriptor: Any) -> Digest | None:
    if not isinstance(descriptor, dict):
        return None
    return read_digest(descriptor.get("digest"))


def _is_whole(manifest: Mapping[str, Any], fetch: ArchiveFetch) -> bool:
    """Whether all its layers are there, but for those that lie elsewhere."""
    layers = manifest.get("layers")
    if not isinstance(layers, list):
        return True
    for layer in layers:
        digest = _digest_in(layer)
        if digest is None:
            return False
        if not layer.get("urls") and not fetch.has(Descriptor(digest)):
            return False
    return True


def _opened(archive: Archive, saved: Saved) -> Opened:
    """An image whose layers only manifest.json names."""
    document = saved.document
    names = saved.layers
    ids = checked_ids(document, len(names), f"{archive.name}: manifest.json")
    layers: list[Layer] = []
    blobs: list[Blob | None] = []
    for at, (name, diff_id) in enumerate(zip(names, ids, strict=True)):
        member = find(archive.members, name)
        layer, blob = _layer(archive, saved, at, name, diff_id, member)
        layers.append(layer)
        blobs.append(blob)
    image = image_of(
        document,
        tuple(layers),
        saved.digest,
        archive.name,
        archive.source,
    )
    return Opened(replace(image, names=saved.tags), tuple(blobs))


def _layer(
    archive: Archive,
    saved: Saved,
    at: int,
    name: str,
    diff_id: Digest | None,
    member: Member | None,
) -> tuple[Layer, Blob | None]:
    source = saved.sources.get(str(diff_id))
    media_type = text(source.get("mediaType")) if isinstance(source, dict) else ""
    if member is None:
        absent = Descriptor(diff_id or _NO_DIGEST, media_type=media_type)
        if "foreign" not in media_type and "nondistributable" not in media_type:
            raise ImageNotFoundError(
                f"{archive.name}: manifest.json names the layer {name[:200]!r}, which is missing"
            )
        why = why_absent(absent, None)
        return Layer(at, diff_id, None, media_type, None, why), None
    promised = _promised(member.name, diff_id)
    layer = Layer(at, diff_id, promised, media_type, member.size)
    return layer, archive.blob(member)


def _promised(name: str, diff_id: Digest | None) -> Digest | None:
    """The digest of the stored bytes, as far as the name of their file is one."""
    if match := _STORED.fullmatch(name):
        return Digest("sha256", match[1])
    if match := _COMPRESSED.fullmatch(name):
        stored = Digest("sha256", match[1])
        return None if stored == diff_id else stored
    match = _PLAIN.fullmatch(name)
    if match and diff_id and match[1] == diff_id.hex:
        return diff_id
    return None
