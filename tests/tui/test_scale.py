"""Half a million entries: what is built is right, and only what is seen is made."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest
from images import contents, layer

from lightship.image.scan import Attributes, EntryKind, Scan
from lightship.image.stack import stacked
from lightship.image.waste import find_waste
from lightship.tui import tree_text
from lightship.tui.node_index import index_of, wasted
from lightship.tui.panes import TreePane
from lightship.tui.tree_view import NodeState
from lightship.tui.viewer_model import ViewerModel, Wish

LAYERS, PACKAGES, FILES = (
    10,
    1_000,
    49,
)  # 10 layers of 1,000 directories with 49 files each: 500,000 entries
TEN = FILES * 10  # bytes of a directory


def scan_of(at):
    """A layer of packages; each from the second on takes away 100 files of the one below."""
    names = [b"module_%02d.py" % number for number in range(FILES)]
    paths = [
        path
        for package in range(PACKAGES)
        for folder in (b"usr/lib/layer%d/package%d" % (at, package),)
        for path in (folder, *(folder + b"/" + name for name in names))
    ]
    each = FILES + 1
    scan = Scan(
        paths,
        bytearray(
            (bytes([EntryKind.DIRECTORY]) + bytes([EntryKind.FILE]) * FILES) * PACKAGES
        ),
        array("Q", ([0] + [10] * FILES) * PACKAGES),
        array("I", bytes(4 * each * PACKAGES)),
        array("q", bytes(8 * each * PACKAGES)),
        array("Q", bytes(8 * each * PACKAGES)),
        [Attributes(0o755, 0, 0)],
    )
    if at:
        scan.whiteouts = [
            b"usr/lib/layer%d/package%d/module_00.py" % (at - 1, package)
            for package in range(100)
        ]
    scan.tar_bytes = 512
    return scan


@pytest.fixture(scope="module")
def stack():
    return stacked([scan_of(at) for at in range(LAYERS)])


@pytest.fixture(scope="module")
def model(stack):
    image = contents(*[layer()] * LAYERS)
    image.stack = stack
    index = index_of(stack)
    return ViewerModel(
        image, index, wasted(index, find_waste(stack, lambda _layer, _index: 0))
    )


def test_the_tree_of_half_a_million_entries(model):
    assert len(model.index.paths) == LAYERS * PACKAGES * (FILES + 1) + LAYERS + 3
    rows = model.rows(Wish(LAYERS - 1), set())
    assert len(rows) == 1
    assert rows.view.sizes[0] == LAYERS * PACKAGES * TEN - 9 * 100 * 10
    assert model.waste.below[0] == 9 * 100 * 10
    rows.open(0)
    rows.open(1)
    assert len(rows) == 2 + LAYERS
    assert rows.index.name(rows.nodes[2]) == b"layer9", (
        "nothing was taken away from it, so that it is the largest"
    )
    rows.open(2)
    assert len(rows) == 2 + LAYERS + PACKAGES


def test_each_layer_has_its_own_changes(model):
    rows = model.rows(
        Wish(5, hidden=frozenset({NodeState.SAME})), set(model.index.children)
    )
    found = [NodeState(rows.view.states[node]) for node in rows.nodes]
    assert found.count(NodeState.ADDED) == PACKAGES * (FILES + 1) + 1
    assert found.count(NodeState.REMOVED) == 100
    assert found.count(NodeState.CHANGED) == 100 + 3


def test_filters_over_all(model):
    assert (
        len(
            model.rows(
                Wish(LAYERS - 1, pattern="usr/lib/layer[0-4]/*/module_07.py"), set()
            )
        )
        == 2 + 5 + 10 * PACKAGES
    )
    assert (
        len(
            model.rows(
                Wish(LAYERS - 1, pattern="/layer3.package99/module_0[12]/"), set()
            )
        )
        == 2 + 4
    )
    assert len(model.rows(Wish(LAYERS - 1, wasted=True), set())) == 900 * 2 + 9 + 2


def test_all_opened_and_closed_again(model):
    rows = model.rows(Wish(LAYERS - 1), set(model.index.children))
    assert len(rows) == len(model.index.paths) - 1 - 8 * 100, (
        "what the last layer took away is shown"
    )
    assert rows.close(0)
    assert len(rows) == 1


@pytest.mark.asyncio
async def test_only_rows_on_the_screen_are_made(model, explore, shows, monkeypatch):
    made = []
    line = tree_text.line
    monkeypatch.setattr(
        tree_text,
        "line",
        lambda rows, row, attributes: made.append(row) or line(rows, row, attributes),
    )
    image = replace(model.contents)
    image.waste = find_waste(image.stack, lambda _layer, _index: 0)
    async with explore(image, "tab", "ctrl+space", "ctrl+space", inspect=None) as (
        app,
        press,
    ):
        tree = app.query_one(TreePane)
        assert tree.count == len(model.index.paths) - 1 - 800
        made.clear()
        await press("end", "k", "u")
        assert tree.cursor > tree.count - 50
        assert 0 < len(set(made)) < 3 * 40
        assert min(made) > tree.count - 100
