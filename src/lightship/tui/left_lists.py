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
from lightship.tui import details
from lightship.tui.node_index import Index, Wasted
from lightship.tui.viewer_model import Among, ViewerModel, Wish
from lightship.wording.printable import escaped


@record(eq=False)
class LeftList:
    """A list.

    `among` gives what chooses a row's nodes, None where the tree shows all; `what` names them.
    """

    count: int
    line: Callable[[int], Text]
    details: Callable[[int], Text]
    among: Callable[[int], Among | None] = lambda _row: None
    what: Callable[[int], str] = lambda _row: ""


def empty(words: str) -> LeftList:
    """A list without a row."""
    return LeftList(0, lambda _row: Text(), lambda _row: Text(words, style="dim"))


def side(name: str, model: ViewerModel, wish: Callable[[], Wish]) -> LeftList:
    """The list of that name, of what is known by now."""
    if name == "layers" and model.contents is not None:
        return _layers(model.contents, model, wish)
    if model.index is not None and name == "waste" and model.waste is not None:
        return _waste(model.index, model.waste)
    if (
        model.index is not None
        and model.inspection is not None
        and name not in ("layers", "waste")
    ):
        make = _packages if name == "packages" else _findings
        return make(model.index, model.inspection)
    return empty("not known yet …")


def _layers(
    contents: Contents, model: ViewerModel, wish: Callable[[], Wish]
) -> LeftList:
    if not contents.image.layers:
        return empty("This image has no layers.")
    return LeftList(
        len(contents.image.layers),
        lambda row: details.layer_line(
            contents, row, model.blame(row), wish().is_compared(row)
        ),
        lambda row: details.layer_details(contents, row, model.blame(row), model.waste),
    )


def _packages(index: Index, inspection: Inspection) -> LeftList:
    packages = inspection.owners.packages
    order = sorted(
        range(len(packages)), key=lambda at: (-packages[at].size, packages[at].name)
    )
    if not order:
        return empty("No package database was found in this image.")
    return LeftList(
        len(order),
        lambda row: details.package_line(packages[order[row]]),
        lambda row: details.package_details(packages[order[row]]),
        lambda row: partial(owned, index, inspection, order[row]),
        lambda row: f"files of {escaped(packages[order[row]].name)}",
    )


def owned(index: Index, inspection: Inspection, package: int) -> frozenset[int]:
    """The nodes of a package's files, in all layers."""
    assert package != UNOWNED
    columns = zip(index.of, inspection.owners.owner, strict=False)
    return frozenset(
        node
        for nodes, owners in columns
        for node, owner in zip(nodes, owners, strict=False)
        if owner == package
    )


def _findings(index: Index, inspection: Inspection) -> LeftList:
    findings = inspection.findings
    if not findings:
        return empty("No findings for this image.")
    return LeftList(
        len(findings),
        lambda row: details.finding_line(findings[row]),
        lambda row: details.finding_details(findings[row]),
        lambda row: (
            partial(_places, index, findings[row]) if findings[row].places else None
        ),
        lambda row: _what(findings[row]),
    )


def _what(finding: ImageFinding) -> str:
    if not finding.places:
        return ""
    return (
        "the largest files of the finding"
        if finding.count > len(finding.places)
        else "files of the finding"
    )


def _places(index: Index, finding: ImageFinding) -> frozenset[int]:
    """The nodes of a finding's files; of a directory all that is below it."""
    waiting = [
        index.nodes[place.path] for place in finding.places if place.path in index.nodes
    ]
    found = set(waiting)
    while waiting:
        below = [
            child
            for child in index.children.get(waiting.pop(), ())
            if child not in found
        ]
        found.update(below)
        waiting += below
    return frozenset(found)


def _waste(index: Index, waste: Wasted) -> LeftList:
    nodes = waste.order
    if not nodes:
        return empty("This image has no waste.")
    return LeftList(
        len(nodes),
        lambda row: details.waste_line(index, waste, nodes[row]),
        lambda row: details.waste_details(index, waste, nodes[row]),
        lambda row: partial(frozenset, {nodes[row]}),
        lambda row: f"/{escaped(index.paths[nodes[row]], 40)}",
    )
