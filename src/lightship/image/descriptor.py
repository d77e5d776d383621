"""`Descriptor`: how a manifest names a blob (OCI image-spec, descriptor.md).

`BlobSource`: where blobs come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Protocol

from lightship.errors import CorruptBlobError, ImageError
from lightship.evaluation.platforms import Platform
from lightship.image.blob import Blob
from lightship.image.codecs import as_json
from lightship.image.digest import Digest, digest
from lightship.image.read_limits import Limits
from lightship.record import record

ATTESTATION = "application/vnd.docker.attestation.manifest.v1+json"
_REFERENCE_TYPE = "vnd.docker.reference.type"
_LARGEST = 1 << 63


@record
class Descriptor:
    """A blob by digest and size in bytes.

    `size` is None where it is not known (a manifest that was asked for by tag).

    `platform` is None where the descriptor has none.
    """

    digest: Digest
    size: int | None = None
    media_type: str = ""
    platform: Platform | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    artifact_type: str = ""
    urls: tuple[str, ...] = ()

    @property
    def is_attestation(self) -> bool:
        """Whether it is about an image, and none itself: as BuildKit and docker mark them,
        old and new.
        """
        unknown = self.platform is not None and self.platform[:2] == (
            "unknown",
            "unknown",
        )
        marked = self.annotations.get(_REFERENCE_TYPE) == "attestation-manifest"
        return unknown or marked or self.artifact_type == ATTESTATION


class BlobSource(Protocol):
    """Where the blobs of an image are: an archive, a directory, a registry.

    The functions raise a LightshipError with a sentence for people: ImageNotFoundError where
    `document` has nothing of that digest, CorruptBlobError where bytes are not those that were
    promised.
    """

    def has(self, descriptor: Descriptor, /) -> bool:
        """Whether a blob is there, as far as that can be told without asking over a network:
        else true.
        """

    def json(self, descriptor: Descriptor, /) -> Any:
        """An index, manifest, config or statement; `checked_json` verifies and reads its bytes."""

    def blob(self, descriptor: Descriptor, /) -> Blob | None:
        """The bytes of a layer, None where they are not there.

        Nothing is read, nor verified, before the blob is.
        """


def read_descriptor(raw: Any, where: str) -> Descriptor:
    """A descriptor from JSON; an ImageError that names `where` for what is none."""
    if not isinstance(raw, dict):
        raise ImageError(
            f"{where}: not a descriptor: it must be an object with mediaType, digest and size"
        )
    size = raw.get("size")
    if (
        isinstance(size, bool)
        or not isinstance(size, int | None)
        or (size is not None and not 0 <= size < _LARGEST)
    ):
        raise ImageError(f"{where}: the size {str(size)[:40]} is not a number of bytes")
    return Descriptor(
        digest(raw.get("digest"), where),
        size,
        text(raw.get("mediaType")),
        read_platform(raw.get("platform")),
        read_annotations(raw.get("annotations")),
        text(raw.get("artifactType")),
        texts(raw.get("urls")),
    )


def read_platform(raw: Any) -> Platform | None:
    """The platform of a descriptor; None where there is none."""
    if not isinstance(raw, dict):
        return None
    fields = ("os", "architecture", "variant")
    platform = Platform(*[text(raw.get(field)) for field in fields])
    return platform if any(platform) else None


def read_annotations(raw: Any) -> Mapping[str, str]:
    """Annotations; those that are not text are left out."""
    if not isinstance(raw, dict):
        return {}
    return {key: value for key, value in raw.items() if isinstance(value, str)}


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list; anything else is left out."""
    if not isinstance(value, list):
        return ()
    return tuple([item for item in value if isinstance(item, str)])


def text(value: Any) -> str:
    """A text as it is, anything else as nothing."""
    return value if isinstance(value, str) else ""


def checked_json(
    data: bytes,
    descriptor: Descriptor,
    limits: Limits,
    where: str,
) -> Any:
    """Bytes as the JSON that a descriptor promises.

    A CorruptBlobError where size or digest are others.
    """
    if descriptor.size is not None and descriptor.size != len(data):
        raise wrong_size(where, len(data), descriptor.size)
    hasher = descriptor.digest.hasher()
    hasher.update(data)
    if hasher.hexdigest() != descriptor.digest.hex:
        raise wrong_digest(
            where,
            f"{descriptor.digest.algorithm}:{hasher.hexdigest()}",
            descriptor.digest,
        )
    return as_json(data, where, limits)


def wrong_size(where: str, size: int, promised: int) -> CorruptBlobError:
    """The error for a blob of another size; both in bytes."""
    return CorruptBlobError(
        f"{where}: {size:,} bytes instead of the {promised:,} that the manifest says"
    )


def wrong_digest(where: str, actual: str, promised: Digest) -> CorruptBlobError:
    """The error for a blob of another digest."""
    return CorruptBlobError(
        f"{where}: the digest of its bytes is {actual}, not {promised}"
    )
