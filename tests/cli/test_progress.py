from __future__ import annotations

import io
import signal
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


@pytest.fixture
def log(monkeypatch):
    """Standard error as a file, and a clock that ticks as soon as it can."""
    found = io.StringIO()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=found))
    monkeypatch.setattr(progress, "_LINES", 0.001)
    return found


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no clock that signals")
def test_where_no_terminal_is_a_line_says_how_far_it_came(log, monkeypatch):
    monkeypatch.setattr(progress, "_LONG", 0)
    with progress.progress("app\x1b") as bar:
        signal.pause()
        bar.total = 4000
        bar.add(1000)
        signal.pause()
    first, *_, last = log.getvalue().splitlines()
    assert first == "waiting for app�  0 s"
    assert last == "reading app�  1.00 kB of 4.00 kB  0 s"
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_tick_that_interrupts_a_drawing_is_passed_by(terminal):
    with progress.progress("app") as bar:
        bar.add(1)
        before = terminal.getvalue()
        with bar._lock:
            bar.tick()
        assert terminal.getvalue() == before
        bar.tick()
        assert terminal.getvalue() != before


def test_what_cannot_be_shown_ends_nothing(monkeypatch):
    tried: list[str] = []

    class Full(io.StringIO):
        def write(self, text: str) -> int:
            tried.append(text)
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=Full()))
    with progress.progress("app") as bar:
        bar.tick()
        bar.add(1)
        bar.tick()
    assert tried
