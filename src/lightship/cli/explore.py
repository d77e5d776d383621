"""`lightship explore`: walk through an image in the terminal."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import click

from lightship.base_images import lifetimes
from lightship.cli import image_options
from lightship.cli.extras import require
from lightship.errors import UsageError
from lightship.image.read import Contents
from lightship.inspection.inspection import Inspection

_PATIENCE = 0.5  # seconds for an image to close in


@click.command(short_help="Walk through an image in the terminal.")
@click.argument("name", metavar="IMAGE")
@image_options.source
@image_options.dockerfile
@image_options.reading
def command(name: str, **given: Any) -> None:
    """Walk through an image in the terminal: layers, files, packages, findings and waste.

    IMAGE is named as for `lightship inspect`. The keys are dive's; ? lists them. Needs the extra
    `tui`: pip install 'lightship[tui]'.

    \b
    Exit code: 0  the viewer was left
               2  wrong use, or an image that cannot be read
    """
    require("textual")
    if not (sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "explore needs a terminal; `lightship inspect` prints what is in an image"
        )
    image_options.check_dockerfile(given)
    inspect = _inspection(given)
    _take_keys()
    from lightship.tui.app import Explorer  # noqa: PLC0415 - textual, a quarter of a second

    app = Explorer(name, partial(_read, name, given), inspect)
    app.run()
    app.close(_PATIENCE)
    if app.failure is not None:
        raise app.failure
    _end(app.return_code or 0, name)


@contextmanager
def _read(
    name: str, given: dict[str, Any], progress: image_options.Counter
) -> Iterator[Contents]:
    """The image, read in a thread of the viewer; nothing forks there, where a copy would have no other thread."""
    from lightship.image.read import read_contents  # noqa: PLC0415 - once the screen stands

    with image_options.opened(name, given, progress, keep=True) as (opened, how):
        yield read_contents(opened, how, image_options.workers(given))


def _inspection(given: dict[str, Any]) -> Callable[[Contents], Inspection]:
    """What inspects the image while the viewer shows it; a Dockerfile is read before."""
    path, today = given["dockerfile"], lifetimes.today()
    build = image_options.build_of(path, given) if path else None

    def inspect(contents: Contents) -> Inspection:
        from lightship.inspection.inspect_image import inspect_contents  # noqa: PLC0415 - once the screen stands

        return inspect_contents(
            contents, build=build, dockerfile=path or "", today=today
        )

    return inspect


def _take_keys() -> None:
    """Read keys from the terminal where an image may come by standard input, as in `docker save app | … explore -`."""
    if sys.stdin.isatty():
        return
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError as error:
        raise UsageError(
            f"explore needs a terminal to read keys from: {error.strerror}"
        ) from error
    sys.stdin = os.fdopen(os.dup(0))  # the image; the viewer reads handle 0
    os.dup2(terminal, 0)
    os.close(terminal)


def _end(code: int, name: str) -> None:
    """End at once where a thread still waits for bytes, else as usual.

    The usual way takes away what an engine was reached by. But Python would wait for the threads of a pool that ask a
    registry, and would abort where a thread holds standard input, which it wants to close.
    """
    threads = threading.enumerate()
    is_pool = any(thread.name.startswith("ThreadPoolExecutor") for thread in threads)
    is_pipe = name == "-" and any(thread.daemon for thread in threads)

    if is_pool or is_pipe:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
