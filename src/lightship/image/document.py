"""An image's config, as a document -> ImageConfig, history and diff IDs (OCI image-spec,
config.md; docker's is alike).

Images are made by many programs. What is missing is empty, what has another type than the
specification says is empty too, but for the list of diff IDs: without it nothing can be said of
the layers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lightship.errors import ImageError
from lightship.evaluation.platforms import Platform
from lightship.image.digest import Digest, digest
from lightship.image.image import HistoryRow, ImageConfig
from lightship.record import record


@record
class Document:
    """What a config says; `history_matches` tells whether its rows and its diff IDs count alike."""

    config: ImageConfig
    platform: Platform
    diff_ids: tuple[Digest, ...]
    history: tuple[HistoryRow, ...]
    history_matches: bool


def read_document(raw: Any, where: str) -> Document:
    """A config as a Document; an ImageError that names `where` for what is none."""
    rootfs = _mapping(raw).get("rootfs")
    ids = _mapping(rootfs).get("diff_ids")
    if not isinstance(raw, dict) or not isinstance(ids, list):
        raise ImageError(
            f"{where}: not an image config: it has no list rootfs.diff_ids"
        )
    diff_ids = [
        digest(value, f"{where}: diff_ids[{at}]") for at, value in enumerate(ids)
    ]
    rows, matches = read_history(raw.get("history"), len(diff_ids))
    platform = Platform(
        _text(raw.get("os")),
        _text(raw.get("architecture")),
        _text(raw.get("variant")),
    )
    return Document(_config(raw), platform, tuple(diff_ids), rows, matches)


def read_history(raw: Any, layers: int) -> tuple[tuple[HistoryRow, ...], bool]:
    """The rows of history, the i-th that is not empty with the i-th layer, and whether they
    count alike.
    """
    rows: list[HistoryRow] = []
    layer = 0
    for item in raw if isinstance(raw, list) else ():
        row = _mapping(item)
        is_empty = row.get("empty_layer") is True
        history_row = HistoryRow(
            created_by=_text(row.get("created_by")),
            comment=_text(row.get("comment")),
            author=_text(row.get("author")),
            created=_text(row.get("created")),
            empty=is_empty,
            layer=None if is_empty else layer,
        )
        rows.append(history_row)
        layer += not is_empty
    if layer == layers:
        return tuple(rows), True
    return tuple([replace(row, layer=None) for row in rows]), False


def _config(raw: Mapping[str, Any]) -> ImageConfig:
    inner = _mapping(raw.get("config"))
    ports = _mapping(inner.get("ExposedPorts"))
    volumes = _mapping(inner.get("Volumes"))
    named_values = _mapping(inner.get("Labels"))
    labels = {str(key): _text(value) for key, value in named_values.items()}
    healthcheck = inner.get("Healthcheck")
    if not isinstance(healthcheck, dict):
        healthcheck = None
    return ImageConfig(
        user=_text(inner.get("User")),
        env=_texts(inner.get("Env")),
        entrypoint=_texts(inner.get("Entrypoint")),
        cmd=_texts(inner.get("Cmd")),
        workdir=_text(inner.get("WorkingDir")),
        exposed_ports=tuple(map(str, ports)),
        volumes=tuple(map(str, volumes)),
        labels=labels,
        stop_signal=_text(inner.get("StopSignal")),
        healthcheck=healthcheck,
        shell=_texts(inner.get("Shell")),
        on_build=_texts(inner.get("OnBuild")),
        created=_text(raw.get("created")),
        raw=raw,
    )


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        return ()
    return tuple([item for item in value if isinstance(item, str)])
