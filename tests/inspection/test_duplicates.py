"""Files of one content at several paths."""

from __future__ import annotations

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st
from images import contents, file, hardlink, layer, symlink, whiteout

from lightship.inspection.duplicates import LEAST, find_duplicates

SAME = bytes(range(256)) * 256  # 64 KiB


@pytest.mark.parametrize("compression", ["", "gzip"])
def test_copies_are_found_across_layers(compression):
    image = contents(
        layer(file("a", SAME), file("b", SAME[::-1])),
        layer(file("c/d", SAME)),
        compression=compression,
    )
    (found,) = find_duplicates(image)
    assert (found.size, found.paths, found.extra) == (LEAST, (b"a", b"c/d"), LEAST)


@pytest.mark.parametrize("compression", ["", "gzip"])
def test_files_that_differ_in_the_middle_are_none(compression):
    other = SAME[:30_000] + b"!" + SAME[30_001:]
    assert not find_duplicates(
        contents(layer(file("a", SAME), file("b", other)), compression=compression)
    )


def test_a_hard_link_is_no_copy():
    assert not find_duplicates(
        contents(layer(file("a", SAME), hardlink("b", "a"), symlink("c", "a")))
    )
    image = contents(
        layer(file("a", SAME), hardlink("b", "a"), file("c", SAME)),
        layer(whiteout("a")),
    )
    (found,) = find_duplicates(image)
    assert found.paths == (b"b", b"c")


def test_what_is_gone_is_no_copy():
    assert not find_duplicates(
        contents(layer(file("a", SAME), file("b", SAME)), layer(whiteout("b")))
    )
    assert not find_duplicates(
        contents(layer(file("a", SAME)), layer(file("a", SAME, mode=0o755)))
    )


def test_small_files_count_where_they_are_asked_for():
    image = contents(layer(file("a", b"x"), file("b", b"x"), file("c"), file("d")))
    assert not find_duplicates(image)
    assert [each.paths for each in find_duplicates(image, 1)] == [(b"a", b"b")]


def test_ignored_paths_are_left_out():
    image = contents(layer(file("a", SAME), file("b", SAME)))
    assert not find_duplicates(image, ignored=lambda path: path == b"b")


@settings(max_examples=share_of(40), deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from("abcdef"),
            st.sampled_from((b"x", b"y", b"xx", b"")),
            max_size=6,
        ),
        max_size=3,
    ),
    st.sampled_from(("", "gzip")),
)
def test_they_are_those_of_the_final_tree(layers, compression):
    image = contents(
        *(layer(*(file(*each) for each in one.items())) for one in layers),
        compression=compression,
    )
    tree: dict[str, bytes] = {}
    for one in layers:
        tree |= one
    wanted = {
        data: tuple(sorted(path.encode() for path in tree if tree[path] == data))
        for data in tree.values()
        if data
    }
    found = {each.paths for each in find_duplicates(image, 1)}
    assert found == {paths for paths in wanted.values() if len(paths) > 1}
