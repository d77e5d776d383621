"""The tree without a screen: nodes, views, filters, rows."""

from __future__ import annotations

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st
from images import contents, directory, file, hardlink, layer, opaque, symlink, whiteout

from lightship.errors import UsageError
from lightship.image.entry_changes import EntryChange, change, removed
from lightship.tui.entry_facts import entry_facts
from lightship.tui.filters import Criteria, matcher
from lightship.tui.node_index import index_of, wasted
from lightship.tui.tree_rows import rows_of
from lightship.tui.tree_view import NodeState, base_of, view_of
from lightship.tui.viewer_model import ViewerModel, Wish


def known(image, *, waste=True):
    index = index_of(image.stack)
    return ViewerModel(image, index, wasted(index, image.waste) if waste else None)


def tree(image, criteria=None, *, at=None, aggregated=False, by_size=True):
    """All rows, everything open: (depth, name, state)."""
    found = known(image)
    at = len(image.stack.scans) - 1 if at is None else at
    view = view_of(found.index, at, base_of(at, aggregated), image.hash_of, found.waste)
    rows = rows_of(
        found.index,
        view,
        found.waste,
        criteria or Criteria(),
        by_size,
        set(found.index.children),
    )
    return [
        (depth, found.index.name(node).decode("latin-1"), NodeState(view.states[node]))
        for node, depth in zip(rows.nodes, rows.depths, strict=True)
    ]


def states(image, **more):
    return {name: state for _, name, state in tree(image, **more)}


def test_a_parent_has_the_smaller_number_also_where_no_layer_names_it():
    index = index_of(
        contents(layer(file("a/b/c/d", 1), directory("a/b"), file("z", 1))).stack
    )
    assert [path.decode() for path in index.paths] == [
        "",
        "a",
        "a/b",
        "a/b/c",
        "a/b/c/d",
        "z",
    ]
    assert all(parent < node for node, parent in enumerate(index.parents) if node)


def test_the_largest_comes_first_and_directories_have_the_sum_below():
    image = contents(
        layer(
            file("small", 10),
            file("dir/one", 40),
            file("dir/two", 50),
            file("middle", 60),
        )
    )
    assert [name for _, name, _ in tree(image)] == [
        "dir",
        "two",
        "one",
        "middle",
        "small",
    ]
    assert [name for _, name, _ in tree(image, by_size=False)] == [
        "dir",
        "one",
        "two",
        "middle",
        "small",
    ]


def test_hard_links_have_no_bytes_of_their_own():
    found = known(contents(layer(file("a", 100), hardlink("b", "a"))))
    view = view_of(found.index, 0, -1, found.contents.hash_of)
    assert view.sizes[0] == 100


def test_a_layer_beside_the_one_below():
    image = contents(
        layer(
            file("kept/a", 5),
            file("changed", b"one"),
            file("gone/b", 5),
            symlink("link", "a"),
            file("mode", 7),
        ),
        layer(
            file("changed", b"two"),
            whiteout("gone"),
            file("new", 1),
            symlink("link", "b"),
            file("mode", 7, mode=0o600),
        ),
    )
    assert states(image) == {
        "kept": NodeState.SAME,
        "a": NodeState.SAME,
        "changed": NodeState.CHANGED,
        "gone": NodeState.REMOVED,
        "b": NodeState.REMOVED,
        "link": NodeState.CHANGED,
        "mode": NodeState.CHANGED,
        "new": NodeState.ADDED,
    }


def test_a_file_written_again_as_it_was_is_unmodified_and_still_waste():
    image = contents(layer(file("a", 100)), layer(file("a", 100)))
    found = known(image)
    assert states(image) == {"a": NodeState.SAME}
    assert found.waste.below[0] == 100


def test_the_lowest_layer_is_new_and_aggregated_it_is_what_others_are_compared_with():
    image = contents(layer(file("a", 1)), layer(file("b", 1)), layer(file("c", 1)))
    assert states(image, at=0) == {"a": NodeState.ADDED}
    assert states(image, at=0, aggregated=True) == {"a": NodeState.SAME}
    assert states(image, at=2) == {
        "a": NodeState.SAME,
        "b": NodeState.SAME,
        "c": NodeState.ADDED,
    }
    assert states(image, at=2, aggregated=True) == {
        "a": NodeState.SAME,
        "b": NodeState.ADDED,
        "c": NodeState.ADDED,
    }


def test_what_came_and_went_between_is_shown_only_as_waste():
    image = contents(
        layer(file("a", 1)),
        layer(file("dir/b", 8)),
        layer(whiteout("dir")),
        layer(file("c", 1)),
    )
    assert states(image) == {"a": NodeState.SAME, "c": NodeState.ADDED}
    assert tree(image, Criteria(wasted=True)) == [
        (0, "dir", NodeState.GONE),
        (1, "b", NodeState.GONE),
    ]
    assert states(image, aggregated=True) == {"a": NodeState.SAME, "c": NodeState.ADDED}


def test_a_directory_that_became_a_file_shows_what_was_in_it():
    image = contents(layer(file("x/inside", 3)), layer(file("x", 1)))
    assert tree(image) == [
        (0, "x", NodeState.CHANGED),
        (1, "inside", NodeState.REMOVED),
    ]


def test_an_opaque_directory_removes_what_was_in_it():
    image = contents(layer(file("x/old", 3)), layer(opaque("x"), file("x/new", 1)))
    assert states(image) == {
        "x": NodeState.CHANGED,
        "old": NodeState.REMOVED,
        "new": NodeState.ADDED,
    }


def test_states_can_be_hidden():
    image = contents(
        layer(file("d/a", 1), file("b", 2)), layer(file("d/c", 3), whiteout("b"))
    )
    hidden = Criteria(hidden=frozenset({NodeState.SAME}))
    assert tree(image, hidden) == [
        (0, "d", NodeState.CHANGED),
        (1, "c", NodeState.ADDED),
        (0, "b", NodeState.REMOVED),
    ]
    hidden = Criteria(hidden=frozenset({NodeState.ADDED, NodeState.REMOVED}))
    assert tree(image, hidden) == [
        (0, "d", NodeState.CHANGED),
        (1, "a", NodeState.SAME),
    ]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.py", {"app/main.py", "usr/lib/x.py"}),
        ("main", {"app/main.py"}),
        ("/app", {"app/main.py", "app/data"}),
        ("app", {"app/main.py", "app/data"}),
        ("usr/**/*.py", {"usr/lib/x.py"}),
        ("app/*", {"app/main.py", "app/data"}),
        ("/^/usr/.*py$/", {"usr/lib/x.py"}),
        ("/data|x.py/", {"app/data", "usr/lib/x.py"}),
        ("[a]*", {"app/main.py", "app/data"}),
        ("nothing", set()),
        ("", {"app/main.py", "app/data", "usr/lib/x.py"}),
    ],
)
def test_filters_take_words_globs_and_regular_expressions(pattern, found):
    image = contents(
        layer(file("app/main.py", 1), file("app/data", 1), file("usr/lib/x.py", 1))
    )
    names = [name for _, name, _ in tree(image, Criteria(pattern=pattern))]
    assert {
        path
        for path in ("app/main.py", "app/data", "usr/lib/x.py")
        if path.rpartition("/")[2] in names
    } == found


@pytest.mark.parametrize(
    "pattern", ["/(/", "/[/", "/a{99999999999}/", "/*/", "/(?P<x/"]
)
def test_a_regular_expression_that_is_none_is_said(pattern):
    with pytest.raises(UsageError, match="invalid regular expression"):
        matcher(pattern)


def test_a_filter_opens_the_directories_of_what_it_finds():
    image = contents(
        layer(*(file(f"deep/{'x/' * depth}file{depth}", 1) for depth in range(20)))
    )
    found = known(image)
    assert len(found.rows(Wish(0), set())) == 1
    assert len(found.rows(Wish(0, pattern="file19"), set())) == 21


def test_rows_open_close_and_lead_to_their_directory():
    found = known(contents(layer(file("a/b/c", 3), file("a/d", 2), file("e", 1))))
    rows = found.rows(Wish(0), set())
    assert [found.index.name(node) for node in rows.nodes] == [b"a", b"e"]
    assert rows.open(0)
    assert not rows.open(0)
    assert rows.open(1)
    assert not rows.open(2), "a file"
    assert [rows.guides(row, 60) for row in range(5)] == [
        "├── ",
        "│   ├── ",
        "│   │   └── ",
        "│   └── ",
        "└── ",
    ]
    assert [rows.parent_row(row) for row in range(5)] == [0, 0, 1, 0, 4]
    assert rows.row_of(found.index.nodes[b"a/b/c"]) == 2
    assert rows.close(1)
    assert rows.row_of(found.index.nodes[b"a/b/c"]) == 1, (
        "the directory stands for what is closed"
    )
    assert rows.close(0)
    assert not rows.close(0)
    assert len(rows) == 2


def test_the_largest_directories_are_opened_first_as_far_as_there_is_room():
    folders = (
        file(f"{name}/{at}", size)
        for name, size in (("big", 100), ("middle", 50), ("small", 1))
        for at in range(10)
    )
    found = known(contents(layer(*folders, file("deep/a/b/c/d", 20))))
    rows = found.rows(Wish(0), set())
    rows.open_largest(24)
    assert [found.index.name(node) for node in rows.nodes if node in rows.opened] == [
        b"big",
        b"middle",
    ]
    assert len(rows) == 24
    rows = found.rows(Wish(0), set())
    rows.open_largest(10)
    assert [found.index.name(node) for node in rows.nodes if node in rows.opened] == [
        b"deep",
        b"a",
        b"b",
        b"c",
    ]


def test_a_tree_ten_thousand_levels_deep_is_walked_and_drawn():
    found = known(contents(layer(file("d/" * 10_000 + "end", 1))))
    rows = found.rows(Wish(0), set(found.index.children))
    assert len(rows) == 10_001
    assert rows.depths[-1] == 10_000
    assert rows.guides(10_000, 12) == "…9999   └ "
    assert found.rows(Wish(0, pattern="end"), set()).view.sizes[0] == 1


def test_views_are_kept_and_not_without_end():
    found = known(contents(*(layer(file(f"f{at}", at + 1)) for at in range(9))))
    for at in range(9):
        found.rows(Wish(at), set())
    assert len(found.views) == 4
    view = found.rows(Wish(8), set()).view
    assert found.rows(Wish(8, pattern="f1"), set()).view is view


def test_nothing_is_fetched_to_tell_whether_a_file_changed():
    image = contents(layer(file("a", 100)), layer(file("a", 100)))
    found = known(image)
    assert found.rows(Wish(1), set()).view.states[1] == NodeState.SAME
    found.views.clear()
    for blob in image.opened.blobs:
        blob.is_remote, blob.read_at = True, None
    assert found.rows(Wish(1), set()).view.states[1] == NodeState.CHANGED, (
        "it was written again: more is not known"
    )


NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
MADE = st.one_of(
    st.builds(file, PATHS, st.integers(0, 3), mode=st.sampled_from([0o644, 0o600])),
    st.builds(directory, PATHS),
    st.builds(whiteout, PATHS),
    st.builds(opaque, PATHS),
)
LAYERS = st.lists(
    st.lists(MADE, max_size=5, unique_by=lambda made: made.path), min_size=1, max_size=4
)


def image_of(layers):
    return contents(*(layer(*entries) for entries in layers))


@settings(max_examples=share_of(150), deadline=None)
@given(LAYERS)
def test_views_say_what_the_stack_says(layers):
    image = image_of(layers)
    stack, found = image.stack, known(image)
    for at in range(len(layers)):
        view = view_of(found.index, at, at - 1, image.hash_of)
        there, before = stack.paths(at), stack.paths(at - 1) if at else {}
        assert view.sizes[0] == sum(
            stack.scan(one).sizes[index] for one, index in there.values()
        )
        for path, (one, index) in there.items():
            node = found.index.nodes[path]
            assert view.entries[node] == one << 32 | index
            if path not in before:
                assert view.states[node] == NodeState.ADDED or any(
                    old.startswith(path + b"/") for old in before
                )
            elif (
                change(stack, one, index, image.hash_of)
                not in (EntryChange.SAME, EntryChange.NEW)
                and one == at
            ):
                assert view.states[node] == NodeState.CHANGED
            else:
                assert view.states[node] in (NodeState.SAME, NodeState.CHANGED)
        for one, index in removed(stack):
            if stack.gone[one][index] != at:
                continue
            path = stack.scan(one).paths[index]
            is_there = any(
                other == path or other.startswith(path + b"/") for other in there
            )
            assert (
                view.states[found.index.nodes[path]] == NodeState.REMOVED
            ) is not is_there


@settings(max_examples=share_of(100), deadline=None)
@given(LAYERS, st.lists(st.integers(0, 20), max_size=12), st.booleans())
def test_opening_row_by_row_is_as_laying_out_anew(layers, toggles, by_size):
    found = known(image_of(layers))
    rows = found.rows(Wish(len(layers) - 1, by_size=by_size), set())
    for row in toggles:
        if row < len(rows):
            (rows.close if rows.is_open(row) else rows.open)(row)
    nodes, depths = list(rows.nodes), list(rows.depths)
    open_now = {rows.nodes[row] for row in range(len(rows)) if rows.is_open(row)}
    rows.opened = open_now
    rows.lay_out()
    assert (nodes, depths) == (list(rows.nodes), list(rows.depths))


def test_of_a_link_to_a_file_of_a_lower_layer_the_row_says_what_changed():
    lower = layer(file("a", 1), file("b", 2), file("c", 3), file("y", 40))
    image = contents(lower, layer(hardlink("b", "y")))
    model = known(image)
    rows = model.rows(Wish(1), set(model.index.children))
    names = [rows.index.name(node) for node in rows.nodes]
    facts = entry_facts(model, rows, names.index(b"b"), 100)
    assert "2, changed: content" in facts.plain
