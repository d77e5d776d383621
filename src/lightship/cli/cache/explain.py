"""`lightship cache explain`: which steps a change rebuilds, and why."""

from __future__ import annotations

import click

from lightship.cli import output
from lightship.cli.cache import cache_options
from lightship.cli.options import pairs
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.flows.cache.explain import ExplainRequest, explain_builds
from lightship.report.cache.formats import explanation_writer


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
@cache_options.BUILD
@cache_options.TIMES
@cache_options.OUTPUT
@cache_options.GATHERED
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

    \b
    Exit code: 0  done
               2  invalid usage, or a file that BuildKit refuses
    """
    explanation = explain_builds(request, output.tell)
    write = explanation_writer(printing.form)
    output.show(write(explanation, output.view_of(printing)), printing.output)
