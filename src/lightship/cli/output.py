"""Where a command prints, in which format, and how text looks there."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from lightship.files.writing import write_text

Decorated = Callable[..., Any]
_NARROW = 60  # columns that text is laid out for at least


def form(formats: Sequence[str]) -> Callable[[Decorated], Decorated]:
    """The format of the output; the first is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        metavar="FORMAT",
        default=formats[0],
        help=f"How to print: {', '.join(formats)}.",
    )


def to_file(function: Decorated) -> Decorated:
    """Print into a file."""
    return click.option(
        "-o", "--output", type=click.Path(dir_okay=False), help="Print into this file."
    )(function)


def colour(function: Decorated) -> Decorated:
    """Whether the output is coloured."""
    return click.option(
        "--color",
        "when",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colour the output.",
    )(function)


def is_coloured(when: str, to_file: bool = False) -> bool:
    """Whether to colour: on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    if when != "auto":
        return when == "always"
    return not to_file and not os.environ.get("NO_COLOR") and sys.stdout.isatty()


def columns() -> int:
    """The width of the terminal; 100 where there is none."""
    return max(shutil.get_terminal_size((100, 24)).columns, _NARROW)


def show(texts: Iterable[str], output: str | None) -> None:
    """Print, or write into a file: see `write_text`."""
    if output is None:
        for text in texts:
            sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write_text(output, texts)
