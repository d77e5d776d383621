"""`lightship cache explain`: which steps a change rebuilds, and why."""

from __future__ import annotations

from typing import Any

import click

from lightship.cache.explain.explain import explain, touched
from lightship.cache.plan.plan import Side
from lightship.cli import options, output
from lightship.cli.cache import cache_options
from lightship.errors import UsageError
from lightship.flows.cache.sides import Asked, Repository, folder_side
from lightship.report.cache.formats import explanation_writer


@click.command(short_help="Show which steps a change rebuilds, and why.")
@click.argument(
    "places",
    nargs=-1,
    metavar="[DIR | BEFORE AFTER]",
    type=click.Path(exists=True, file_okay=False),
)
@click.option(
    "--since",
    metavar="REF",
    help="The build before: a commit, a branch, a tag.  [default: HEAD]",
)
@click.option(
    "--until", metavar="REF", help="The build after.  [default: the files on the disk]"
)
@click.option(
    "--change",
    "changed",
    multiple=True,
    metavar="FILE",
    help="As if this file had changed, and no other.",
)
@cache_options.building
@click.option(
    "--before-build-arg", "before_args", multiple=True, callback=options.pairs, metavar="K=V",
    help="A build argument of the build before alone.",
)  # fmt: skip
@click.option(
    "--after-build-arg", "after_args", multiple=True, callback=options.pairs, metavar="K=V",
    help="A build argument of the build after alone.",
)  # fmt: skip
@cache_options.timing
@cache_options.printing
def command(places: tuple[str, ...], **given: Any) -> None:
    """Show which steps a change rebuilds, and why.

    DIR is a build context in a git repository: what is on the disk is held against a commit. BEFORE and AFTER are two
    directories, each with its Dockerfile.

    \b
    lightship cache explain                      what I have changed since HEAD
    lightship cache explain --since main         ... since main
    lightship cache explain --change app.py      what a change of it would rebuild
    lightship cache explain --after-build-arg VERSION=2

    \b
    Exit code: 0  the answer was given
               2  wrong use, or a Dockerfile or ignore file that BuildKit refuses
    """
    before, after, context, dockerfile = _sides(places, given)
    times = cache_options.times_of(given, after.build, context, dockerfile)
    of_git = len(places) < 2 and not given["changed"]
    found = explain(before, after, given["builder"], times, of_git=of_git)
    output.show(
        explanation_writer(given["form"])(found, cache_options.view_of(given)),
        given["output"],
    )


def _sides(
    places: tuple[str, ...], given: dict[str, Any]
) -> tuple[Side, Side, str, str]:
    """Both builds; then the build context and the Dockerfile of the second on the disk."""
    asked = Asked.of(given)
    if len(places) == 2:
        if given["since"] or given["until"] or given["changed"]:
            raise UsageError(
                "--since, --until and --change go with one directory, not with two"
            )
        before = folder_side(places[0], asked, given["before_args"])
        after = folder_side(places[1], asked, given["after_args"])
        return before, after, places[1], f"{places[1]}/{after.build.path}"
    if len(places) > 2:
        raise UsageError(f"{len(places)} directories; name one, or two to compare")
    context = places[0] if places else "."
    if given["changed"]:
        return _changed(context, asked, given)
    repository = Repository(context, asked)
    since = given["since"] or "HEAD"
    before = repository.commit(since, given["before_args"])
    if given["until"]:
        after = repository.commit(given["until"], given["after_args"])
    else:
        after = repository.working_tree(since, given["after_args"])
    return before, after, context, f"{context}/{repository.dockerfile}"


def _changed(
    context: str, asked: Asked, given: dict[str, Any]
) -> tuple[Side, Side, str, str]:
    """The directory as it is, and as if some of its files had changed; no repository is needed."""
    if given["since"] or given["until"]:
        raise UsageError("--change is what if: it goes without --since and --until")
    before = folder_side(context, asked, given["before_args"])
    after = folder_side(context, asked, given["after_args"])
    return (
        before,
        touched(after, given["changed"]),
        context,
        f"{context}/{after.build.path}",
    )
