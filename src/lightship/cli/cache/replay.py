"""`lightship cache replay`: the builds of a git history, replayed."""

from __future__ import annotations

from typing import Any

import click

from lightship.cache.builders import read_builder
from lightship.cache.replay.replay import replay
from lightship.cli import output
from lightship.cli.cache import cache_options
from lightship.flows.cache.past import dockerfiles_of, past_of
from lightship.flows.cache.sides import Asked, Repository
from lightship.report.cache.formats import replay_writer


@click.command(
    short_help="Replay the builds of a git history: what was rebuilt, how often, and why."
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
    "--historic",
    is_flag=True,
    help="Each commit with its own Dockerfile, not all with today's.",
)
@click.option(
    "--with-git",
    is_flag=True,
    help="As in a clone: `.git` is sent, and changes with each commit.",
)
@cache_options.building
@cache_options.timing
@cache_options.printing
def command(context: str, **given: Any) -> None:
    """Replay the builds of a git history: what was rebuilt, how often, and why.

    DIR is a build context in a git repository, or a bare one. Nothing is built, and no file is touched: the last
    commits along first parents are gone through, each as a build on the cache that the ones before have left. Today's
    Dockerfile and ignore file are replayed over all of them, as they are on the disk, so that an edit can be tried.

    \b
    Exit code: 0  the answer was given
               2  wrong use, no repository, or what BuildKit refuses
    """
    repository = Repository(context, Asked.of(given))
    past = past_of(
        repository, given["commits"], given["branch"], with_git=given["with_git"]
    )
    today = repository.today({})
    times = cache_options.times_of(
        given, today, context, f"{context}/{repository.dockerfile}"
    )
    dockerfiles = dockerfiles_of(repository, past, today, historic=given["historic"])
    found = replay(past, dockerfiles, read_builder(given["builder"]), times)
    output.show(
        replay_writer(given["form"])(found, cache_options.view_of(given)),
        given["output"],
    )
