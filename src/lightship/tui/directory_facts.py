"""Of a directory: whose the bytes in it are, and which lines brought them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lightship.image.stack import reference
from lightship.tui.makers import line_and_instruction
from lightship.tui.makers import place as place_of
from lightship.tui.tree_rows import Rows
from lightship.tui.tree_view import NodeState
from lightship.tui.viewer_model import ViewerModel
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

MOST = 20_000  # entries that are added up while the cursor moves
_NAMED = 3
_TOO_MANY = f"more than {MOST:,} entries: open it to see whose they are"


def directory_facts(model: ViewerModel, rows: Rows, node: int) -> tuple[str, str]:
    """The packages and the lines that the bytes below a node are of, the most first."""
    packages: Counter[int | None] = Counter()
    layers: Counter[int] = Counter()
    stack = rows.index.stack
    inspection = model.inspection
    for count, (layer, at) in enumerate(_below(rows, node)):
        if count >= MOST:
            return _TOO_MANY, _TOO_MANY
        amount = stack.scan(layer).sizes[at]
        layers[layer] += amount
        if inspection is not None:
            package = inspection.package(layer, at)
            packages[package] += amount
    return _packages(model, packages), _lines(model, layers)


def _below(rows: Rows, node: int) -> Iterator[tuple[int, int]]:
    """The entries below a node; of one that is gone those that are gone too."""
    view = rows.view
    is_gone = view.states[node] >= NodeState.REMOVED
    waiting = [node]
    while waiting:
        at = waiting.pop()
        place = view.entries[at]
        is_removed = view.states[at] >= NodeState.REMOVED
        if is_removed is is_gone and place >= 0:
            yield reference(place)
        waiting += rows.index.children.get(at, ())


def _packages(model: ViewerModel, amounts: Counter[int | None]) -> str:
    if model.inspection is None:
        return "not known yet …"
    packages = model.inspection.owners.packages
    named: Counter[str] = Counter()
    for number, amount in amounts.items():
        name = "no package"
        if number is not None:
            name = escaped(packages[number].name)
        named[name] += amount
    return _amounts(named)


def _lines(model: ViewerModel, amounts: Counter[int]) -> str:
    if len(amounts) == 1:
        [only] = amounts
        return line_and_instruction(model, only)
    named: Counter[str] = Counter()
    for layer, amount in amounts.items():
        where = place_of(model, layer)
        named[where] += amount
    return _amounts(named)


def _amounts(named: Counter[str]) -> str:
    """`libc6 1.90 MB, perl-base 38.0 kB, 4 more`."""
    known = [pair for pair in named.most_common() if pair[1]]
    words = [f"{name} {size(amount)}" for name, amount in known[:_NAMED]]
    more = len(known) - _NAMED
    if more > 0:
        words.append(f"{more:,} more")
    return ", ".join(words) or "no bytes in it"
