"""`lightship cache advise`: the changes that would have kept the most hits."""

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


@as_command("Find the changes that would have kept the most hits, each replayed.")
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
        help="Make the change of that number; without one, all of them together.",
    ),
)
@cache_options.BUILD
@cache_options.TIMES
@cache_options.OUTPUT
@cache_options.GATHERED
@gathered(HistoryRequest, "request")
def command(request: HistoryRequest, chosen: str | None, printing: Printing) -> None:
    """Find the changes that would have kept the most hits, each replayed.

    Fixes of `lightship lint`, instructions in another order and lines for the ignore file are
    tried: each is replayed over the history, as `lightship cache replay` does, and only those are
    shown that would have saved rebuilds. Nothing is written without --write.

    \b
    Exit code: 0  the answer was given
               2  wrong use, no repository, or what BuildKit refuses
    """
    history = advise_on(request)
    if chosen:
        advice = choose_advice(history.advised, chosen)
        for place in write_advice(history, advice):
            click.echo(f"wrote {place}", err=True)
        return
    write = advice_writer(printing.form)
    rows = write(history.advised, output.view_of(printing))
    output.show(rows, printing.output)
