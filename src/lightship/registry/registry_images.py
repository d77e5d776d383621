"""`registry://NAME`: an image of a registry, without any engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from lightship.base_images.reference import Reference, read_reference
from lightship.errors import UsageError
from lightship.image.blob import Blob
from lightship.image.choose import Choice
from lightship.image.descriptor import Descriptor, checked_json
from lightship.image.digest import Digest, digest_of, read_digest
from lightship.image.image import Layer, Opened
from lightship.image.layout import open_descriptor
from lightship.image.read_limits import Limits
from lightship.image.table import Table
from lightship.image.table_formats import read_table, says_table
from lightship.registry.client import MANIFESTS, RegistryClient
from lightship.registry.remote_blob import NoRangesError, RemoteBlob
from lightship.registry.transport import PATIENCE, Transport, is_loopback

_AT_ONCE = (
    4  # tables that are fetched side by side: what counts is how long an answer takes
)
_FOREIGN = ("foreign", "nondistributable")


@contextmanager
def open_registry(
    reference: str,
    choice: Choice,
    limits: Limits,
    *,
    plain_http: bool,
    patience: float = PATIENCE,
) -> Iterator[Opened]:
    """The image that a reference names: `python:3.13-slim`, `ghcr.io/owner/name@sha256:…`.

    Its layers are read while this is open. Where all of them have tables of contents,
    `Opened.tables` holds those. `patience` is for how many seconds the registry may send nothing.
    Raises RegistryError, ImageNotFoundError, ImageError, and UsageError for what is not a
    reference.
    """
    named = read_named(reference)
    if plain_http and not is_loopback(named.domain):
        raise UsageError(
            f"--plain-http works only with registries on this machine, not with {named.domain}"
        )
    transport = Transport(patience=patience)
    fetch = _Fetch(RegistryClient(named, transport, plain_http=plain_http), limits)
    try:
        names = (f"{named.name}:{named.tag or 'latest'}",) if not named.digest else ()
        yield fetch.with_tables(
            open_descriptor(
                fetch.top(), fetch, choice, limits, reference, "registry", names
            )
        )
    finally:
        fetch.close()
        transport.close()


def read_named(text: str) -> Reference:
    """A reference, with what Docker fills in."""
    reference = read_reference(text)
    if isinstance(reference, str):  # what is wrong with it
        raise UsageError(
            f"registry://{text}: {reference}; write HOST/NAME:TAG or NAME@DIGEST"
        )
    if reference.digest and read_digest(reference.digest) is None:
        raise UsageError(f"registry://{text}: the digest must be sha256 or sha512")
    return reference


class _Fetch:
    """The blobs of one repository (image/descriptor.py, Fetch)."""

    def __init__(self, client: RegistryClient, limits: Limits) -> None:
        self._client, self._limits = client, limits
        self._documents: dict[Digest, Any] = {}
        self._blobs: dict[Digest, RemoteBlob] = {}

    def top(self) -> Descriptor:
        """The manifest or index of the reference.

        Its bytes have the digest that was asked for or told.
        """
        named = self._client.reference
        data, kind, told = self._client.manifest(
            named.digest or named.tag or "latest", self._limits
        )
        promised = read_digest(named.digest) or read_digest(told) or digest_of(data)
        top = Descriptor(promised, len(data), kind)
        self._documents[promised] = checked_json(
            data, top, self._limits, f"{named.name}: manifest {promised}"
        )
        return top

    def has(self, _descriptor: Descriptor, /) -> bool:
        return True

    def json(self, descriptor: Descriptor, /) -> Any:
        name = descriptor.digest
        if name not in self._documents:
            where = str(name)
            if descriptor.media_type in MANIFESTS or not descriptor.media_type:
                data, _, _ = self._client.manifest(where, self._limits)
            else:
                data = self._client.body(
                    self._client.blob(where, {}), self._limits, where
                )
            self._documents[name] = checked_json(data, descriptor, self._limits, where)
        return self._documents[name]

    def blob(self, descriptor: Descriptor, /) -> Blob | None:
        if descriptor.urls or any(word in descriptor.media_type for word in _FOREIGN):
            return None
        if descriptor.digest not in self._blobs:
            self._blobs[descriptor.digest] = RemoteBlob(
                self._client, descriptor.digest, descriptor.size
            )
        return self._blobs[descriptor.digest].as_blob()

    def with_tables(self, opened: Opened) -> Opened:
        """The same with the tables of contents, where all layers have them.

        With some layers by table and some read whole, the hashes of contents could not be compared.
        """
        layers = [
            layer
            for layer, blob in zip(opened.image.layers, opened.blobs, strict=True)
            if blob is not None
        ]
        if not layers or not all(map(says_table, layers)):
            return opened
        tables = self._tables(layers)
        if tables is None:
            return opened

        # Each part that is read is now a request of its own, in place of the whole layer
        blobs: list[Blob | None] = []
        by_layer: dict[int, Table] = {}
        for layer, blob in zip(opened.image.layers, opened.blobs, strict=True):
            if blob is None or layer.digest is None:
                blobs.append(None)
                continue
            blobs.append(replace(blob, read_at=self._blobs[layer.digest].part))
            by_layer[layer.index] = tables[layer.digest]
        return replace(opened, blobs=tuple(blobs), tables=by_layer)

    def _tables(self, layers: Sequence[Layer]) -> dict[Digest, Table] | None:
        """The table of each layer; None where one has none, or the registry does not send parts."""
        distinct = {layer.digest: layer for layer in layers if layer.digest}

        def read(digest: Digest) -> Table | None:
            part = self._blobs[digest].part
            return read_table(distinct[digest], part, self._limits)

        tables: dict[Digest, Table] = {}
        try:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                read_tables = list(pool.map(read, distinct))
        except NoRangesError:
            return None
        for digest, table in zip(distinct, read_tables, strict=True):
            if table is None:
                return None
            tables[digest] = table
        return tables

    def close(self) -> None:
        for blob in self._blobs.values():
            blob.close()
