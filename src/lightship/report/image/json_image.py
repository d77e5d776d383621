"""An image and its layers as values of JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.image.distribution import Distribution
from lightship.image.entry_changes import change
from lightship.image.image import ImageConfig, Layer
from lightship.image.scan import Entry, EntryKind
from lightship.image.stack import NEVER, EndReason
from lightship.inspection.config_settings import masked, masked_values, masked_variable
from lightship.inspection.inspection import Inspection
from lightship.inspection.own_waste import own_waste
from lightship.report.image.formats import ImageView
from lightship.report.image.json_values import blame
from lightship.report.image.layer_figures import layer_figures
from lightship.report.kit.json_stream import path_fields

KINDS = {
    EntryKind.FILE: "file",
    EntryKind.LINK: "hardlink",
    EntryKind.SYMLINK: "symlink",
    EntryKind.CHARACTER: "character",
    EntryKind.BLOCK: "block",
    EntryKind.DIRECTORY: "directory",
    EntryKind.FIFO: "fifo",
}
_LISTS = ("entrypoint", "cmd", "shell", "on_build", "exposed_ports", "volumes")
_TEXTS = ("user", "workdir", "stop_signal")


def image_row(inspection: Inspection) -> dict[str, Any]:
    """All that is said of the image as a whole."""
    contents = inspection.contents
    image = contents.image
    own = own_waste(contents.waste, inspection.blame)
    return side(inspection) | {
        "names": list(image.names),
        "source": image.source or None,
        "created": image.config.created or None,
        "own_waste": sum(item.size for item in own),
        "files": contents.files,
        "user": image.config.user,
        "distribution": _distribution(inspection.distribution),
        "layers": list(map(_layer_name, image.layers)),
        "history_matches": image.history_matches,
        "config": _config(image.config),
        "annotations": dict(image.annotations),
    }


def side(inspection: Inspection) -> dict[str, Any]:
    """What tells an image apart, and its figures."""
    contents = inspection.contents
    image = contents.image
    return {
        "name": image.name,
        "digest": str(image.digest),
        "platform": str(image.platform),
        "size": contents.size,
        "compressed": contents.stored,
        "content": contents.content_bytes,
        "waste": contents.wasted_bytes,
        "efficiency": round(contents.efficiency, 6),
    }


def _layer_name(layer: Layer) -> str:
    """The diff ID, or else the digest; empty where neither is known."""
    return str(layer.diff_id or layer.digest or "")


def _distribution(release: Distribution | None) -> dict[str, Any] | None:
    if release is None:
        return None
    ends = None
    if release.end_of_life:
        ends = release.end_of_life.isoformat()
    return {
        "id": release.id,
        "version": release.version,
        "codename": release.codename,
        "name": release.name,
        "end_of_life": ends,
    }


def _config(config: ImageConfig) -> dict[str, Any]:
    texts = {name: getattr(config, name) for name in _TEXTS}
    lists = {name: masked_values(getattr(config, name)) for name in _LISTS}
    return {
        **texts,
        **lists,
        "env": list(map(masked_variable, config.env)),
        "labels": _labels(config),
        "healthcheck": masked_values(config.healthcheck),
    }


def _labels(config: ImageConfig) -> dict[str, str]:
    labels = config.labels.items()
    return {name: masked(f"label {name}", value) for name, value in labels}


def layer_row(inspection: Inspection, index: int, view: ImageView) -> dict[str, Any]:
    """A layer; with its files where the view wants them."""
    layer = inspection.contents.image.layers[index]
    figures = layer_figures(inspection)[index]
    diff_id = str(layer.diff_id) if layer.diff_id else None
    digest = str(layer.digest) if layer.digest else None
    row: dict[str, Any] = {
        "index": index,
        "diff_id": diff_id,
        "digest": digest,
        "media_type": layer.media_type or None,
        "absent": layer.absent or None,
        "size": figures.size,
        "compressed": figures.stored,
        "content": figures.content,
        "waste": figures.waste,
        "added": figures.added,
        "changed": figures.changed,
        "removed": figures.removed,
        "blame": blame(inspection.blame[index]),
    }
    if view.files:
        row["files"] = list(_files(inspection, index))
    return row


def _files(inspection: Inspection, layer: int) -> Iterator[dict[str, Any]]:
    """Each entry of a layer: what it is, what it changed, what became of it; then whiteouts."""
    scan = inspection.contents.stack.scans[layer]
    if scan is None:
        return
    for entry in scan.entries(layer):
        yield {
            **_entry(entry),
            "change": change_words(inspection, entry),
            **_end(inspection, entry),
            "package": inspection.package(layer, entry.index),
        }
    for path in scan.whiteouts:
        yield {**path_fields(path), "kind": "whiteout"}
    for path in scan.opaques:
        yield {**path_fields(path), "kind": "opaque"}


def _end(inspection: Inspection, entry: Entry) -> dict[str, Any]:
    """Why an entry is not seen any more, and the layer that ended it."""
    end = end_of(inspection, entry)
    if end is None:
        return {"gone": None, "by": None}
    reason, layer = end
    return {"gone": reason, "by": layer}


def end_of(inspection: Inspection, entry: Entry) -> tuple[str, int] | None:
    """Why an entry is not seen any more, and the layer that ended it; None where it is seen."""
    stack = inspection.contents.stack
    layer = stack.gone[entry.layer][entry.index]
    if layer == NEVER:
        return None
    reason = EndReason(stack.why[entry.layer][entry.index])
    return reason.name.lower(), layer


def change_words(inspection: Inspection, entry: Entry) -> list[str]:
    """What an entry changed for the layers below.

    `new`, or some of content, mode, owner, link, xattrs, mtime, kind.
    """
    contents = inspection.contents
    changes = change(contents.stack, entry.layer, entry.index, contents.hash_of)
    return list(changes.words)


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        **path_fields(entry.path),
        "kind": KINDS[entry.kind],
        "size": entry.size,
        "mode": f"{entry.mode:04o}",
        "uid": entry.uid,
        "gid": entry.gid,
        "mtime": entry.mtime,
        **_link(entry),
    }


def _link(entry: Entry) -> dict[str, Any]:
    """Where a link leads; a hard link from the root, as a path does."""
    if not entry.link:
        return {"link": None}
    return path_fields(entry.link, "link", slash=entry.kind is EntryKind.LINK)
