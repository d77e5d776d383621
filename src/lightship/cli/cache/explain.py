"""`lightship cache explain`: which steps a change rebuilds, and why."""

from __future__ import annotations

import sys

import click

from lightship.cli import output
from lightship.cli.cache import cache_options
from lightship.cli.limit_options import tell_broken
from lightship.cli.options import pairs, seconds
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.flows.cache.explain import ExplainRequest, explain_builds
from lightship.flows.cache.rebuild_limits import RebuildLimits
from lightship.report.cache.formats import CHANGE_FORMATS, change_writer


@as_command("Show which steps a change rebuilds, and why.")
@click.argument(
    "places",
    nargs=-1,
    metavar="[DIR | BEFORE AFTER]",
    type=click.Path(exists=True, file_okay=False),
)
@section(
    "Change",
    option(
        "--since",
        metavar="REF",
        help="Commit, branch or tag of the build before.  [default: HEAD]",
    ),
    option(
        "--until",
        metavar="REF",
        help="Commit, branch or tag of the build after.  [default: the files on disk]",
    ),
    option(
        "--merge-base",
        is_flag=True,
        help="Compare with the commit at which this branch left --since, not with its tip.",
    ),
    option(
        "--with-git",
        is_flag=True,
        help="Treat `.git` as part of the context: it changes with every commit.",
    ),
    option(
        "--change",
        "changed",
        multiple=True,
        metavar="FILE",
        help="Show what happens if this file alone changes.",
    ),
    option(
        "--before-build-arg",
        "before_args",
        multiple=True,
        callback=pairs,
        metavar="K=V",
        help="Set a build argument of the build before only.",
    ),
    option(
        "--after-build-arg",
        "after_args",
        multiple=True,
        callback=pairs,
        metavar="K=V",
        help="Set a build argument of the build after only.",
    ),
)
@section(
    "Limits",
    option(
        "--max-rebuild",
        callback=seconds,
        metavar="TIME",
        help="Longest time that the rebuilt steps may take: 90s, 10m, 1h. Needs --times.",
    ),
    option(
        "--unknown",
        callback=seconds,
        metavar="TIME",
        help="Time to count for each rebuilt RUN without a known time. By default, such a RUN "
        "breaks --max-rebuild.",
    ),
    option(
        "--must-hit",
        multiple=True,
        metavar="TEXT",
        help="Steps with this text, or on this line, must stay cached; may be repeated.",
    ),
)
@cache_options.BUILD
@cache_options.TIMES
@output.printing(list(CHANGE_FORMATS))
@cache_options.GATHERED
@gathered(RebuildLimits, "limits")
@gathered(ExplainRequest, "request")
def command(request: ExplainRequest, printing: Printing) -> None:
    """Show which steps a change rebuilds, and why.

    DIR is a build context in a git repository: the files on disk are compared with a commit. BEFORE
    and AFTER are two directories, each with its own Dockerfile.

    \b
    lightship cache explain                      what I have changed since HEAD
    lightship cache explain --since main         ... since main
    lightship cache explain --change app.py      what a change of it would rebuild
    lightship cache explain --after-build-arg VERSION=2
    lightship cache explain --since main --times build.log --max-rebuild 60s

    \b
    Exit code: 0  done, and within the limits
               1  a limit is broken
               2  invalid usage, or a file that BuildKit refuses
    """
    change = explain_builds(request, output.tell)
    write = change_writer(printing.form)
    output.show(write(change, output.view_of(printing)), printing.output)
    sys.exit(tell_broken(change.outcomes, printing))
