"""`lightship pin`: tags to digests, and back."""

from __future__ import annotations

import sys

from lightship.cli import lint_options, pin_options
from lightship.cli.extras import require
from lightship.cli.output import Printing
from lightship.cli.pin_options import PinOptions
from lightship.cli.sections import as_command, gathered, option, section
from lightship.errors import UsageError
from lightship.record import record


@record
class PinMode:
    """What is done with digests, and whether that is written."""

    write: bool = False
    check: bool = False
    remove: bool = False


@as_command("Pin images by their digests, with their tags kept.")
@lint_options.PATHS
@section(
    "Pins",
    pin_options.WRITE,
    option(
        "--check",
        is_flag=True,
        help="Change nothing, and exit 1 if something is not pinned or its tag has moved.",
    ),
    option(
        "--remove",
        is_flag=True,
        help="Remove digests where a tag stays; no registry is asked.",
    ),
    option(
        "--offline",
        is_flag=True,
        help="Ask nobody: only say what is not pinned.",
    ),
)
@pin_options.PINNING
@gathered(PinMode, "mode")
def command(
    paths: tuple[str, ...], mode: PinMode, wanted: PinOptions, printing: Printing
) -> None:
    """Pin images by their digests, with their tags kept, as in python:3.13@sha256:0f1e...

    PATH is a file or a directory, which is searched; the default is the current directory. That is
    Dockerfiles, compose and bake files, and workflows, whose actions are pinned to commits. Without
    --write the change is only shown.

    This asks registries what the tags mean today, with the credentials of docker or podman, and
    GitHub for the refs of actions. It needs the extra `image`: pip install 'lightship[image]'.

    \b
    lightship pin
    lightship pin --write
    lightship pin --check --skip 'registry.example.com/*'
    lightship pin --check --offline

    \b
    Exit code: 0  done
               1  with --check: something is not pinned, or its tag has moved
               2  invalid usage, or something failed: nothing is written
    """
    if mode.write and mode.check:
        raise UsageError("--check writes nothing: remove --write")
    if mode.check and mode.remove:
        raise UsageError("--check and --remove exclude each other: remove one of them")
    if wanted.offline and mode.write and not mode.remove:
        raise UsageError("--offline finds no digests to write: remove --write")
    if not mode.remove and not wanted.offline:
        require("urllib3")
    from lightship.pins.pin_choice import PinTask  # noqa: PLC0415 - no help needs it

    task = PinTask.PIN
    if mode.check:
        task = PinTask.CHECK
    elif mode.remove:
        task = PinTask.REMOVE
    report = pin_options.run(paths, task, wanted, printing, is_written=mode.write)
    if report.is_failed:
        sys.exit(2)
    sys.exit(int(mode.check and report.is_loose))
