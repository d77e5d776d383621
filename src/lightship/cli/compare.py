"""`lightship compare`: what differs between two images, and whether they are the same."""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from lightship.cli import image_options, limit_options, output
from lightship.cli.interrupts import at_once
from lightship.cli.output import Printing
from lightship.cli.progress import progress
from lightship.cli.sections import as_command, gathered, option, section
from lightship.cli.shown_flaws import VULNS, are_wanted, flaw_change_of
from lightship.flows.compare import CompareRequest, compare_images
from lightship.flows.image_request import ImageRequest, check_origin
from lightship.flows.limits import gate_of
from lightship.flows.written_limits import LimitOptions
from lightship.record import record
from lightship.report.image.formats import (
    COMPARED_LISTS,
    FORMATS,
    ImageView,
    comparison_writer,
    has_flaw_change,
)


@record
class CompareOptions:
    """How they are compared, and what is shown whole."""

    semantic: bool = False
    require_same: bool = False
    files: bool = False
    packages: bool = False
    settings: bool = False


@as_command("Show the differences between two images.")
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@image_options.SOURCE
@image_options.origin()
@section(
    "Comparison",
    option(
        "--semantic",
        is_flag=True,
        help="Ignore times of files, of the build and of the history.",
    ),
    option(
        "--require-same",
        is_flag=True,
        help="Exit with code 1 if the images differ.",
    ),
)
@section(
    "Lists",
    option(
        "--files",
        is_flag=True,
        help="Show every file that differs, not only the first few.",
    ),
    option("--packages", is_flag=True, help="Show every package that differs."),
    option("--settings", is_flag=True, help="Show every setting that differs."),
)
@output.printing(list(FORMATS))
@limit_options.LIMITS
@VULNS
@image_options.READING
@gathered(CompareOptions, "wanted")
@gathered(LimitOptions, "limits")
@image_options.GATHERED
def command(
    before: str,
    after: str,
    image: ImageRequest,
    wanted: CompareOptions,
    printing: Printing,
    limits: LimitOptions,
) -> None:
    """Show the differences between two images: size, layers, config, packages, files, waste.

    BEFORE and AFTER are as IMAGE for `lightship inspect`. Limits and --file apply to AFTER, and
    --max-increase compares with BEFORE. For two images in one archive write FILE:NAME.

    \b
    Exit code: 0  AFTER is within all limits
               1  a limit is exceeded, or with --require-same the images differ
               2  invalid usage, or an image that cannot be read
    """
    check_origin(image)
    gate = gate_of(limits, image.build, has_dive=False)
    lists = tuple(name for name in COMPARED_LISTS if getattr(wanted, name))
    view = ImageView(
        output.is_coloured(printing), output.columns(), lists, files=wanted.files
    )

    shows_flaws = has_flaw_change(printing.form) and are_wanted(image)
    reading = replace(image, packages_too=shows_flaws)
    request = CompareRequest(
        before, after, reading, gate, wanted.semantic, wanted.require_same
    )
    with at_once(), compare_images(request, progress) as comparison:
        if shows_flaws:
            view = replace(view, flaw_change=flaw_change_of(comparison, image))
        write = comparison_writer(printing.form)
        output.show(write(comparison, view), printing.output)
    sys.exit(limit_options.tell_broken(comparison.outcomes, printing))
