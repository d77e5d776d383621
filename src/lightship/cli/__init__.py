"""The command line: one module per command, each imported only when it is asked for."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from lightship import __version__
from lightship.cli.encodings import read_utf_8, write_what_can_be_shown
from lightship.cli.groups import Commands
from lightship.errors import LightshipError

# The module `lightship.cli.NAME` holds the command as `command`. The summaries stand here, by their
# headings in --help, so that --help imports no command.
COMMANDS = {
    "Dockerfiles": {
        "lint": "Find problems in Dockerfiles.",
        "fix": "Fix what can be fixed automatically.",
        "base": "Show which base images are used, and which others would fit.",
        "pin": "Pin images by their digests, with their tags kept.",
        "update": "Renew digests to what their tags mean today.",
        "baseline": "Write known findings down, so that lint reports only new ones.",
        "rules": "List the rules, or explain one.",
        "parse": "Show a Dockerfile as BuildKit reads it.",
    },
    "Build context and cache": {
        "builds": "Show how this repository builds its images, and where that is written.",
        "context": "Show what docker build would send, and what of it is needed.",
        "cache": "Show what is rebuilt, and why, without building.",
        "ci": "Show what CI does with each build, what is wrong, and why a build ran.",
    },
    "Images": {
        "inspect": "Show what is in an image, what is wasted, and what to do about it.",
        "compare": "Show the differences between two images.",
        "explore": "Browse an image in the terminal.",
        "sbom": "List the packages of an image, and the line that brought each.",
        "vulns": "Show known vulnerabilities of an image, and what to do first.",
        "build": "Build an image with docker, then inspect it.",
    },
    "Proofs": {
        "prove": "Build, run and measure two versions: is the new one better, and is it sound?",
        "improve": "Try changes, measure each, and keep those that pay off.",
        "proof": "Show saved proofs.",
        "trend": "Show the figures of saved proofs over time.",
    },
    "Settings": {
        "config": "Show the settings in effect and where they come from.",
        "completion": "Print a shell completion script.",
    },
}


INTERRUPTED = 130  # as shells say it of a program that Ctrl-C ended
# Why an output takes nothing more; that its reader is gone is no error
_UNWRITABLE = frozenset(
    getattr(errno, name, -1) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EBADF")
)


class Failure(click.ClickException):
    """An error for people, always in the same form, without a traceback.

    For wrong usage the usage comes first.
    """

    exit_code = 2

    def __init__(self, message: str, context: click.Context | None = None) -> None:
        super().__init__(message)
        self.context = context

    def show(self, file: Any = None) -> None:
        from lightship.wording.printable import printable  # noqa: PLC0415 - only an error needs it

        rows = [printable(line) for line in self.format_message().split("\n")]
        rows[0] = f"error: {rows[0]}"
        if self.context is not None:
            path = self.context.command_path
            usage = self.context.get_usage()
            rows = [usage, f"Try '{path} --help' for help.", "", *rows]
        with suppress(OSError):  # the exit code still says it
            click.echo("\n".join(rows), file=file or sys.stderr)


class Interrupted(click.ClickException):
    """Ctrl-C, which is neither an error nor a limit that is broken."""

    exit_code = INTERRUPTED

    def show(self, file: Any = None) -> None:
        with suppress(OSError):
            click.echo(self.message, file=file or sys.stderr)


@contextmanager
def told() -> Iterator[None]:
    """Whatever goes wrong inside is a Failure, but for bugs."""
    try:
        yield
    except click.UsageError as error:
        raise Failure(error.format_message(), error.ctx) from error
    except LightshipError as error:
        raise Failure(str(error)) from error
    except ModuleNotFoundError as error:
        from lightship.cli.extras import advice  # noqa: PLC0415 - only an error needs it

        text = advice(error)
        if text is None:
            raise
        raise Failure(text) from error
    except MemoryError as error:
        raise Failure("out of memory") from error
    except KeyboardInterrupt as error:
        raise Interrupted("interrupted") from error
    except OSError as error:
        # Files are read and written by what makes an error of ours; they have names
        if error.errno not in _UNWRITABLE or error.filename is not None:
            raise
        _let_outputs_go()
        raise Failure(
            f"cannot write to standard output: {str(error.strerror).lower()}; what was written "
            "is not complete"
        ) from error


def _let_outputs_go() -> None:
    """Python writes at its end what it still has, and would say that it cannot."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with suppress(OSError, ValueError):
        os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


class Main(Commands):
    """All commands, whose errors are told in one form."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        with told():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with told():
            return super().invoke(ctx)


@click.group(
    cls=Main,
    package=__name__,
    sections=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(
    __version__,
    "-V",
    "--version",
    prog_name="lightship",
    message="%(prog)s %(version)s",
)
def cli() -> None:
    """Lint, fix and improve Dockerfiles, and inspect the images that they build.

    Start with `lightship lint` in a directory that has a Dockerfile, then `lightship fix --diff`.
    """


def main() -> None:
    """Run the command line, and end the process.

    A character that an output cannot show is replaced: that does not stop it. Nor does an output
    that was closed before (`>&-`).
    """
    read_utf_8()
    if sys.stdout is None:
        # Until the end of the process
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    write_what_can_be_shown(sys.stdout, sys.stderr)
    try:
        cli.main(prog_name="lightship")
    finally:
        # Or the end of the process walks all rules once more: a tenth of the time for one file.
        gc.freeze()
