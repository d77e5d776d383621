"""`lightship explore`: walk through an image in the terminal."""

from __future__ import annotations

import os
import sys
import threading
from functools import partial

import click

from lightship.cli import image_options
from lightship.cli.extras import require
from lightship.cli.sections import as_command
from lightship.errors import UsageError
from lightship.flows.image_request import ImageRequest, check_origin

_PATIENCE = 0.5  # seconds for an image to close in


@as_command("Browse an image in the terminal.")
@click.argument("name", metavar="IMAGE")
@image_options.SOURCE
@image_options.origin()
@image_options.SECRETS
@image_options.READING
@image_options.GATHERED
def command(name: str, image: ImageRequest) -> None:
    """Browse an image in the terminal: layers, files, packages, findings and waste.

    IMAGE is as for `lightship inspect`. The keys are those of dive; ? lists them. This needs the
    extra `tui`: pip install 'lightship[tui]'.

    \b
    Exit code: 0  the viewer was closed
               2  invalid usage, or an image that cannot be read
    """
    require("textual")
    # Needs an extra, which the one above brings
    from lightship.flows.images import inspecting, read_image  # noqa: PLC0415

    is_dumb = os.environ.get("TERM") == "dumb"
    if is_dumb or not (sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "explore needs a terminal; use `lightship inspect` to print what is in an image"
        )
    check_origin(image)
    inspect = inspecting(image)
    _take_keys()
    from lightship.tui.app import Explorer  # noqa: PLC0415 - textual, a quarter of a second

    app = Explorer(name, partial(read_image, name, image), inspect)
    app.run()
    app.close(_PATIENCE)
    if app.failure is not None:
        raise app.failure
    _end(app.return_code or 0, name)


def _take_keys() -> None:
    """Read keys from the terminal where standard input is something else.

    That is an image, as in `docker save app | lightship explore -`.
    """
    if sys.stdin.isatty():
        return
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError as error:
        raise UsageError(
            f"explore cannot read keys from a terminal: {error.strerror}"
        ) from error
    sys.stdin = os.fdopen(os.dup(0))  # the image; the viewer reads handle 0
    os.dup2(terminal, 0)
    os.close(terminal)


def _end(code: int, name: str) -> None:
    """End at once where a thread still waits for bytes, else as usual.

    The usual way takes away what an engine was reached by. But Python would wait for the threads of
    a pool that ask a registry, and would abort where a thread holds standard input, which it wants
    to close.
    """
    threads = threading.enumerate()
    is_pool = any(thread.name.startswith("ThreadPoolExecutor") for thread in threads)
    is_pipe = name == "-" and any(thread.daemon for thread in threads)

    if is_pool or is_pipe:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
