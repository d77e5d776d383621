"""While the image is still being read: the screen stands, says how far it is, and can be left."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from threading import Event

import pytest
from textual.widgets import Static

from lightship.errors import ImageError
from lightship.tui.app import Explorer
from lightship.tui.dialogs import HelpScreen
from lightship.tui.panes import TreePane
from lightship.tui.read_progress import Left, ReadProgress

pytestmark = pytest.mark.asyncio


class Slow:
    """A source that waits in the middle of an image, or of what fails.

    `ended` is the error that came out of it, None where its `with` ended in peace.
    """

    def __init__(self, contents):
        self.begun, self.go, self.closed = Event(), Event(), Event()
        self.contents, self.ended = contents, None

    @contextmanager
    def __call__(self, progress):
        try:
            progress.add(700)
            progress.total = 3000
            progress.add(1500)
            self.begun.set()
            assert self.go.wait(60)
            progress.add(1500)
            yield from self._found()
        except Exception as error:
            self.ended = error
            raise
        finally:
            self.closed.set()

    def _found(self):
        if isinstance(self.contents, Exception):
            raise self.contents
        yield self.contents


def words(app, where):
    return str(app.screen_stack[0].query_one(where, Static).render())


async def settled(app, pilot):
    while app.is_working:
        await pilot.pause(0.002)
    await pilot.pause()


async def showing(app, pilot, text, shows):
    """Wait until the screen has a text."""
    while text not in shows(app):
        await pilot.pause(0.002)


async def test_the_screen_stands_before_the_image_is_read_and_says_how_far_that_is(
    image, shows, inspection
):
    source = Slow(image)
    app = Explorer("evil\x1b[31m.tar", source, inspection)
    async with app.run_test(size=(120, 40)) as pilot:
        await asyncio.to_thread(source.begun.wait, 60)
        await showing(app, pilot, "50%", shows)
        text = shows(app)
        assert (
            "████████████░░░░░░░░░░░░   50%  1.50 kB of 3.00 kB  reading evil\\x1b[31m.tar …"
            in text
        )
        assert "Name: evil\\x1b[31m.tar" in text
        assert "1 Layers  2 Packages" in text
        assert "? help" in text
        assert app.is_working
        source.go.set()
        await settled(app, pilot)
        assert "python3" in shows(app)
        assert "reading" not in shows(app)
        assert "FROM debian:13" in shows(app)
        assert not source.closed.is_set(), (
            "its files can be read as long as they can be looked at"
        )
    app.close(60)
    assert (source.closed.is_set(), source.ended, app.failure) == (True, None, None)


async def test_all_keys_may_be_pressed_while_the_image_is_read(image, inspection):
    source = Slow(image)
    app = Explorer("app.tar", source, inspection)
    async with app.run_test(size=(120, 40)) as pilot:
        await asyncio.to_thread(source.begun.wait, 60)
        await pilot.press(
            "1",
            "2",
            "3",
            "4",
            "up",
            "down",
            "enter",
            "escape",
            "tab",
            "space",
            "l",
            "h",
            "v",
            "end",
        )
        await pilot.press(
            "ctrl+a",
            "ctrl+a",
            "ctrl+space",
            "ctrl+w",
            "ctrl+w",
            "ctrl+o",
            "ctrl+b",
            "ctrl+e",
            "ctrl+p",
        )
        await pilot.press("2", "slash", *"*.py", "enter", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        source.go.set()
        await settled(app, pilot)
        await pilot.press("q")
        rows = app.query_one(TreePane).rows
        assert app.wish.layer == 2
        assert "only files of python3" in words(app, "#title")
        await pilot.press("escape", "1", "slash", *"*.py")
        await settled(app, pilot)
        rows = app.query_one(TreePane).rows
        assert [rows.index.name(node) for node in rows.nodes] == [b"app", b"main.py"]
    app.close(60)
    assert not app.return_code


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_leaving_ends_what_reads_when_its_next_bytes_come(image, key):
    source = Slow(image)
    app = Explorer("app.tar", source)
    async with app.run_test() as pilot:
        await asyncio.to_thread(source.begun.wait, 60)
        await pilot.press(key)
        assert app._exit
    assert not source.closed.is_set()
    source.go.set()
    app.close(60)
    assert isinstance(source.ended, Left)
    assert source.closed.is_set()
    assert (app.failure, app.return_code) == (None, 0)


async def test_leaving_does_not_wait_for_a_source_that_says_nothing(image):
    source = Slow(image)
    app = Explorer("app.tar", source)
    async with app.run_test() as pilot:
        await asyncio.to_thread(source.begun.wait, 60)
        await pilot.press("q")
    app.close(0.01)
    assert not source.closed.is_set()
    source.go.set()


@pytest.mark.parametrize(
    "error", [ImageError("layer 2 is broken"), ValueError("a bug")]
)
async def test_an_error_while_the_image_is_read_ends_the_viewer(error, shows):
    source = Slow(error)
    app = Explorer("app.tar", source)
    async with app.run_test(size=(120, 40)) as pilot:
        await asyncio.to_thread(source.begun.wait, 60)
        await showing(app, pilot, "1.50 kB", shows)
        source.go.set()
        await settled(app, pilot)
    app.close(60)
    assert app.failure is error


async def test_progress_counts_anew_once_the_size_of_the_layers_is_known():
    progress = ReadProgress()
    assert str(progress.line("app")) == " reading app …"
    progress.add(2_000_000)
    assert str(progress.line("app")) == " 2.00 MB  reading app …"
    progress.total = 4000
    assert (
        str(progress.line("app")) == f" {'░' * 24}    0%  0 B of 4.00 kB  reading app …"
    )
    progress.add(9000)
    assert str(progress.line("app")).startswith(
        f" {'█' * 24}  100%  9.00 kB of 4.00 kB"
    )
