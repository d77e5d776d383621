"""`lightship trend`: the figures of saved proofs over time."""

from __future__ import annotations

import sys

import click

from lightship.cli import output
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, option
from lightship.report.proof.formats import TREND_FORMATS


@as_command("Show the figures of saved proofs over time.")
@click.argument(
    "context",
    metavar="[DIR]",
    default=".",
    type=click.Path(exists=True, file_okay=False),
)
@option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=LIMIT",
    help="Most that the latest proof may have of size, cold, edit or start: size=200MB, cold=90s, "
    "or edit=20% more than usual; may be repeated.",
)
@output.printing(list(TREND_FORMATS))
def command(context: str, limits: tuple[str, ...], printing: Printing) -> None:
    """Show the figures of saved proofs over time: size, cold build, code edit, start.

    Each proof is one point: its second version, at the commit where it was made. DIR is the build
    context.

    An increase is counted from what is usual: the median of up to ten proofs before the latest.

    \b
    Exit code: 0  done, even if there are none; other files are skipped
               1  the latest proof exceeds a limit, or its figure was not measured
               2  invalid usage
    """
    from lightship.flows.proof.kept import kept_proofs  # noqa: PLC0415 - --help needs none
    from lightship.flows.proof.trend_limits import judge_trend, read_limit  # noqa: PLC0415
    from lightship.report.proof.formats import trend_writer  # noqa: PLC0415

    asked = list(map(read_limit, limits))
    write = trend_writer(printing.form)
    proofs = kept_proofs(context, output.tell)
    outcomes = judge_trend(proofs, asked)
    shown = write(proofs, output.view_of(printing), outcomes)
    output.show(shown, printing.output)
    sys.exit(int(any(not outcome.passed for outcome in outcomes)))
