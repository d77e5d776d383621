"""`lightship compare`: what differs between two images, and whether they are the same."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import click

from lightship.cli import gate_options, image_options, output
from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import Outcome
from lightship.report.image.formats import COMPARED_LISTS, FORMATS, comparison_writer


@click.command(short_help="Show what differs between two images.")
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@click.option(
    "--semantic",
    is_flag=True,
    help="Leave out times: of files, of the build, of history.",
)
@click.option(
    "--require-same",
    is_flag=True,
    help="Exit with 1 where the images are not the same.",
)
@image_options.source
@image_options.dockerfile
@click.option(
    "--files", is_flag=True, help="Every file that differs, not the first few."
)
@click.option("--packages", is_flag=True, help="Every package that differs.")
@click.option("--settings", is_flag=True, help="Every setting that differs.")
@output.form(list(FORMATS))
@output.to_file
@gate_options.limits
@image_options.reading
@output.colour
def command(before: str, after: str, **given: Any) -> None:
    """Show what differs between two images: size, layers, config, packages, files, waste.

    BEFORE and AFTER are as IMAGE in `lightship inspect`. Limits are for AFTER, whose Dockerfile --file names too;
    --max-increase counts from BEFORE. Two images of one archive are FILE:NAME each.

    \b
    Exit code: 0  the limits are kept, or none were given
               1  a limit is broken, or with --require-same the images differ
               2  wrong use, or an image that cannot be read
    """
    from lightship.inspection.compare_images import compare  # noqa: PLC0415 - --help needs none

    image_options.check_dockerfile(given)
    gate = gate_options.gate_of(given, has_dive=False)
    view = image_options.view_of(given, COMPARED_LISTS)
    ignored = gate.ignore_paths
    with ExitStack() as stack:
        old = stack.enter_context(
            image_options.inspected(
                before, given | {"dockerfile": None}, ignore_paths=ignored
            )
        )
        new = stack.enter_context(
            image_options.inspected(after, given, ignore_paths=ignored)
        )
        found = compare(
            old,
            gate_options.judged(new, gate, old.contents.content_bytes),
            given["semantic"],
        )
        outcomes = (*found.after.outcomes, *_same(found, given["require_same"]))
        found = replace(found, outcomes=outcomes)
        output.show(comparison_writer(given["form"])(found, view), given["output"])
    sys.exit(image_options.say_broken(outcomes, given))


def _same(comparison: Comparison, is_required: bool) -> tuple[Outcome, ...]:
    if not is_required:
        return ()
    reasons = (comparison.first_reason,) if comparison.first_reason else ()
    return (
        Outcome(
            "require-same",
            "same",
            "same" if comparison.same else "not the same",
            comparison.same,
            reasons,
        ),
    )
