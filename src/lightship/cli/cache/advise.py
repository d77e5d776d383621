"""`lightship cache advise`: the changes that would have kept the most hits."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import click

from lightship.cache.advice.advice import Advice, Advised
from lightship.cache.advice.advise import advise
from lightship.cache.builders import read_builder
from lightship.cli import output
from lightship.cli.cache import cache_options
from lightship.errors import UsageError
from lightship.evaluation.paths import clean
from lightship.files.writing import write_file
from lightship.flows.cache.past import past_of
from lightship.flows.cache.sides import Asked, Repository
from lightship.report.cache.formats import advice_writer
from lightship.report.kit.diff import diff
from lightship.text import encode


@click.command(
    short_help="Find the changes that would have kept the most hits, each replayed."
)
@click.argument(
    "context",
    metavar="[DIR]",
    default=".",
    type=click.Path(exists=True, file_okay=False),
)
@click.option(
    "--commits",
    type=click.IntRange(1),
    default=500,
    show_default=True,
    metavar="N",
    help="The last N.",
)
@click.option("--branch", metavar="NAME", help="Of this branch.  [default: HEAD]")
@click.option(
    "--write", "chosen", is_flag=False, flag_value="all", metavar="[NUMBER]",
    help="Make the change of that number; without one, all of them together.",
)  # fmt: skip
@click.option(
    "--with-git",
    is_flag=True,
    help="As in a clone: `.git` is sent, and changes with each commit.",
)
@cache_options.building
@cache_options.timing
@cache_options.printing
def command(context: str, **given: Any) -> None:
    """Find the changes that would have kept the most hits, each replayed.

    Fixes of `lightship lint`, instructions in another order and lines for the ignore file are tried: each is replayed
    over the history, as `lightship cache replay` does, and only those are shown that would have saved rebuilds. Nothing
    is written without --write.

    \b
    Exit code: 0  the answer was given
               2  wrong use, no repository, or what BuildKit refuses
    """
    repository = Repository(context, Asked.of(given))
    past = past_of(
        repository, given["commits"], given["branch"], with_git=given["with_git"]
    )
    past = replace(past, revisions=tuple(past.revisions))
    build = repository.today_with_files()
    times = cache_options.times_of(
        given, build, context, f"{context}/{repository.dockerfile}"
    )

    def shown(path: str, old: str, new: str) -> str:
        """A diff from the root of the repository, as `git apply` takes it."""
        return diff(clean(f"/{repository.history.prefix}/{path}")[1:], old, new)

    found = advise(past, build, shown, read_builder(given["builder"]), times)
    if given["chosen"]:
        _write(_chosen(found, given["chosen"]), context, repository)
        return
    output.show(
        advice_writer(given["form"])(found, cache_options.view_of(given)),
        given["output"],
    )


def _chosen(advised: Advised, which: str) -> Advice:
    """The advice that is to be made; a UsageError where there is none of that number."""
    advice = advised.advice
    if not advice:
        raise UsageError(
            "there is nothing to write: no change would have saved a rebuild"
        )
    if which == "all":
        return advised.together or advice[0]
    if not which.isdecimal() or not 1 <= int(which[:9]) <= len(advice):
        raise UsageError(f"--write {which}: there is advice 1 to {len(advice)}")
    return advice[int(which) - 1]


def _write(advice: Advice, context: str, repository: Repository) -> None:
    """Write its files; what was written is said on standard error."""
    if repository.history.root is None:
        raise UsageError(
            "a bare repository has no files to write; the diff is shown without --write"
        )
    for path, text in advice.files.items():
        place = os.path.normpath(os.path.join(context, path))
        write_file(place, encode(text))
        click.echo(f"wrote {place}", err=True)
