"""How a long command is ended, with everything cleaned up: Ctrl-C, SIGTERM, a closed terminal."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from lightship.cli import INTERRUPTED
from lightship.record import record

_ENDING = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)
]
# The first asks to end, the second comes from somebody in a hurry, the third from one who means it
_MEANT = 3
_SOON = 0.5  # seconds
_WAIT = "cleaning up: press Ctrl-C again to leave that to the next run"
_LEFT = "not all that was made is removed; the next run does that"


@contextmanager
def interruptible(hint: str) -> Iterator[None]:
    """What would end the process raises KeyboardInterrupt inside, once.

    A second signal does not stop the cleaning that the first one began; a third one does. Then
    `hint` is told, or that something is left, and the exit code is 130.
    """
    signals = _Signals()
    heard = [
        number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN
    ]  # as `nohup` sets it
    before = {number: signal.signal(number, signals.hear) for number in heard}
    try:
        yield
    except KeyboardInterrupt:
        is_cut_short = signals.count >= _MEANT
        click.echo(f"interrupted: {_LEFT if is_cut_short else hint}", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def at_once() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt inside, as ever, and ends the process where that is held up:
    Python waits for its threads, and one may wait for bytes that do not come.
    """

    def hear(*_: Any) -> None:
        timer = threading.Timer(_SOON, _end)
        timer.daemon = True
        timer.start()
        raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield
        return
    before = signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end() -> None:
    click.echo("interrupted", err=True)
    os._exit(INTERRUPTED)


@record(eq=False, frozen=False)
class _Signals:
    """How many signals to end have come."""

    count: int = 0

    def hear(self, *_: Any) -> None:
        self.count += 1
        if self.count in (1, _MEANT):
            raise KeyboardInterrupt
        if self.count < _MEANT:
            click.echo(_WAIT, err=True)
