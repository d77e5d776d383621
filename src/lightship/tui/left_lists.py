"""What the left pane can show: layers, packages, findings, waste.

And which files of the tree each row means.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rich.text import Text

from lightship.image.owners import UNOWNED
from lightship.image.read import Contents
from lightship.inspection.inspection import ImageFinding, Inspection
from lightship.record import record
from lightship.tui import details, list_lines
from lightship.tui.listing import Line, plain
from lightship.tui.node_index import Index, Wasted
from lightship.tui.viewer_model import Among, ViewerModel, Wish
from lightship.wording.printable import escaped


@record(eq=False)
class LeftList:
    """A list. Both `line` and `details` are given a row, and how many cells they may take.

    `among` gives what chooses a row's nodes, None where the tree shows all; `what` names them.
    """

    count: int
    line: Callable[[int, int], Line]
    details: Callable[[int, int], Text]
    among: Callable[[int], Among | None] = lambda _row: None
    what: Callable[[int], str] = lambda _row: ""


def empty(words: str) -> LeftList:
    """A list without a row."""

    def line(_row: int, _width: int) -> Line:
        return plain(Text())

    def shown(_row: int, _width: int) -> Text:
        return Text(words, style="dim")

    return LeftList(0, line, shown)


def side(name: str, model: ViewerModel, wish: Callable[[], Wish]) -> LeftList:
    """The list of that name, of what is known by now."""
    if name == "layers" and model.contents is not None:
        return _layers(model.contents, model, wish)

    index = model.index
    if index is not None and name == "waste" and model.waste is not None:
        return _waste(index, model, model.waste)
    if index is not None and model.inspection is not None:
        if name == "packages":
            return _packages(index, model, model.inspection)
        if name == "findings":
            return _findings(index, model.inspection)
    return empty("not known yet …")


def _layers(
    contents: Contents, model: ViewerModel, wish: Callable[[], Wish]
) -> LeftList:
    layers = len(contents.image.layers)
    if not layers:
        return empty("This image has no layers.")

    def line(row: int, _width: int) -> Line:
        is_compared = wish().is_compared(row)
        return list_lines.layer_line(contents, row, model.blame(row), is_compared)

    def shown(row: int, width: int) -> Text:
        return details.layer_details(model, row, width)

    return LeftList(layers, line, shown)


def _packages(index: Index, model: ViewerModel, inspection: Inspection) -> LeftList:
    packages = inspection.owners.packages

    def rank(number: int) -> tuple[int, str]:
        package = packages[number]
        return -package.size, package.name

    order = sorted(range(len(packages)), key=rank)
    if not order:
        return empty("No package database was found in this image.")

    ordered = [packages[number] for number in order]

    def line(row: int, _width: int) -> Line:
        return list_lines.package_line(ordered[row])

    def shown(row: int, width: int) -> Text:
        return details.package_details(model, ordered[row], width)

    def among(row: int) -> Among:
        return partial(owned, index, inspection, order[row])

    def what(row: int) -> str:
        return f"files of {escaped(ordered[row].name)}"

    return LeftList(len(order), line, shown, among, what)


def owned(index: Index, inspection: Inspection, package: int) -> frozenset[int]:
    """The nodes of a package's files, in all layers."""
    assert package != UNOWNED
    files: set[int] = set()
    for nodes, owners in zip(index.of, inspection.owners.owner, strict=False):
        pairs = zip(nodes, owners, strict=False)
        files.update(node for node, owner in pairs if owner == package)
    return frozenset(files)


def _findings(index: Index, inspection: Inspection) -> LeftList:
    findings = inspection.findings
    if not findings:
        return empty("No findings for this image.")

    def line(row: int, width: int) -> Line:
        return list_lines.finding_line(findings[row], width)

    def shown(row: int, width: int) -> Text:
        return details.finding_details(findings[row], width)

    def among(row: int) -> Among | None:
        finding = findings[row]
        if not finding.places:
            return None
        return partial(_places, index, finding)

    def what(row: int) -> str:
        return _what(findings[row])

    return LeftList(len(findings), line, shown, among, what)


def _what(finding: ImageFinding) -> str:
    if not finding.places:
        return ""
    if finding.count > len(finding.places):
        return "the largest files of the finding"
    return "files of the finding"


def _places(index: Index, finding: ImageFinding) -> frozenset[int]:
    """The nodes of a finding's files; of a directory all that is below it."""
    known = (index.nodes.get(place.path) for place in finding.places)
    waiting = [node for node in known if node is not None]
    nodes = set(waiting)
    while waiting:
        children = index.children.get(waiting.pop(), ())
        new = [child for child in children if child not in nodes]
        nodes.update(new)
        waiting += new
    return frozenset(nodes)


def _waste(index: Index, model: ViewerModel, waste: Wasted) -> LeftList:
    nodes = waste.order
    if not nodes:
        return empty("This image has no waste.")

    def line(row: int, width: int) -> Line:
        return list_lines.waste_line(index, waste, nodes[row], width)

    def shown(row: int, width: int) -> Text:
        return details.waste_details(model, nodes[row], width)

    def among(row: int) -> Among:
        return partial(frozenset, {nodes[row]})

    def what(row: int) -> str:
        path = index.paths[nodes[row]]
        return f"/{escaped(path)}"

    return LeftList(len(nodes), line, shown, among, what)
