"""Where a command prints, in which format, and how text looks there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

import click

from lightship.cli.encodings import write_utf_8
from lightship.cli.sections import Decorator, combined, gathered, option, section
from lightship.record import record

if TYPE_CHECKING:
    from lightship.config.config_keys import Config
    from lightship.report.kit.view import View

_NARROW = 60  # columns that text is laid out for at least


@record
class Printing:
    """How a command prints: the format, the file (None for standard output), and when in colour."""

    form: str = "text"
    output: str | None = None
    when: str = "auto"


def printing(formats: Sequence[str]) -> Decorator:
    """--format, whose first is the default, --output and --color; the command takes `printing`."""
    return combined(
        section("Output", form(formats), TO_FILE, COLOUR),
        gathered(Printing, "printing"),
    )


def form(formats: Sequence[str]) -> Decorator:
    """The format of the output; the first is the default."""
    return option(
        "--format",
        "form",
        type=click.Choice(formats),
        metavar="FORMAT",
        default=formats[0],
        callback=_let_machines_read,
        help=f"Output format: {', '.join(formats)}.",
    )


def _let_machines_read(_: click.Context, __: click.Parameter, form: str) -> str:
    if form != "text":
        write_utf_8(sys.stdout)
    return form


TO_FILE = option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    help="Write to this file instead of standard output.",
)
COLOUR = option(
    "--color",
    "when",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="When to use colour.",
)


def is_coloured(printing: Printing) -> bool:
    """Whether to colour: as --color says, else on a terminal that can.

    NO_COLOR (https://no-color.org) is stronger than FORCE_COLOR (https://force-color.org), as in
    Python itself; TERM=dumb is a terminal that cannot.
    """
    if printing.when != "auto":
        return printing.when == "always"
    if printing.output is not None or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def columns() -> int:
    """The width of the terminal; 100 where there is none."""
    import shutil  # noqa: PLC0415 - with all compressors of Python, and only a table asks

    return max(shutil.get_terminal_size((100, 24)).columns, _NARROW)


def view_of(printing: Printing) -> View:
    """How text looks there."""
    from lightship.report.kit.view import View  # noqa: PLC0415 - only a table asks

    return View(is_coloured(printing), columns())


def show(texts: Iterable[str], path: str | None) -> None:
    """Print, or write into a file: see `write_text`."""
    if path is not None:
        from lightship.files.writing import write_text  # noqa: PLC0415 - most runs print

        write_text(path, texts)
        return
    for text in texts:
        sys.stdout.write(text)
    sys.stdout.flush()


@record(eq=False, frozen=False)
class ConfigWarnings:
    """Tells what is odd about the configurations of a run, of each file once."""

    told: set[str] = field(default_factory=set)

    def tell(self, config: Config) -> None:
        for warning in config.warnings:
            if warning not in self.told:
                self.told.add(warning)
                tell(f"warning: {warning}")


def tell(text: str) -> None:
    """Tell people on standard error what goes on."""
    from lightship.wording.printable import printable  # noqa: PLC0415 - most commands tell nothing

    # Named, since click takes one that knows only ASCII for one of UTF-8
    click.echo(printable(text), file=sys.stderr)
