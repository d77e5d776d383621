"""What a tag means today: the digest of its index or manifest, held against the bytes."""

from __future__ import annotations

import threading
from typing import Any

from lightship.base_images.reference import Reference
from lightship.errors import ImageError, ImageNotFoundError, RegistryError
from lightship.image.descriptor import Descriptor, checked_json, read_platform
from lightship.image.digest import Digest, digest_of, read_digest
from lightship.image.read_limits import MB, Limits
from lightship.pins.tag_meaning import TagMeaning
from lightship.registry.client import MANIFESTS, RegistryClient
from lightship.registry.transport import PATIENCE, Transport, is_loopback

# The most that a registry has to take (distribution-spec, spec.md, "Pushing Manifests")
_LIMITS = Limits(json_bytes=4 * MB)
_MOST_PLATFORMS = 200
_PARTS = ("manifests", "layers")  # an index has the one, a manifest the other


class TagDigests:
    """Asks registries what tags mean. Its methods may be called from several threads.

    With `plain_http` registries on this machine are asked without TLS. `patience` is for how many
    seconds a registry may send nothing.
    """

    def __init__(self, *, plain_http: bool, patience: float = PATIENCE) -> None:
        self._plain_http = plain_http
        self._transport = Transport(patience=patience)
        self._clients: dict[tuple[str, str], RegistryClient] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def meaning(self, image: Reference, tag: str, known: str = "") -> TagMeaning:
        """What a tag of an image means today.

        Of a `known` digest only the headers are asked for, which Docker Hub does not count as a
        pull. Any other one counts only with its bytes.

        Raises RegistryError, ImageNotFoundError, and ImageError for an answer that is not a
        manifest or does not have the digest that the registry told.
        """
        client = self._client(image)
        if known and client.told_digest(tag) == known:
            return TagMeaning(known)
        where = f"{image.name}:{tag}"
        try:
            data, kind, told = client.manifest(tag, _LIMITS)
        except ImageNotFoundError:
            raise
        except ImageError as error:  # the limit that it names is an option elsewhere
            raise ImageError(
                f"{where}: the registry's answer is larger than a manifest may be, 4 MB"
            ) from error
        digest = _promised(told, data, f"{client.host}: {where}")
        document = checked_json(data, Descriptor(digest), _LIMITS, where)
        _check_manifest(document, kind, where)
        return TagMeaning(str(digest), tuple(_platforms(document)))

    def _client(self, image: Reference) -> RegistryClient:
        """That of the repository: all its tags share a token."""
        key = image.domain, image.path
        with self._lock:
            client = self._clients.get(key)
            if client is None:
                plain = self._plain_http and is_loopback(image.domain)
                client = RegistryClient(image, self._transport, plain_http=plain)
                self._clients[key] = client
            return client


def _promised(told: str, data: bytes, where: str) -> Digest:
    """The digest that a registry told; that of the bytes where it told none."""
    if not told:
        return digest_of(data)
    digest = read_digest(told)
    if digest is None:
        raise RegistryError(f"{where}: its header has an invalid digest")
    return digest


def _check_manifest(document: Any, kind: str, where: str) -> None:
    """An ImageError for what is not an index or manifest: a page of a proxy, one of schema 1."""
    kinds = {kind}
    is_manifest = isinstance(document, dict) and document.get("schemaVersion") == 2
    if is_manifest:
        kinds.add(str(document.get("mediaType") or kind))
        is_manifest = any(isinstance(document.get(part), list) for part in _PARTS)
    if not is_manifest or kinds.isdisjoint(MANIFESTS):
        raise ImageError(
            f"{where}: the registry's answer is not a manifest that docker or OCI defines: "
            "it cannot be pinned"
        )


def _platforms(document: Any) -> list[str]:
    """The platforms of an index, each once."""
    entries = document.get("manifests")
    if not isinstance(entries, list):
        return []
    found: dict[str, None] = {}
    for entry in entries[:_MOST_PLATFORMS]:
        platform = read_platform(entry.get("platform")) if _is_dict(entry) else None
        if platform is not None and platform.os != "unknown":
            found[str(platform)] = None
    return list(found)


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)
