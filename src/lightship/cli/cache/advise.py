"""`lightship cache advise`: the changes that would have saved the most rebuilds."""

from __future__ import annotations

import click

from lightship.cli import output
from lightship.cli.cache import cache_options
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.flows.cache.advise import (
    ALL,
    advise_on,
    choose_advice,
    write_advice,
)
from lightship.flows.cache.replay import HistoryRequest
from lightship.report.cache.formats import advice_writer


@as_command("Find the changes that would have saved the most rebuilds.")
@cache_options.CONTEXT
@cache_options.HISTORY
@section(
    "Changes",
    option(
        "--write",
        "chosen",
        is_flag=False,
        flag_value=ALL,
        metavar="[NUMBER]",
        help="Apply the change with this number, or all of them without a number.",
    ),
)
@cache_options.BUILD
@cache_options.TIMES
@cache_options.OUTPUT
@cache_options.GATHERED
@gathered(HistoryRequest, "request")
def command(request: HistoryRequest, chosen: str | None, printing: Printing) -> None:
    """Find the changes that would have saved the most rebuilds.

    Fixes of `lightship lint`, a different order of instructions and new lines for the ignore file
    are each replayed over the history, as `lightship cache replay` does. Only those that would have
    saved rebuilds are shown. Nothing is written without --write.

    \b
    Exit code: 0  done
               2  invalid usage, no repository, or what BuildKit refuses
    """
    history = advise_on(request, output.tell)
    if chosen:
        advice = choose_advice(history.advised, chosen)
        for place in write_advice(history, advice):
            click.echo(f"wrote {place}", err=True)
        return
    write = advice_writer(printing.form)
    rows = write(history.advised, output.view_of(printing))
    output.show(rows, printing.output)
