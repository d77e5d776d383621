"""`lightship ci trend`: how times and hits developed over recorded builds."""

from __future__ import annotations

import click

from lightship.cli import output
from lightship.cli.output import Printing
from lightship.cli.sections import as_command
from lightship.flows.cache.recorded_runs import trend_of_files
from lightship.report.cache.run_formats import FORMATS, trend_writer


@as_command("Show how times and cache hits developed over builds in CI.")
@click.argument(
    "records",
    nargs=-1,
    required=True,
    metavar="RECORD...",
    type=click.Path(exists=True, dir_okay=False),
)
@output.printing(list(FORMATS))
def command(records: tuple[str, ...], printing: Printing) -> None:
    """Show how times and cache hits developed over builds in CI.

    RECORD is a .dockerbuild file or a log with BuildKit's progress. Builds are put in the order of
    their times, where all records have one, else in the order in which they are named.

    \b
    Exit code: 0  done
               2  invalid usage, or a file that is not a record
    """
    trend = trend_of_files(records)
    write = trend_writer(printing.form)
    output.show(write(trend, output.view_of(printing)), printing.output)
