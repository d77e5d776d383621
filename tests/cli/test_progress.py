from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace

import pytest

from lightship.cli import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Standard error as a terminal, and a bar that is drawn at once, each time."""
    found = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=found))
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr(progress, "_EVERY", 0)
    monkeypatch.setenv("TERM", "xterm")
    return found


def test_bytes_of_several_threads_are_counted(terminal):
    with progress.progress("app") as bar:
        bar.total = 4000
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(bar.add, [10] * 200))
        bar.add(0)
    assert (
        "████████████░░░░░░░░░░░░   50%  reading app  2.00 kB of 4.00 kB"
        in terminal.getvalue()
    )


def test_nothing_is_left_of_it(terminal):
    with progress.progress("app") as bar:
        bar.add(10)
    assert terminal.getvalue().endswith("reading app  10 B\r\033[K")
    with suppress(KeyError), progress.progress("app") as bar:
        bar.add(10)
        raise KeyError
    assert terminal.getvalue().endswith("\r\033[K")


def test_nothing_is_drawn_after_it_was_cleared(terminal):
    with progress.progress("app") as bar:
        bar.add(1)
        bar.clear()
        before = terminal.getvalue()
        bar.add(1)
    assert terminal.getvalue() == before
