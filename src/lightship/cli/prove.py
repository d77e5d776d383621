"""`lightship prove`: did a change make the image better, by how much, and did it break anything?"""

from __future__ import annotations

import sys
from typing import Any

import click

from lightship.cli import gate_options, output, proof_options
from lightship.report.proof.formats import FORMATS


@click.command(
    short_help="Build, run and measure two versions: is it better, and does it break anything?"
)
@click.argument("before", required=False)
@click.argument("after", required=False)
@proof_options.versions
@proof_options.building
@proof_options.running
@proof_options.rounds
@proof_options.measuring
@output.form(list(FORMATS))
@output.to_file
@gate_options.limits
@proof_options.judging
@output.colour
def command(before: str | None, after: str | None, **given: Any) -> None:
    """Build, run and measure two versions: is the change better, by how much, and does it break anything?

    BEFORE and AFTER are two revisions, two Dockerfiles or two directories. Without AFTER it is the files on the disk,
    without BEFORE it is HEAD. With --fix or --unsafe-fixes it is the Dockerfile against what `lightship fix` makes of
    it.

    \b
    lightship prove                        what I have changed since HEAD
    lightship prove main                   ... since main
    lightship prove --unsafe-fixes         what the fixes would bring
    lightship prove Dockerfile Dockerfile.new --port 8000 --path /health

    Both are written into a folder of lightship's own, built in turn with nothing in the cache, built again after an
    edit, run without a network, asked, and stopped. Everything that was made is removed at the end.

    \b
    Exit code: 0  the limits are kept, or none were given
               1  a limit is broken, or the verdict is less than --require asks
               2  wrong use, no engine, or a version that cannot be read
    """
    from lightship.cli.proving import proven  # noqa: PLC0415 - --help needs none
    from lightship.report.kit.view import View  # noqa: PLC0415
    from lightship.report.proof.formats import proof_writer  # noqa: PLC0415

    proof = proven(before, after, given)
    view = View(
        output.is_coloured(given["when"], to_file=bool(given["output"])),
        output.columns(),
    )
    output.show(proof_writer(given["form"])(proof, view), given["output"])
    sys.exit(int(any(not outcome.passed for outcome in proof.outcomes)))
