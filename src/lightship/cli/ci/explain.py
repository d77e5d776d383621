"""`lightship ci explain`: why a build in CI ran what it ran."""

from __future__ import annotations

import click

from lightship.cache.builders import BUILDERS
from lightship.cli import output
from lightship.cli.build_options import BUILD_ARG, NO_CONFIG, TARGET, dockerfile
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.flows.build_options import BuildOptions
from lightship.flows.cache.recorded_runs import RunRequest, explain_recorded_run
from lightship.report.cache.run_formats import FORMATS, run_writer


@as_command("Show why a build in CI ran what it ran.")
@click.argument(
    "runs",
    nargs=-1,
    required=True,
    metavar="RUN...",
    type=click.Path(exists=True, dir_okay=False),
)
@section(
    "Commits",
    option(
        "--before",
        metavar="REF",
        help="Commit whose build filled the cache.  [default: the one before]",
    ),
    option(
        "--after",
        metavar="REF",
        help="Commit that was built.  [default: as the record says, else HEAD]",
    ),
    option(
        "--previous",
        type=click.Path(exists=True, dir_okay=False),
        metavar="RUN",
        help="Record of the build that filled the cache: it tells base images that moved.",
    ),
)
@section(
    "Build",
    option(
        "--context",
        type=click.Path(exists=True, file_okay=False),
        metavar="DIR",
        help="Build context in a git repository.  [default: that of the build here]",
    ),
    dockerfile("Path of the Dockerfile.  [default: the one that is built in DIR]"),
    BUILD_ARG,
    TARGET,
    option(
        "--build",
        "number",
        type=click.IntRange(1),
        metavar="N",
        help="Number of the build, in files that have several.",
    ),
    option(
        "--builder",
        type=click.Choice(list(BUILDERS)),
        default="buildkit",
        show_default=True,
        metavar="NAME",
        help=f"Builder whose cache is predicted: {', '.join(BUILDERS)}.",
    ),
    NO_CONFIG,
)
@output.printing(list(FORMATS))
@gathered(BuildOptions, "build")
@gathered(RunRequest, "request")
def command(request: RunRequest, printing: Printing) -> None:
    """Show why a build in CI ran what it ran.

    RUN is a .dockerbuild file (the artifact of docker/build-push-action), a log with BuildKit's
    progress (plain or rawjson), the file of --metadata-file, or provenance. Several files are of
    one build. What ran is compared with what the change between the two commits predicts.

    \b
    lightship ci explain acme~app~ABC123.dockerbuild
    lightship ci explain job.log metadata.json --before main~1 --after main

    \b
    Exit code: 0  done
               2  invalid usage, a file that is not a record, or no such commit
    """
    run = explain_recorded_run(request, output.tell)
    write = run_writer(printing.form)
    output.show(write(run, output.view_of(printing)), printing.output)
