"""The three ways to lay an image out: by directory, by package, by layer."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nlargest
from typing import Any

from lightship.image.stack import packed
from lightship.inspection.inspection import Inspection
from lightship.report.image.html.files import all_contents
from lightship.report.kit.html.text import shown
from lightship.report.kit.html.tree import Content, Folders, View, columns

LARGEST = 10_000  # contents that may be nodes or rows of their own
_MANAGERS = {"deb": "Debian packages", "rpm": "RPM packages", "apk": "Alpine packages"}
_MANAGERS |= {"python": "Python distributions", "npm": "npm packages"}


def lay_out(
    inspection: Inspection, differing: frozenset[int] = frozenset()
) -> tuple[dict[str, Any], list[Content]]:
    """The nodes of each view by its name, and the largest contents.

    `differing` are references to the files that a comparison found to differ.
    """
    views = [
        Folders(view)
        for view in (_directories(), _packages(inspection), _layers(inspection))
    ]

    def differs(content: Content) -> bool:
        return bool(differing) and packed(content.layer, content.place) in differing

    def counted() -> Iterator[Content]:
        for content in all_contents(inspection.contents):
            for folders in views:
                folders.add(content, differs(content))
            yield content

    largest = nlargest(LARGEST, counted())
    pairs = [(content, differs(content)) for content in largest]
    return {folders.view.name: columns(folders, pairs) for folders in views}, largest


def _last(path: bytes) -> str:
    return shown(path.rpartition(b"/")[2])


def _directories() -> View:
    return View(
        "directory", lambda content: content.path, lambda path: _last(path) or "/"
    )


def _layers(inspection: Inspection) -> View:
    labels = [
        layer_label(inspection, at)
        for at in range(len(inspection.contents.image.layers))
    ]

    def label(path: bytes) -> str:
        first, slash, _ = path.partition(b"/")
        return _last(path) if slash else labels[int(first)] if first else "all layers"

    return View(
        "layer", lambda content: b"%d/%s" % (content.layer, content.path), label, 1
    )


def layer_label(inspection: Inspection, layer: int) -> str:
    """`Layer 3: COPY . .`, the number from 1."""
    text = inspection.blame[layer].text if layer < len(inspection.blame) else ""
    return f"Layer {layer + 1}" + (f": {shown(text, 60)}" if text else "")


def _packages(inspection: Inspection) -> View:
    """A package's files hang in it by their whole paths; what no package owns by its directories."""
    owners = inspection.owners

    def key(content: Content) -> bytes:
        package = inspection.package(content.layer, content.place)
        if package is None:
            return b"-/" + content.path
        manager = owners.packages[package].manager.encode()
        return b"%s/%d/%s" % (manager, package, content.path.replace(b"/", b"\0"))

    def label(path: bytes) -> str:
        manager, slash, rest = path.partition(b"/")
        number, inside, file = rest.partition(b"/")
        if not slash:
            return _manager(manager.decode())
        if manager == b"-":
            return _last(path)
        package = owners.packages[int(number)]
        return shown(file.replace(b"\0", b"/")) if inside else package.name

    return View("package", key, label, 1)


def _manager(name: str) -> str:
    if name in ("", "-"):
        return "no package" if name else "all packages"
    return _MANAGERS.get(name, name)
