"""`lightship explore`: walk through an image in the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from typing import Any

import click

from lightship.cli import image_options
from lightship.errors import UsageError
from lightship.image.read import Contents
from lightship.inspection.model import Inspection


@click.command(short_help="Walk through an image in the terminal.")
@click.argument("name", metavar="IMAGE")
@image_options.source
@image_options.dockerfile
@image_options.reading
def command(name: str, **given: Any) -> None:
    """Walk through an image in the terminal: layers, files, packages, findings and waste.

    IMAGE is named as for `lightship inspect`. The keys are dive's; ? lists them. Needs textual:
    pip install 'lightship[tui]'.

    \b
    Exit code: 0  the viewer was left
               2  wrong use, or an image that cannot be read
    """
    if find_spec("textual") is None:
        raise UsageError("explore needs textual: pip install 'lightship[tui]'")
    if not (sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError("explore needs a terminal; `lightship inspect` prints what is in an image")
    image_options.check_dockerfile(given)
    inspect = _inspection(given)
    from lightship.image.read import read_contents  # noqa: PLC0415 - --help needs none of it
    from lightship.image.table import scan_one  # noqa: PLC0415
    from lightship.tui.app import Explorer  # noqa: PLC0415 - textual, a third of a second

    with image_options.opened(name, given, keep=True) as (opened, how):
        contents = read_contents(opened, how, scan_one, image_options.workers(given))
        _take_keys()
        Explorer(contents, inspect).run()


def _inspection(given: dict[str, Any]) -> Callable[[Contents], Inspection]:
    """What inspects the image while the viewer shows it; a Dockerfile is read before."""
    from lightship.inspection.inspect import inspect_contents  # noqa: PLC0415 - as above

    path = given["dockerfile"]
    build = image_options.build_of(path, given) if path else None
    return partial(inspect_contents, build=build, dockerfile=path or "", today=datetime.now(UTC).date())


def _take_keys() -> None:
    """Read keys from the terminal where the image came by standard input, as in `docker save app | … explore -`."""
    if sys.stdin.isatty():
        return
    with suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDONLY)
        os.dup2(terminal, 0)
        os.close(terminal)
