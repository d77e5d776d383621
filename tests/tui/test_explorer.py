"""The viewer, driven by keys and the mouse."""

from __future__ import annotations

import asyncio
import os
from contextlib import nullcontext
from threading import Event

import pytest
from images import contents, file, layer, whiteout
from textual.widgets import Input, Static

from lightship.errors import ImageError
from lightship.tui.app import Explorer
from lightship.tui.dialogs import HelpScreen
from lightship.tui.file_dialogs import ContentScreen, ExtractScreen
from lightship.tui.panes import SidePane, TreePane
from lightship.tui.tree_view import NodeState

pytestmark = pytest.mark.asyncio


def tree(app):
    return app.screen_stack[0].query_one(TreePane)


def side(app):
    return app.screen_stack[0].query_one(SidePane)


def names(app):
    rows = tree(app).rows
    return [rows.index.name(node).decode("latin-1") for node in rows.nodes]


def here(app):
    """The path under the cursor of the tree."""
    return tree(app).rows.index.paths[tree(app).node].decode("latin-1")


def words(app, where):
    return str(app.screen_stack[0].query_one(where, Static).render())


def drawn(app):
    """The rows of the tree that the screen shows."""
    pane = tree(app)
    return [pane.render_line(y).text.rstrip() for y in range(pane.size.height)]


def said(app):
    return [notice.message for notice in app._notifications]


async def go_to(app, press, path):
    await press(*(["tab"] if not tree(app).has_focus else []))
    tree(app).move_to(tree(app).rows.row_of(app.model.index.nodes[path]))
    await press()
    assert here(app) == path.decode()


async def test_it_starts_with_the_final_tree_the_largest_first(image, explore, shows):
    async with explore(image) as (app, _):
        assert names(app)[:3] == ["usr", "bin", "python3"]
        assert (app.wish.layer, app.wish.aggregated, side(app).has_focus) == (
            2,
            False,
            True,
        )
        text = shows(app)
        assert "sorted by size" in text
        assert "FROM debian:13" in text
        assert "L4" in text


async def test_the_arrows_and_hjkl_move_over_layers_and_the_tree_follows(
    image, explore
):
    async with explore(image, "k") as (app, press):
        assert app.wish.layer == 1
        assert "lists" in names(app)
        await press("up", "up")
        assert app.wish.layer == 0
        assert "app" not in names(app)
        await press("j", "down")
        assert app.wish.layer == 2
        await press("home")
        assert app.wish.layer == 0
        await press("G")
        assert app.wish.layer == 2


async def test_tab_goes_to_the_tree_and_back(image, explore):
    async with explore(image, "tab") as (app, press):
        assert tree(app).has_focus
        await press("tab")
        assert side(app).has_focus


async def test_ctrl_a_and_ctrl_l_in_the_layers_choose_what_is_compared(image, explore):
    async with explore(image) as (app, press):
        data = app.model.index.nodes[b"app/data.bin"]
        assert tree(app).rows.view.states[data] == NodeState.SAME
        await press("ctrl+a")
        assert tree(app).rows.view.states[data] == NodeState.ADDED
        assert "layers 2 to 3 against layer 1" in words(app, "#title")
        await press("ctrl+l")
        assert tree(app).rows.view.states[data] == NodeState.SAME
        assert "layer 3 against layer 2" in words(app, "#title")


async def test_space_opens_and_closes_and_ctrl_space_all(image, explore):
    async with explore(image, "tab") as (app, press):
        before = names(app)
        await press("space")
        assert here(app) == "usr"
        assert "python3" not in names(app)
        await press("space")
        assert names(app) == before
        await press("ctrl+@")
        assert names(app) == ["usr", "var", "app", "etc"]
        await press("ctrl+space")
        assert names(app) == before


async def test_left_goes_to_the_directory_and_right_into_it(image, explore):
    async with explore(image, "tab", "l", "right") as (app, press):
        assert here(app) == "usr/bin/python3"
        await press("right")
        assert here(app) == "usr/bin/python3", "a file has nothing in it"
        await press("h")
        assert here(app) == "usr/bin"
        await press("left", "left")
        assert here(app) == "usr"


async def test_pages(explore):
    image = contents(
        layer(*(file(f"f{number:03}", 1000 - number) for number in range(500)))
    )
    async with explore(image, "tab", "pagedown") as (app, press):
        page = tree(app).cursor
        assert 20 < page < 40
        await press("d")
        assert tree(app).cursor == 2 * page
        await press("u", "pageup")
        assert tree(app).cursor == 0
        await press("end")
        assert here(app) == "f499"
        assert tree(app).scroll_offset.y > 400
        await press("g")
        assert tree(app).scroll_offset.y == 0


@pytest.mark.parametrize(
    ("key", "state", "gone"),
    [
        ("ctrl+r", NodeState.REMOVED, "lists"),
        ("ctrl+m", NodeState.CHANGED, "main.py"),
        ("M", NodeState.CHANGED, "main.py"),
        ("ctrl+u", NodeState.SAME, "python3"),
    ],
)
async def test_each_state_can_be_hidden(image, explore, key, state, gone):
    async with explore(image, "tab") as (app, press):
        assert gone in names(app)
        await press(key)
        assert gone not in names(app)
        assert app.wish.hidden == {state}
        await press(key)
        assert gone in names(app)


async def test_ctrl_a_in_the_tree_hides_what_was_added(image, explore):
    async with explore(image, "up", "tab") as (app, press):
        assert "data.bin" in names(app)
        await press("ctrl+a")
        assert "data.bin" not in names(app)
        assert not app.wish.aggregated


async def test_only_waste_shows_what_is_gone_too(explore):
    image = contents(
        layer(file("keep", 5)),
        layer(file("tmp/big", 900)),
        layer(whiteout("tmp")),
        layer(file("x", 1)),
    )
    async with explore(image, "tab") as (app, press):
        assert names(app) == ["keep", "x"]
        await press("ctrl+w")
        assert names(app) == ["tmp", "big"]
        assert "900 B of layer 2 wasted: removed by layer 3" in (
            await about(app, press, b"tmp/big")
        )
        await press("ctrl+w")
        assert names(app) == ["keep", "x"]


async def about(app, press, path):
    await go_to(app, press, path)
    return words(app, "#about")


async def test_ctrl_o_sorts_by_name_and_ctrl_b_leaves_attributes_out(
    image, explore, shows
):
    async with explore(image, "tab", "ctrl+o") as (app, press):
        assert [
            name for name in names(app) if name in ("app", "etc", "usr", "var")
        ] == ["app", "etc", "usr", "var"]
        assert "sorted by name" in shows(app)
        assert "-rwsr-xr-x" in shows(app)
        await press("ctrl+b")
        assert "-rwsr-xr-x" not in shows(app)
        await press("ctrl+o", "ctrl+b")
        assert names(app)[0] == "usr"
        assert here(app) == "usr"


async def test_ctrl_p_wraps_long_names(explore):
    image = contents(layer(file("start-" + "x" * 150 + "-end", 1), file("z", 2)))
    async with explore(image, "tab") as (app, press):
        assert not [line for line in drawn(app) if "-end" in line]
        await press("ctrl+p", "end")
        assert here(app).startswith("start-")
        line = next(at for at, line in enumerate(drawn(app)) if "-end" in line)
        await press("home")
        await app.pilot.click(TreePane, offset=(20, line))
        await press()
        assert here(app).startswith("start-"), (
            "each line of a wrapped row belongs to it"
        )
        await press("ctrl+p")
        assert not tree(app).wraps


@pytest.mark.parametrize("key", ["ctrl+f", "slash", "ctrl+underscore"])
async def test_the_filter_takes_what_is_typed(image, explore, key):
    async with explore(image, "tab", key, *"*.py") as (app, press):
        assert app.query_one("#filter", Input).has_focus
        assert names(app) == ["app", "main.py"]
        await press("enter")
        assert tree(app).has_focus
        assert names(app) == ["app", "main.py"]
        await press("escape")
        assert "usr" in names(app)
        assert not app.query_one("#filter").display


async def test_a_filter_with_an_error_says_so_and_changes_nothing(image, explore):
    async with explore(image, "slash", *"/(/") as (app, press):
        assert "invalid regular expression" in words(app, "#about")
        await press("backspace", "backspace", *"main/")
        assert names(app) == ["app", "main.py"]
        await press("escape")
        assert tree(app).has_focus
        assert len(names(app)) > 2


async def test_the_cursor_stays_on_its_file_whatever_is_shown(image, explore):
    async with explore(image) as (app, press):
        await go_to(app, press, b"etc/passwd")
        await press("ctrl+o")
        assert here(app) == "etc/passwd"
        await press("tab", "up")
        assert here(app) == "etc/passwd"
        await press("tab", "ctrl+space")
        assert here(app) == "etc"


async def test_packages_show_their_files(image, explore):
    async with explore(image, "2") as (app, press):
        assert names(app) == ["usr", "bin", "python3", "python"]
        assert "only files of python3" in words(app, "#title")
        assert "4.00 MB in 2 files" in words(app, "#details")
        await press("down")
        assert names(app) == ["usr", "lib", "libc.so.6"]
        assert "deb libc6 2.41" in (await about(app, press, b"usr/lib/libc.so.6"))
        await press("1")
        assert len(names(app)) > 10


async def test_findings_show_their_files_also_those_that_are_gone(
    image, explore, shows
):
    async with explore(image, "3") as (app, press):
        assert names(app) == ["var", "lib", "apt", "lists", "index"]
        assert "Remove the lists in the instruction that fetched them." in " ".join(
            words(app, "#details").split()
        )
        assert "Dockerfile:4-5" in words(app, "#details")
        await press("escape")
        assert "usr" in names(app)


async def test_waste_shows_each_path_and_why(image, explore):
    async with explore(image, "4") as (app, press):
        assert side(app).count == 3
        assert "800 kB of layer 1 wasted: removed by layer 3" in words(app, "#details")
        await press("down")
        assert (
            "26 B of layer 1 wasted: same content written again by layer 3"
            in " ".join(words(app, "#details").split())
        )
        assert names(app) == ["etc", "passwd"]


async def test_what_an_entry_is_stands_below_the_tree(image, explore):
    async with explore(image) as (app, press):
        for path, facts in {
            b"etc/passwd": "3, changed: mode",
            b"app/main.py": "3, changed: content",
            b"var/lib/apt/lists/index": "1, removed by layer 3 (Dockerfile:7?)",
            b"app/data.bin": "2, unmodified",
            b"usr": "none has an entry for it",
        }.items():
            assert facts in await about(app, press, path)
        text = await about(app, press, b"app/notes\x1b[31m\n[red]evil")
        assert "/app/notes\\x1b[31m\\n[red]evil  1 B  -rw-r--r--  0:0" in text


async def test_enter_shows_a_text(image, explore, shows):
    async with explore(image) as (app, press):
        await go_to(app, press, b"app/main.py")
        await press("enter")
        assert isinstance(app.screen, ContentScreen)
        assert "print('bye')" in shows(app)
        await press("x")
        assert "70 72 69 6e 74" in shows(app)
        await press("q")
        assert tree(app).has_focus


async def test_bytes_are_shown_in_hexadecimal_and_of_a_link_its_file(
    image, explore, shows
):
    async with explore(image) as (app, press):
        await go_to(app, press, b"app/data.bin")
        await press("v", "down", "pagedown", "end")
        assert "000027f0  f0 f1" in shows(app)
        await press("escape")
        await go_to(app, press, b"usr/bin/su-again")
        await press("enter")
        assert "50.0 kB" in shows(app)


async def test_a_removed_file_can_still_be_read(image, explore, shows):
    async with explore(image) as (app, press):
        await go_to(app, press, b"var/lib/apt/lists/index")
        await press("enter")
        assert "800 kB" in shows(app)
        assert "00000000" in shows(app)


async def test_enter_opens_a_directory_and_a_link_has_no_content(image, explore, shows):
    async with explore(image, "tab", "enter") as (app, press):
        assert "bin" not in names(app)
        await press("enter")
        assert "bin" in names(app)
        await go_to(app, press, b"usr/bin/python")
        await press("enter")
        assert said(app) == ["this is not a regular file"]
        assert not isinstance(app.screen, ContentScreen)


async def test_long_lines_can_be_moved_over_and_wrapped(explore, shows):
    image = contents(
        layer(file("a", b"start" + b"-" * 300 + b"middle" + b"-" * 100 + b"end"))
    )
    async with explore(image, "tab", "enter") as (_, press):
        assert "middle" not in shows(_)
        await press(*["right"] * 30)
        assert "middle" in shows(_)
        assert "start" not in shows(_)
        await press(*["h"] * 30)
        assert "start" in shows(_)
        await press("ctrl+p")
        assert "end" in shows(_)


async def test_content_that_is_gone_is_said(image, explore, shows):
    image.opened.blobs = (None, None, None)
    async with explore(image) as (app, press):
        await go_to(app, press, b"app/main.py")
        await press("enter")
        assert "were streamed and not kept" in shows(app)


async def test_ctrl_e_extracts_and_asks_before_it_overwrites(
    image, explore, tmp_path, says
):
    async with explore(image) as (app, press):
        await go_to(app, press, b"app/main.py")
        await press("ctrl+e")
        assert isinstance(app.screen, ExtractScreen)
        await press("enter")
        assert "enter a folder" in says(app)
        app.screen.query_one(Input).value = str(tmp_path)
        await press("enter")
        assert (tmp_path / "main.py").read_bytes() == b"print('bye')\n"
        assert not isinstance(app.screen, ExtractScreen)
        (tmp_path / "main.py").write_bytes(b"mine")
        await press("ctrl+e")
        app.screen.query_one(Input).value = str(tmp_path)
        await press("enter")
        assert "press Enter again to overwrite it" in says(app)
        assert (tmp_path / "main.py").read_bytes() == b"mine"
        await press("enter")
        assert (tmp_path / "main.py").read_bytes() == b"print('bye')\n"


async def test_another_folder_is_asked_about_anew(image, explore, tmp_path):
    async with explore(image) as (app, press):
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "main.py").write_bytes(b"mine")
        await go_to(app, press, b"app/main.py")
        await press("ctrl+e")
        for name in ("one", "two"):
            app.screen.query_one(Input).value = str(tmp_path / name)
            await press("enter")
        assert [
            (tmp_path / name / "main.py").read_bytes() for name in ("one", "two")
        ] == [b"mine", b"mine"]
        await press("escape")
        assert tree(app).has_focus


async def test_a_folder_that_cannot_be_written_is_said(image, explore, says, tmp_path):
    async with explore(image) as (app, press):
        await go_to(app, press, b"app/main.py")
        await press("ctrl+e")
        (tmp_path / "file").write_bytes(b"")
        app.screen.query_one(Input).value = str(tmp_path / "file" / "below")
        await press("enter")
        assert "cannot write" in says(app)
        assert os.listdir(tmp_path) == ["file"]


async def test_help_has_every_key(image, explore, shows):
    async with explore(image, "?", size=(120, 60)) as (app, press):
        assert isinstance(app.screen, HelpScreen)
        for key in "tab space ctrl+space ctrl+a ctrl+l ctrl+f ctrl+o ctrl+p ctrl+e ctrl+b ctrl+w PgUp esc".split():
            assert key in shows(app)
        await press("q")
        assert not isinstance(app.screen, HelpScreen)


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_q_and_ctrl_c_leave(image, explore, key):
    async with explore(image) as (app, _):
        await app.pilot.press(key)
        assert app._exit


async def test_ctrl_c_leaves_also_from_the_filter_where_q_is_a_letter(image, explore):
    async with explore(image, "slash", "q") as (app, _):
        assert not app._exit
        assert app.query_one("#filter", Input).value == "q"
        await app.pilot.press("ctrl+c")
        assert app._exit


async def test_the_mouse_moves_the_cursor_opens_directories_and_changes_the_list(
    image, explore
):
    async with explore(image) as (app, press):
        await app.pilot.click(SidePane, offset=(5, 0))
        await press()
        assert app.wish.layer == 0
        await app.pilot.click(TreePane, offset=(5, 1))
        await press()
        assert here(app) == "usr/bin"
        await app.pilot.click(TreePane, offset=(5, 1))
        await press()
        assert "python3" not in names(app)
        await app.pilot.click(TreePane, offset=(5, 25))
        await press()
        assert here(app) == "usr/bin", "below the last row there is nothing"
        await app.pilot.click("#sides", offset=(14, 0))
        await press()
        assert "python3" in str(words(app, "#title"))


async def test_what_cannot_be_inspected_is_said_and_the_rest_works(
    image, explore, shows
):
    def inspect(_contents):
        raise ImageError("the package database is \x1b[31mbroken")

    async with explore(image, "2", inspect=inspect) as (app, _):
        assert said(app) == [r"the package database is \x1b[31mbroken"]
        assert "\x1b" not in shows(app)
        assert "not known yet" in shows(app)
        assert "usr" in names(app)


async def test_leaving_waits_for_nothing_that_is_still_worked_out(image):
    asked, leave = Event(), Event()

    def inspect(_contents):
        asked.set()
        leave.wait(60)
        raise ValueError("a bug that nobody is left to see")

    app = Explorer("app.tar", lambda _progress: nullcontext(image), inspect)
    async with app.run_test() as pilot:
        await asyncio.to_thread(asked.wait, 60)
        await pilot.press("q")
    assert not app.return_code
    assert app._background.is_working
    leave.set()


async def test_a_bug_ends_the_viewer_with_its_traceback_and_no_variables(image, capsys):
    def inspect(_contents):
        raise ValueError("a bug")

    app = Explorer("app.tar", lambda _progress: nullcontext(image), inspect)
    async with app.run_test() as pilot:
        while app.is_working:
            await pilot.pause()
    assert app.return_code == 1
    said = capsys.readouterr().err
    assert "ValueError: a bug" in said
    assert "Contents(" not in said


@pytest.mark.parametrize(
    "made", [(), (layer(),), (layer(), layer(whiteout("nothing")))]
)
async def test_images_without_layers_or_files_are_shown(explore, shows, made):
    async with explore(
        contents(*made),
        "1",
        "2",
        "3",
        "4",
        "tab",
        "enter",
        "space",
        "l",
        "h",
        "v",
        "end",
        inspect=None,
    ) as (app, press):
        assert "nothing to show" in shows(app)
        await press("ctrl+space", "ctrl+w", "ctrl+o", "ctrl+e", "ctrl+p")
        assert "nothing to show" in shows(app)


async def test_an_absent_layer_is_said(explore, shows):
    image = contents(layer(file("a", 1)), layer(file("b", 1)))
    image.stack.scans = (image.stack.scans[0], None)
    image.stack.gone = (image.stack.gone[0], type(image.stack.gone[1])("H"))
    async with explore(image, inspect=None) as (app, _):
        assert "absent" in shows(app)
        assert names(app) == ["a"]


async def test_nothing_of_an_image_reaches_the_terminal_raw(explore, shows):
    evil = b"\x1b]0;owned\x07[@click=app.quit]x[/]\x9b\xe2\x80\xae\n"
    image = contents(
        layer(file(b"dir" + evil + b"/f" + evil, evil)),
        history=[{"created_by": evil.decode("latin-1")}],
    )
    image.image.name = evil.decode("latin-1")
    async with explore(image, "tab", "l", "v", inspect=None) as (app, press):
        for _ in range(3):
            text = shows(app)
            assert all(char.isprintable() or char == "\n" for char in text)
            await press("escape", "ctrl+e")
        await press("escape", "4")
        assert all(char.isprintable() or char == "\n" for char in shows(app))
        assert "[@click=app.quit]x[/]" in shows(app)
