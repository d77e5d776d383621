"""An image and its layers as values of JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.image.distribution import Distribution
from lightship.image.entry_changes import change
from lightship.image.image import ImageConfig
from lightship.image.scan import Entry, EntryKind
from lightship.image.stack import NEVER, EndReason
from lightship.inspection.config_settings import masked, masked_values, masked_variable
from lightship.inspection.inspection import Inspection
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
    return side(inspection) | {
        "names": list(image.names),
        "source": image.source or None,
        "created": image.config.created or None,
        "files": contents.files,
        "user": image.config.user,
        "distribution": _distribution(inspection.distribution),
        "layers": [str(layer.diff_id or layer.digest or "") for layer in image.layers],
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


def _distribution(found: Distribution | None) -> dict[str, Any] | None:
    if found is None:
        return None
    ends = found.end_of_life
    return {
        "id": found.id,
        "version": found.version,
        "codename": found.codename,
        "name": found.name,
        "end_of_life": ends.isoformat() if ends else None,
    }


def _config(config: ImageConfig) -> dict[str, Any]:
    texts = {name: getattr(config, name) for name in _TEXTS}
    lists = {name: masked_values(getattr(config, name)) for name in _LISTS}
    labels = {
        name: masked(f"label {name}", value) for name, value in config.labels.items()
    }
    env = [masked_variable(each) for each in config.env]
    return (
        texts
        | lists
        | {
            "env": env,
            "labels": labels,
            "healthcheck": masked_values(config.healthcheck),
        }
    )


def layer_row(inspection: Inspection, at: int, view: ImageView) -> dict[str, Any]:
    """A layer; with its files where the view wants them."""
    layer, figures = inspection.contents.image.layers[at], layer_figures(inspection)[at]
    found = {
        "index": at,
        "diff_id": str(layer.diff_id) if layer.diff_id else None,
        "digest": str(layer.digest) if layer.digest else None,
        "media_type": layer.media_type or None,
        "absent": layer.absent or None,
        "size": figures.size,
        "compressed": figures.stored,
        "content": figures.content,
        "waste": figures.waste,
        "added": figures.added,
        "changed": figures.changed,
        "removed": figures.removed,
        "blame": blame(inspection.blame[at]),
    }
    return found | ({"files": list(_files(inspection, at))} if view.files else {})


def _files(inspection: Inspection, layer: int) -> Iterator[dict[str, Any]]:
    """Each entry of a layer: what it is, what it changed, what became of it. Whiteouts stand at the end."""
    scan, stack = inspection.contents.stack.scans[layer], inspection.contents.stack
    if scan is None:
        return
    for entry in scan.entries(layer):
        end = stack.gone[layer][entry.index]
        yield _entry(entry) | {
            "change": change_words(inspection, entry),
            "gone": EndReason(stack.why[layer][entry.index]).name.lower()
            if end != NEVER
            else None,
            "by": end if end != NEVER else None,
            "package": inspection.package(layer, entry.index),
        }
    for kind, paths in (("whiteout", scan.whiteouts), ("opaque", scan.opaques)):
        yield from (path_fields(path) | {"kind": kind} for path in paths)


def change_words(inspection: Inspection, entry: Entry) -> list[str]:
    """What an entry changed for the layers below: `new`, or some of content, mode, owner, link, xattrs, mtime, kind."""
    contents = inspection.contents
    return list(
        change(contents.stack, entry.layer, entry.index, contents.hash_of).words
    )


def _entry(entry: Entry) -> dict[str, Any]:
    link = (
        path_fields(entry.link, "link", slash=entry.kind is EntryKind.LINK)
        if entry.link
        else {"link": None}
    )
    return (
        path_fields(entry.path)
        | {
            "kind": KINDS[entry.kind],
            "size": entry.size,
            "mode": f"{entry.mode:04o}",
            "uid": entry.uid,
            "gid": entry.gid,
            "mtime": entry.mtime,
        }
        | link
    )
