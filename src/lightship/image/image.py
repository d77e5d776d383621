"""`Image`: what a manifest, a config and its history say, whatever the image was read from.

Words and fields are those of the OCI image-spec (config.md, manifest.md, descriptor.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from lightship.evaluation.platforms import Platform
from lightship.image.blob import Blob
from lightship.image.digest import Digest
from lightship.image.scan import Scan
from lightship.image.table import Table
from lightship.record import record


@record
class HistoryRow:
    """A row of the config's history.

    `layer` is the index of the layer that it made, None where it made none.

    Where the rows and the layers do not count alike, no row has a layer (`Image.history_matches`
    is false).
    """

    created_by: str = ""
    comment: str = ""
    author: str = ""
    created: str = ""
    empty: bool = False
    layer: int | None = None


@record
class ImageConfig:
    """What a container of the image starts with; `raw` is the whole document."""

    user: str = ""
    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    workdir: str = ""
    exposed_ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    stop_signal: str = ""
    healthcheck: Mapping[str, Any] | None = None
    shell: tuple[str, ...] = ()
    on_build: tuple[str, ...] = ()
    created: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


@record
class Layer:
    """One layer, from the bottom up.

    `digest` and `stored` are of the blob as it is stored, `stored` in bytes; both None where only
    the tar is known. `diff_id` is the digest of the tar. `absent` says why there are no bytes (a
    foreign layer), empty where there are.
    """

    index: int
    diff_id: Digest | None = None
    digest: Digest | None = None
    media_type: str = ""
    stored: int | None = None
    absent: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)


@record
class Attestation:
    """A statement about the image that is kept beside it, such as BuildKit's provenance.

    `statement` is in-toto's.
    """

    predicate_type: str
    statement: Mapping[str, Any]


@record
class Image:
    """One image for one platform.

    `name` is as the user or the archive says it; `digest` that of its manifest, or of its config
    where it has no manifest of its own (as docker's image id); `source` the scheme it came by
    (`docker`, `archive`, `oci`, `registry`).
    """

    name: str
    digest: Digest
    platform: Platform
    config: ImageConfig
    layers: tuple[Layer, ...]
    history: tuple[HistoryRow, ...] = ()
    history_matches: bool = True
    annotations: Mapping[str, str] = field(default_factory=dict)
    attestations: tuple[Attestation, ...] = ()
    names: tuple[str, ...] = ()  # all tags that the source knows
    source: str = ""

    def row(self, layer: int) -> HistoryRow | None:
        """The row of history that made a layer."""
        return next((row for row in self.history if row.layer == layer), None)


@record(eq=False)
class Opened:
    """An image that can be read: what a source gives.

    `blobs` has the bytes of each layer, None where they are absent or were read already. `scans`
    are those that a source had to make while the bytes went by (an engine, a pipe). `tables` are
    the tables of contents of its layers, where a source read them: a layer is then known without
    its bytes.
    """

    image: Image
    blobs: tuple[Blob | None, ...]
    scans: Mapping[int, Scan] = field(default_factory=dict)
    tables: Mapping[int, Table] = field(default_factory=dict)
