"""`lightship cache advise`: the changes that would have kept the most hits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from lightship.cache.advise import advise
from lightship.cache.builders import read_builder
from lightship.cli.cache import cache_options
from lightship.cli.cache.past import past_of
from lightship.cli.cache.sides import Asked, Repository
from lightship.cli.image_options import show
from lightship.report.as_diff import diff
from lightship.report.cache.formats import advice_writer


@click.command(short_help="Find the changes that would have kept the most hits, each replayed.")
@click.argument("context", metavar="[DIR]", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--commits", type=click.IntRange(1), default=500, show_default=True, metavar="N", help="The last N.")
@click.option("--branch", metavar="NAME", help="Of this branch.  [default: HEAD]")
@cache_options.building
@cache_options.timing
@cache_options.output
def command(context: str, **given: Any) -> None:
    """Find the changes that would have kept the most hits, each replayed.

    Fixes of `lightship lint`, instructions in another order and lines for the ignore file are tried: each is replayed
    over the history, as `lightship cache replay` does, and only those are shown that would have saved rebuilds. Nothing
    is written: the diff goes to `git apply` as it is.

    \b
    Exit code: 0  the answer was given
               2  wrong use, no repository, or a Dockerfile or ignore file that BuildKit refuses
    """
    repository = Repository(context, Asked.of(given))
    past = past_of(repository, given["commits"], given["branch"])
    past = replace(past, revisions=tuple(past.revisions))
    build = repository.today_with_files()
    times = cache_options.times_of(given, build, context, f"{context}/{repository.dockerfile}")
    found = advise(past, build, diff, read_builder(given["builder"]), times)
    show(advice_writer(given["form"])(found, cache_options.view_of(given)), given["output"])
