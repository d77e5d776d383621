"""Of a directory: whose the bytes in it are, and which lines brought them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lightship.image.stack import reference
from lightship.tui.makers import line_and_instruction, place
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
    for count, (layer, at) in enumerate(_below(rows, node)):
        if count >= MOST:
            return _TOO_MANY, _TOO_MANY
        amount = rows.index.stack.scan(layer).sizes[at]
        layers[layer] += amount
        if model.inspection is not None:
            packages[model.inspection.package(layer, at)] += amount
    return _packages(model, packages), _lines(model, layers)


def _below(rows: Rows, node: int) -> Iterator[tuple[int, int]]:
    """The entries below a node; of one that is gone those that are gone too."""
    view = rows.view
    is_gone = view.states[node] >= NodeState.REMOVED
    waiting = [node]
    while waiting:
        at = waiting.pop()
        is_counted = (view.states[at] >= NodeState.REMOVED) is is_gone
        if is_counted and view.entries[at] >= 0:
            yield reference(view.entries[at])
        waiting += rows.index.children.get(at, ())


def _packages(model: ViewerModel, amounts: Counter[int | None]) -> str:
    if model.inspection is None:
        return "not known yet …"
    packages = model.inspection.owners.packages
    named: Counter[str] = Counter()
    for number, amount in amounts.items():
        name = "no package" if number is None else packages[number].name
        named[escaped(name)] += amount
    return _amounts(named)


def _lines(model: ViewerModel, amounts: Counter[int]) -> str:
    if len(amounts) == 1:
        return line_and_instruction(model, next(iter(amounts)))
    named: Counter[str] = Counter()
    for layer, amount in amounts.items():
        named[place(model, layer)] += amount
    return _amounts(named)


def _amounts(named: Counter[str]) -> str:
    """`libc6 1.90 MB, perl-base 38.0 kB, 4 more`."""
    known = [(name, amount) for name, amount in named.most_common() if amount]
    words = [f"{name} {size(amount)}" for name, amount in known[:_NAMED]]
    if len(known) > _NAMED:
        words.append(f"{len(known) - _NAMED:,} more")
    return ", ".join(words) or "no bytes in it"
