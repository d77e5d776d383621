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
from lightship.image.descriptor import Descriptor, text, wrong_digest
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
from lightship.image.limits import over
from lightship.image.outer_tar import Archive, ArchiveFetch, Member, find
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
    candidates = []
    for one in images.values():
        beside = manifests.get(one.digest)
        digests = (one.digest, beside.manifest.digest) if beside else (one.digest,)
        about = Descriptor(one.digest, platform=one.document.platform)
        candidates.append(ImageCandidate(about, one.tags, one.tags, digests))
    one = images[choose(candidates, fetch, choice, archive.name).descriptor.digest]
    if found := manifests.get(one.digest):
        statements = read_attestations(found.manifest.digest, found.beside, fetch)
        return open_manifest(
            found.manifest,
            fetch,
            archive.limits,
            archive.name,
            archive.source,
            one.tags,
            statements,
        )
    return _opened(archive, one)


def _images(archive: Archive, manifest: Any) -> dict[Digest, Saved]:
    """The images of manifest.json by the digest of their config.

    One that is listed twice has the tags of both.
    """
    where = f"{archive.name}: manifest.json"
    if not isinstance(manifest, list) or not all(
        isinstance(each, dict) for each in manifest
    ):
        raise ImageError(
            f"{where}: not as docker writes it: it must be a list of objects"
        )
    known: dict[str, Digest] = {}
    images: dict[Digest, Saved] = {}
    for raw in manifest:
        place = _config_place(archive, raw)
        tags = tuple(tag for tag in _texts(raw.get("RepoTags")))
        if place.name in known:
            before = images[known[place.name]]
            images[before.digest] = replace(
                before, tags=tuple(dict.fromkeys((*before.tags, *tags)))
            )
            continue
        one = _saved(archive, raw, place, tags)
        known[place.name] = one.digest
        images[one.digest] = one
    return images


def _config_place(archive: Archive, raw: Mapping[str, Any]) -> Member:
    name = text(raw.get("Config"))
    place = find(archive.members, name) if name else None
    if place is None:
        raise ImageNotFoundError(
            f"{archive.name}: manifest.json names the config {name[:200]!r}, which is not there"
        )
    return place


def _saved(
    archive: Archive, raw: Mapping[str, Any], place: Member, tags: tuple[str, ...]
) -> Saved:
    where = f"{archive.name}: {place.name}"
    data = archive.read(place)
    digest, promised = digest_of(data), _CONFIG.fullmatch(place.name)
    if promised and promised[1] != digest.hex:
        raise wrong_digest(where, str(digest), Digest("sha256", promised[1]))
    document = read_document(as_json(data, where, archive.limits), where)
    layers, sources = raw.get("Layers"), raw.get("LayerSources")
    names = _texts(layers)
    if layers is not None and (
        not isinstance(layers, list) or len(names) != len(layers)
    ):
        raise ImageError(f"{archive.name}: manifest.json: Layers is no list of names")
    if len(names) > archive.limits.layers:
        raise over("layers", archive.limits.layers, archive.name)
    return Saved(
        digest, document, names, tags, sources if isinstance(sources, dict) else {}
    )


def _texts(raw: Any) -> tuple[str, ...]:
    return (
        tuple(each for each in raw if isinstance(each, str))
        if isinstance(raw, list)
        else ()
    )


def _manifests(archive: Archive, fetch: ArchiveFetch) -> dict[Digest, OwnManifest]:
    """The OCI manifests of the same archive by the digest of their config, if all their
    layers are there.
    """
    index = archive.document("index.json")
    found: dict[Digest, OwnManifest] = {}
    if index is None:
        return found
    candidates, beside = listed(index, fetch, f"{archive.name}: index.json")
    for each in candidates[:_MOST_MANIFESTS]:
        manifest = fetch.json(each.descriptor)
        config = manifest.get("config") if isinstance(manifest, dict) else None
        digest = read_digest(config.get("digest")) if isinstance(config, dict) else None
        if digest and _is_whole(manifest, fetch):
            found.setdefault(digest, OwnManifest(each.descriptor, beside))
    return found


def _is_whole(manifest: Mapping[str, Any], fetch: ArchiveFetch) -> bool:
    layers = manifest.get("layers")
    for each in layers if isinstance(layers, list) else ():
        digest = read_digest(each.get("digest")) if isinstance(each, dict) else None
        if digest is None or not (each.get("urls") or fetch.has(Descriptor(digest))):
            return False
    return True


def _opened(archive: Archive, one: Saved) -> Opened:
    """An image whose layers only manifest.json names."""
    ids = checked_ids(one.document, len(one.layers), f"{archive.name}: manifest.json")
    layers, blobs = [], []
    for at, (name, diff_id) in enumerate(zip(one.layers, ids, strict=True)):
        place = find(archive.members, name)
        layer, blob = _layer(archive, one, at, name, diff_id, place)
        layers.append(layer)
        blobs.append(blob)
    image = image_of(
        one.document, tuple(layers), one.digest, archive.name, archive.source
    )
    return Opened(replace(image, names=one.tags), tuple(blobs))


def _layer(
    archive: Archive,
    one: Saved,
    at: int,
    name: str,
    diff_id: Digest | None,
    place: Member | None,
) -> tuple[Layer, Blob | None]:
    said = one.sources.get(str(diff_id))
    media_type = text(said.get("mediaType")) if isinstance(said, dict) else ""
    if place is None:
        absent = Descriptor(diff_id or _NO_DIGEST, media_type=media_type)
        if "foreign" not in media_type and "nondistributable" not in media_type:
            raise ImageNotFoundError(
                f"{archive.name}: manifest.json names the layer {name[:200]!r}, which is not there"
            )
        return Layer(
            at, diff_id, None, media_type, None, why_absent(absent, None)
        ), None
    return Layer(
        at, diff_id, _promised(place.name, diff_id), media_type, place.size
    ), archive.blob(place)


def _promised(name: str, diff_id: Digest | None) -> Digest | None:
    """The digest of the stored bytes, as far as the name of their file is one."""
    if found := _STORED.fullmatch(name):
        return Digest("sha256", found[1])
    if found := _COMPRESSED.fullmatch(name):
        stored = Digest("sha256", found[1])
        return None if stored == diff_id else stored
    found = _PLAIN.fullmatch(name)
    return diff_id if found and diff_id and found[1] == diff_id.hex else None
