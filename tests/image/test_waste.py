"""Hand-made images whose waste is known: docs/image.md defines it, and dive errs on most of these."""

from __future__ import annotations

import pytest
from images import (
    config,
    contents,
    directory,
    file,
    hardlink,
    layer,
    opaque,
    row,
    symlink,
    whiteout,
)

DIR = layer(directory("d"), file("d/f1", 1000), file("d/f2", 3000))
FILE = layer(file("f", 4000))

KNOWN = {
    "nothing": ([layer()], 0, 1.0),
    "nothing wasted": ([FILE], 0, 1.0),
    "a file is removed": (
        [layer(file("f1", 1000), file("f2", 3000)), layer(whiteout("f1"))],
        1000,
        0.75,
    ),
    "a directory is removed": ([DIR, layer(whiteout("d"))], 4000, 0.0),
    "a directory is hidden": ([DIR, layer(directory("d"), opaque("d"))], 4000, 0.0),
    "a directory is hidden, and filled before": (
        [DIR, layer(file("d/n", 4000), opaque("d"))],
        4000,
        0.5,
    ),
    "a directory becomes a file": ([DIR, layer(file("d", 4000))], 4000, 0.5),
    "a directory becomes a link": ([DIR, layer(symlink("d", "e"))], 4000, 0.0),
    "a file becomes a directory": ([FILE, layer(directory("f"))], 4000, 0.0),
    "a file becomes the parent of another": (
        [FILE, layer(file("f/g", 4000))],
        4000,
        0.5,
    ),
    "only the mode changes": ([FILE, layer(file("f", 4000, mode=0o600))], 4000, 0.5),
    "only the owner changes": ([FILE, layer(file("f", 4000, uid=1))], 4000, 0.5),
    "only the time changes": ([FILE, layer(file("f", 4000, mtime=1))], 4000, 0.5),
    "a file shrinks": ([FILE, layer(file("f", 40))], 4000, 40 / 4040),
    "a file grows": (
        [layer(file("f", 4000), file("g", 6000)), layer(file("f", 5000))],
        4000,
        11 / 15,
    ),
    "a file three times": (
        [FILE, layer(file("f", 100)), layer(file("f", 200))],
        4100,
        200 / 4300,
    ),
    "a path twice in a layer": (
        [layer(file("f", 4000), file("f", 40))],
        4000,
        40 / 4040,
    ),
    "a whiteout of nothing": ([FILE, layer(whiteout("g"))], 0, 1.0),
    "removed and written again": (
        [FILE, layer(whiteout("f")), layer(file("f", 4000))],
        4000,
        0.5,
    ),
    "a hard link has no bytes": ([layer(file("f", 4000), hardlink("g", "f"))], 0, 1.0),
    "a hard link becomes a copy": (
        [layer(file("f", 4000), hardlink("g", "f")), layer(file("g", 4000))],
        0,
        1.0,
    ),
    "one of two names is removed": (
        [layer(file("f", 4000), hardlink("g", "f")), layer(whiteout("f"))],
        0,
        1.0,
    ),
    "both names are removed": (
        [
            layer(file("f", 4000), hardlink("g", "f")),
            layer(whiteout("f")),
            layer(whiteout("g")),
        ],
        4000,
        0.0,
    ),
    "a directory on a directory": ([DIR, layer(directory("d", mode=0o700))], 0, 1.0),
    "added and removed above": ([layer(), FILE, layer(whiteout("f"))], 4000, 0.0),
}


@pytest.mark.parametrize(("layers", "wasted", "efficiency"), KNOWN.values(), ids=KNOWN)
@pytest.mark.parametrize("compression", ["", "gzip", "zstd"])
def test_waste_is_as_known(layers, wasted, efficiency, compression):
    read = contents(*layers, compression=compression)
    assert read.wasted_bytes == wasted
    assert read.efficiency == pytest.approx(efficiency)


def test_each_wasted_byte_has_a_path_and_two_layers_and_a_reason():
    read = contents(
        layer(
            file("a", 10), file("b", 20), file("c", 30), file("d/e", 40), file("f", 50)
        ),
        layer(file("a", 11), file("b", 20, mode=0o700)),
        layer(whiteout("c"), opaque("d")),
        layer(directory("f")),
    )
    assert [
        (item.path, item.size, item.layer, item.by, item.reason.value)
        for item in read.waste
    ] == [
        (b"a", 10, 0, 1, "overwritten"),
        (b"b", 20, 0, 1, "metadata"),
        (b"c", 30, 0, 2, "removed"),
        (b"d/e", 40, 0, 2, "hidden"),
        (b"f", 50, 0, 3, "replaced"),
    ]


def test_a_copy_of_hard_links_for_another_mode_is_told():
    data = bytes(4000)
    base = layer(file("f", data), hardlink("g", "f"))
    read = contents(
        base, layer(file("g", data, mode=0o600), hardlink("f", "g", mode=0o600))
    )
    assert [(item.size, item.reason.value) for item in read.waste] == [
        (4000, "metadata")
    ]


def test_history_that_is_out_of_step_changes_no_figure():
    document = config([FILE], [row("RUN a"), row("RUN b"), row("ENV c", empty=True)])
    read = contents(FILE, document=document)
    assert not read.image.history_matches
    assert (read.content_bytes, read.image.row(0)) == (4000, None)
    assert contents(FILE, document=config([FILE], [])).content_bytes == 4000


def test_the_same_layer_twice_ships_its_bytes_twice():
    read = contents(FILE, FILE)
    assert (read.content_bytes, read.wasted_bytes) == (8000, 4000)
