"""Archives of images: what docker, podman, skopeo, kaniko, crane, BuildKit and containerd write.

There are two forms, and many archives have both: manifest.json (docker_archive.py), and an OCI
layout, index.json and blobs/ (OCI image-spec, image-layout.md).
"""

from __future__ import annotations

from lightship.errors import ImageError
from lightship.image.blob import Blob
from lightship.image.choose import Choice
from lightship.image.docker_archive import open_docker_archive
from lightship.image.image import Opened
from lightship.image.layout import open_index
from lightship.image.outer_tar import Archive, ArchiveFetch, Member, index_of
from lightship.image.read_limits import Limits, over


def open_archive(
    blob: Blob,
    choice: Choice,
    limits: Limits,
    name: str,
    source: str = "archive",
) -> Opened:
    """The image that is meant in an uncompressed archive that can be read at any place.

    Its layers are not read.

    Raises ImageNotFoundError where nothing or several are meant, ImageError for what is not an
    archive of an image.
    """

    def read(place: Member) -> bytes:
        if place.size > limits.json_bytes:
            raise over("json_bytes", limits.json_bytes, f"{name}: {place.name}")
        return blob.read_at(place.offset, place.size)

    def part(place: Member) -> Blob:
        return blob.part(place.offset, place.size, place.name)

    return open_members(
        Archive(index_of(blob, limits), read, part, limits, name, source), choice
    )


def open_members(archive: Archive, choice: Choice) -> Opened:
    """The same, of an archive whose files are known."""
    manifest = archive.document("manifest.json")
    if manifest is not None:
        return open_docker_archive(archive, manifest, choice)
    index = archive.document("index.json")
    if index is not None:
        return open_index(
            index,
            ArchiveFetch(archive),
            choice,
            archive.limits,
            archive.name,
            archive.source,
        )
    raise ImageError(
        f"{archive.name}: not an image archive (no manifest.json or index.json): "
        "write one with `docker save`, not `docker export`"
    )
