"""The viewer at every width from 40 to 200 columns: names come first, and no number and no word is cut."""

from __future__ import annotations

import re
from functools import cache

import pytest
from images import contents, directory, file, layer, symlink, whiteout
from rich.cells import cell_len

from lightship.tui import status
from lightship.tui.entry_facts import LINES, entry_facts
from lightship.tui.fitting import first_fitting, in_cells, wrapped
from lightship.tui.node_index import index_of, wasted
from lightship.tui.panes import SidePane, TreePane
from lightship.tui.screen_room import SINGLE, ScreenRoom
from lightship.tui.tree_columns import (
    ATTRIBUTES,
    AUTOMATIC,
    NAME,
    NAMES,
    WASTED,
    tree_columns,
)
from lightship.tui.tree_text import heading, line, short_owner
from lightship.tui.tree_view import NodeState
from lightship.tui.viewer_model import ViewerModel, Wish

WIDTHS = range(40, 201)
LARGEST = 2**32 - 1
LONG = "a-name-that-is-much-longer-than-any-column-of-names-" * 3
CELL = re.compile(
    r"[-dl]([r-][w-][xst-]){3}|(\d+|…):(\d+|…)|\d+(\.\d+)? (B|kB|MB)|[+~x-]"
)

FACT = re.compile(r"  (\d+(\.\d+)? (B|kB|MB)|[-dl][-rwxst]{9}|\d+:\d+)$")


def crowded():
    """Deep, long and wide names, and one owner whose numbers are as large as they can be."""
    return contents(
        layer(
            directory("usr/bin"),
            file("usr/bin/program", 4_000_000, mode=0o755),
            symlink("usr/bin/other", "program"),
            file("usr/bin/" + LONG, 12, uid=LARGEST, gid=LARGEST),
            file("wide/" + "データ" * 30, 500, uid=LARGEST),
            file("deep/" * 60 + "end", 5),
            file("gone", 999_499),
        ),
        layer(whiteout("gone"), file("usr/bin/program", 3_999_999, uid=1000, gid=1000)),
    )


@cache
def model():
    image = crowded()
    index = index_of(image.stack)
    return ViewerModel(image, index, wasted(index, image.waste))


@cache
def rows():
    return model().rows(Wish(1), set(model().index.children))


def columns_at(width, wanted=AUTOMATIC, owner=21):
    return tree_columns(ScreenRoom(width, 24).tree_row, owner, wanted)


@pytest.mark.parametrize("wanted", [AUTOMATIC, WASTED, ATTRIBUTES])
@pytest.mark.parametrize("owner", [3, 9, 21])
@pytest.mark.parametrize("width", WIDTHS)
def test_law_names_have_room_at_every_width(width, owner, wanted):
    columns = columns_at(width, wanted, owner)
    assert columns.names >= NAMES
    assert columns.head + columns.names == ScreenRoom(width, 24).tree_row
    assert columns.names - columns.guides >= NAME
    assert columns.has(wanted.names[0]), "the first one is always shown"


@pytest.mark.parametrize("width", WIDTHS)
def test_law_columns_give_way_one_after_the_other(width):
    for wanted in (AUTOMATIC, WASTED, ATTRIBUTES):
        shown = [columns_at(width, wanted).has(name) for name in wanted.names]
        assert shown == sorted(shown, reverse=True)


def test_all_columns_are_shown_on_a_wide_terminal_and_the_size_on_the_narrowest():
    shown = {
        width: [column.name for column in columns_at(width, owner=3).shown]
        for width in (40, 80, 100, 120, 160)
    }
    assert shown == {
        40: ["size"],
        80: ["size"],
        100: ["size", "waste"],
        120: ["mode", "size", "waste"],
        160: ["mode", "owner", "size", "waste"],
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_law_no_number_is_cut_and_each_name_begins_where_there_is_room(width):
    for wanted in (AUTOMATIC, WASTED, ATTRIBUTES):
        columns = columns_at(width, wanted)
        assert heading(columns).cell_len <= ScreenRoom(width, 24).right
        for row in range(len(rows())):
            made = line(rows(), row, columns)
            assert made.head.cell_len == columns.head, made.head.plain
            rest = CELL.sub("", made.head.plain)
            assert not rest.strip(), made.head.plain
            guides = cell_len(rows().guides(row, columns.guides))
            assert columns.names - guides >= NAME


def test_a_large_owner_takes_no_more_room_than_a_usual_one():
    usual = columns_at(200, owner=len("65534:65534"))
    assert columns_at(200, owner=len(f"{LARGEST}:{LARGEST}")) == usual


@pytest.mark.parametrize(
    ("uid", "gid", "cells", "shown"),
    [
        (0, 0, 5, "0:0"),
        (1000, 1000, 11, "1000:1000"),
        (65534, 65534, 11, "65534:65534"),
        (LARGEST, 0, 11, "…:0"),
        (0, LARGEST, 11, "0:…"),
        (LARGEST, LARGEST, 11, "…:…"),
        (1000, 1000, 5, "…:…"),
    ],
)
def test_a_number_without_room_is_left_out_as_a_whole(uid, gid, cells, shown):
    assert short_owner(uid, gid, cells) == shown


@pytest.mark.parametrize("width", WIDTHS)
def test_law_the_lines_below_the_panes_have_the_path_the_package_and_the_line(width):
    room = ScreenRoom(width, 24).line
    for row in range(len(rows())):
        lines = entry_facts(model(), rows(), row, room).plain.split("\n")
        assert len(lines) == LINES
        assert [each.split()[0] for each in lines] == "Path Package Line Layer".split()
        assert all(cell_len(each) <= room for each in lines)
        assert FACT.search(lines[0]), lines[0]


WISHES = (
    Wish(0),
    Wish(128, aggregated=True),
    Wish(7, hidden=frozenset(NodeState), by_size=False),
    Wish(3, what="files of " + LONG),
    Wish(3, what="files of " + "データ" * 30),
)
WORDS = set(
    "? help ^O sorted by size name ^A added aggregated ^L this layer ^R removed ^M modified changed "
    "^U unmodified same ^W wasted only waste ^B attributes mode ^P wrap ⇧← ⇧→ sideways".split()
)


@pytest.mark.parametrize("width", WIDTHS)
def test_law_tabs_titles_and_keys_are_whole(width):
    room = ScreenRoom(width, 24)
    tabs = {status.sides(name, width).plain for name in status.SIDES}
    assert all(cell_len(each) <= width for each in tabs)
    words = {word for each in tabs for word in each.split()}
    assert words == {"1", "2", "3", "4", *map(str.capitalize, status.SIDES)}

    for wish in WISHES:
        title = status.tree_title(wish, room.right)
        assert title.cell_len <= room.right
        assert not wish.what or title.plain.endswith("(esc: all)")
        for where in ("tree", *status.SIDES):
            keys = status.keys(wish, where, width, attributes=True, wraps=False)
            assert keys.cell_len <= width
            assert keys.plain.startswith(" ? help")
            assert set(keys.plain.split()) <= WORDS


@pytest.mark.parametrize("width", WIDTHS)
def test_law_the_image_is_told_in_whole_words_beside_the_tabs(width):
    left = width - status.sides("layers", width).cell_len - 2
    text = status.image_line(model(), "app.tar", left).plain
    whole = status.image_line(model(), "app.tar", 200).plain
    assert cell_len(text) <= max(left, 0)
    assert text in whole
    assert not text or text.endswith(("B", "wasted", "%")), text


@pytest.mark.parametrize("width", WIDTHS)
def test_law_panes_fill_the_screen(width):
    room = ScreenRoom(width, 24)
    assert room.is_single == (width < SINGLE)
    if room.is_single:
        assert room.left == room.right == width
    else:
        assert room.left + 1 + room.right == width


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [
        ("/usr/bin/python3", 16, "/usr/bin/python3"),
        ("/usr/bin/python3", 10, "/us…ython3"),
        ("データ", 5, "…タ"),
        ("データ", 1, "…"),
        ("a", 0, ""),
    ],
)
def test_the_middle_of_what_is_too_long_is_left_out(text, room, shown):
    assert in_cells(text, room) == shown
    assert cell_len(shown) <= room


def test_the_first_way_that_has_room_is_taken_and_the_last_is_shortened():
    ways = ("a long way to say it", "a short way", "short")
    assert [first_fitting(ways, room) for room in (20, 15, 5, 3)] == [
        "a long way to say it",
        "a short way",
        "short",
        "…rt",
    ]


def test_lines_end_between_words_and_behind_slashes():
    assert wrapped("RUN --mount=type=cache,target=/root/.cache pip install", 20) == [
        "RUN --mount=type=",
        "cache,target=/root/",
        ".cache pip install",
    ]
    assert wrapped("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert wrapped("", 10) == [""]


SIZES = [(40, 16), (69, 24), (70, 24), (80, 24), (100, 30), (200, 50)]


def tree_lines(app):
    pane = app.query_one(TreePane)
    return [pane.render_line(y).text for y in range(pane.size.height)]


@pytest.mark.asyncio
@pytest.mark.parametrize("size", SIZES)
async def test_the_screen_has_names_at_every_size(explore, shows, size):
    async with explore(crowded(), "tab", size=size) as (app, _):
        text = "\n".join(tree_lines(app))
        assert "├ program" in text or "├── program" in text
        assert LONG[:16] in text
        assert "4.00 MB" in text
        screen = shows(app).rstrip("\n").split("\n")
        assert len(screen) == size[1]
        assert all(cell_len(each) <= size[0] for each in screen)


@pytest.mark.asyncio
async def test_a_narrow_terminal_shows_the_pane_that_has_the_keys(explore):
    async with explore(crowded(), size=(60, 24)) as (app, press):
        left, right = app.query_one("#left"), app.query_one("#right")
        assert (left.display, right.display) == (True, False)
        await press("tab")
        assert app.query_one(TreePane).has_focus
        assert (left.display, right.display) == (False, True)
        assert right.region.width == 60
        await press("2")
        assert app.query_one(SidePane).has_focus
        assert (left.display, right.display) == (True, False)
        await press("slash", *"program")
        assert (left.display, right.display) == (False, True)
        await press("enter")
        assert app.query_one(TreePane).has_focus


@pytest.mark.asyncio
async def test_a_terminal_that_grows_or_shrinks_is_divided_again(explore, shows):
    async with explore(crowded(), "tab", size=(200, 50)) as (app, press):
        assert "Mode" in shows(app)
        await app.pilot.resize_terminal(80, 24)
        await press()
        assert "Mode" not in shows(app)
        assert app.query_one("#left").region.width == ScreenRoom(80, 24).left
        assert not app.query_one("#whole").display
        await app.pilot.resize_terminal(60, 24)
        await press()
        assert not app.query_one("#left").display
        await app.pilot.resize_terminal(120, 40)
        await press()
        assert app.query_one("#left").display
        assert app.query_one("#whole").display


@pytest.mark.asyncio
async def test_long_names_scroll_sideways_and_the_cut_ends_are_marked(explore):
    async with explore(crowded(), "tab", size=(80, 24)) as (app, press):

        def row():
            node = app.model.index.nodes[f"usr/bin/{LONG}".encode()]
            pane = app.query_one(TreePane)
            return tree_lines(app)[pane.rows.row_of(node)]

        start = row()
        assert start.rstrip().endswith("\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}")
        await press("shift+right")
        moved = row()
        assert "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}" in moved
        assert moved[:9] == start[:9], "the columns stay"
        await press("H")
        assert row() == start


@pytest.mark.asyncio
async def test_scrolling_sideways_ends_with_the_longest_row(explore):
    async with explore(crowded(), "tab", *["L"] * 24, size=(80, 24)) as (app, press):
        pane = app.query_one(TreePane)
        ends = [each for each in tree_lines(app) if each.rstrip().endswith("names-")]
        assert len(ends) == 1
        await press("home")
        await press(*["shift+left"] * 24)
        assert pane.shift == 0


@pytest.mark.asyncio
async def test_rows_without_long_names_are_not_left_scrolled(explore):
    long = [file(f"a{LONG}{at}", 1000 - at) for at in range(40)]
    short = [file(f"short{at}", 100 - at) for at in range(60)]
    image = contents(layer(*long, *short))
    async with explore(image, "tab", "L", "L", size=(80, 24)) as (app, press):
        assert app.query_one(TreePane).shift > 0
        await press("end")
        assert app.query_one(TreePane).shift == 0
        assert "short59" in "\n".join(tree_lines(app))


@pytest.mark.asyncio
async def test_mode_and_owner_take_the_place_of_sizes_where_they_are_asked_for(explore):
    async with explore(crowded(), "tab", size=(80, 24)) as (app, press):
        assert "drwxr-xr-x" not in "\n".join(tree_lines(app))
        await press("ctrl+b")
        assert "drwxr-xr-x" in "\n".join(tree_lines(app))
        await press("ctrl+b")
        assert "drwxr-xr-x" not in "\n".join(tree_lines(app))


@pytest.mark.asyncio
async def test_instructions_scroll_sideways_too(explore, shows):
    image = contents(
        layer(file("a", 1)), history=[{"created_by": f"RUN {'x' * 80}-end"}]
    )
    async with explore(image, inspect=None, size=(80, 24)) as (app, press):
        pane = app.query_one(SidePane)
        assert "-end" not in pane.render_line(0).text
        await press(*["shift+right"] * 20)
        assert pane.render_line(0).text.rstrip().endswith("-end")


@pytest.mark.asyncio
async def test_one_view_says_what_whose_and_which_line(image, explore, shows):
    async with explore(image, "tab", size=(80, 24)) as (app, press):
        tree = app.query_one(TreePane)
        tree.move_to(tree.rows.row_of(app.model.index.nodes[b"usr/bin/python3"]))
        await press()
        text = shows(app)
        assert "Path     /usr/bin/python3  4.00 MB  -rwxr-xr-x  0:0" in text
        assert "Package  deb python3 3.13" in text
        assert "Line     base image  FROM debian:13" in text
        tree.move_to(tree.rows.row_of(app.model.index.nodes[b"usr/bin/su"]))
        await press()
        assert "Package  none" in shows(app)
        assert "Line     Dockerfile:4-5  RUN apt-get update" in shows(app)


@pytest.mark.asyncio
async def test_of_a_directory_it_says_whose_most_bytes_are(image, explore, shows):
    async with explore(image, "tab", size=(80, 24)) as (app, _):
        text = shows(app)
        assert "Path     /usr  5.95 MB" in text
        assert "Package  python3 4.00 MB, libc6 1.90 MB, no package 50.0 kB" in text
        assert "Line     base image 5.90 MB, Dockerfile:4 50.0 kB" in text


@pytest.mark.asyncio
async def test_of_a_package_and_of_waste_it_says_which_line_too(image, explore, shows):
    async with explore(image, "2", size=(80, 24)) as (app, press):
        assert "Line:    base image  FROM" in shows(app)
        await press("4")
        text = shows(app)
        assert "Package:    none" in text
        assert "Written by: base image  FROM" in text
        assert "Wasted by:  Dockerfile:7" in text


@pytest.mark.asyncio
async def test_details_that_are_cut_can_be_scrolled_to(image, explore):
    async with explore(image, "3", size=(80, 20)) as (app, press):
        details = app.query_one("#one")
        assert details.max_scroll_y > 0
        await press(*["right_square_bracket"] * 9)
        assert details.scroll_y == details.max_scroll_y
        await press(*["left_square_bracket"] * 9)
        assert details.scroll_y == 0
