"""The three ways to lay an image out: by directory, by package, by layer."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nlargest

from lightship.image.owners import UNOWNED
from lightship.image.stack import packed
from lightship.inspection.inspection import Inspection
from lightship.report.image.html.all_contents import all_contents
from lightship.report.kit.html.data import Data
from lightship.report.kit.html.page_text import shown
from lightship.report.kit.html.treemap import (
    Content,
    Counted,
    Folders,
    MapView,
    columns,
)

LARGEST = 10_000  # contents that may be nodes or rows of their own
_TEXT = 60  # characters of an instruction in a label
_UNOWNED = b"-"  # what stands for the package of files that none owns
_MANAGERS = {
    "": "all packages",
    "-": "no package",
    "deb": "Debian packages",
    "rpm": "RPM packages",
    "apk": "Alpine packages",
    "python": "Python distributions",
    "npm": "npm packages",
}


def lay_out(
    inspection: Inspection,
    differing: frozenset[int] = frozenset(),
) -> tuple[Data, list[Content]]:
    """The nodes of each view by its name, and the largest contents.

    `differing` are references to the files that a comparison found to differ.
    """
    views = (_directories(), _packages(inspection), _layers(inspection))
    trees = [Folders(view) for view in views]

    def counted() -> Iterator[Counted]:
        for content in all_contents(inspection.contents):
            one = _counted(inspection, content, differing)
            for tree in trees:
                tree.add(one)
            yield one

    largest = nlargest(LARGEST, counted())
    nodes = {tree.view.name: columns(tree, largest) for tree in trees}
    return nodes, [one.content for one in largest]


def _counted(
    inspection: Inspection, content: Content, differing: frozenset[int]
) -> Counted:
    owner = inspection.package(content.layer, content.place)
    differs = bool(differing) and packed(content.layer, content.place) in differing
    return Counted(content, differs, UNOWNED if owner is None else owner)


def _last(path: bytes) -> str:
    return shown(path.rpartition(b"/")[2])


def _directories() -> MapView:
    def key(content: Content) -> bytes:
        return content.path

    def label(path: bytes) -> str:
        return _last(path) or "/"

    return MapView("directory", key, label)


def _layers(inspection: Inspection) -> MapView:
    """The directories of each layer by itself."""
    many = len(inspection.contents.image.layers)
    labels = [layer_label(inspection, at) for at in range(many)]

    def key(content: Content) -> bytes:
        return b"%d/%s" % (content.layer, content.path)

    def label(path: bytes) -> str:
        if not path:
            return "all layers"
        layer, slash, _ = path.partition(b"/")
        return _last(path) if slash else labels[int(layer)]

    return MapView("layer", key, label, fixed=1)


def layer_label(inspection: Inspection, layer: int) -> str:
    """`Layer 3: COPY . .`, the number from 1."""
    name = f"Layer {layer + 1}"
    if layer >= len(inspection.blame):
        return name
    text = shown(inspection.blame[layer].text, _TEXT)
    return f"{name}: {text}" if text else name


def _packages(inspection: Inspection) -> MapView:
    """A package's files hang in it by their whole paths.

    What no package owns hangs in its directories.
    """
    packages = inspection.owners.packages

    def key(content: Content) -> bytes:
        number = inspection.package(content.layer, content.place)
        if number is None:
            return _UNOWNED + b"/" + content.path
        manager = packages[number].manager.encode()
        name = content.path.replace(b"/", b"\0")  # one part of the path in the tree
        return b"%s/%d/%s" % (manager, number, name)

    def label(path: bytes) -> str:
        manager, slash, rest = path.partition(b"/")
        if not slash:
            name = manager.decode()
            return _MANAGERS.get(name, name)
        if manager == _UNOWNED:
            return _last(path)
        number, is_file, file = rest.partition(b"/")
        if is_file:
            return shown(file.replace(b"\0", b"/"))
        return packages[int(number)].name

    return MapView("package", key, label, fixed=1)
