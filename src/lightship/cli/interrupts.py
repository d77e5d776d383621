"""How a long command is ended, with everything cleaned up: Ctrl-C, SIGTERM, a closed terminal."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

CODE = 130  # as shells say it of a program that Ctrl-C ended
_ENDING = [
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
]


@contextmanager
def interruptible(hint: str) -> Iterator[None]:
    """What would end the process raises KeyboardInterrupt inside.

    Then `hint` is told, and the exit code is 130.
    """
    heard = [
        number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN
    ]  # as `nohup` sets it
    before = {number: signal.signal(number, _end) for number in heard}
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"interrupted: {hint}", err=True)
        raise click.exceptions.Exit(CODE) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(*_: Any) -> NoReturn:
    raise KeyboardInterrupt
