"""`lightship base`: which base images there are, and which others would fit."""

from __future__ import annotations

import sys

from lightship.cli import lint_options, output
from lightship.cli.build_options import BUILD_ARG, CONFIG, NO_CONFIG, TARGET
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, section
from lightship.flows.build_options import BuildOptions
from lightship.report.bases.base_formats import BASE_FORMATS, base_writer


@as_command("Show which base images are used, and which others would fit.")
@lint_options.PATHS
@section("Build", TARGET, BUILD_ARG)
@section("Configuration", CONFIG, NO_CONFIG)
@output.printing(list(BASE_FORMATS))
@gathered(BuildOptions, "build")
def command(paths: tuple[str, ...], build: BuildOptions, printing: Printing) -> None:
    """Show which base images are used, and which others would fit.

    PATH is a Dockerfile, a file that builds some, or a directory, which is searched; the default is
    the current directory. For each image that a build starts from this shows its releases with
    their ends of life, and other tags of it: newer, smaller, or on another system. Of each it says
    whether the project fits, why not, and what FROM then says. No registry is asked.

    \b
    lightship base
    lightship base --format json services/api/Dockerfile

    \b
    Exit code: 0  done
               2  invalid usage, or a file that cannot be read
    """
    from lightship.flows.base import look_for_bases  # noqa: PLC0415 - no help needs it
    from lightship.flows.lint import LintRequest  # noqa: PLC0415 - as above

    report = look_for_bases(paths or (".",), LintRequest(build=build))
    write = base_writer(printing.form)
    output.show(write(report, output.view_of(printing)), printing.output)
    sys.exit(2 if report.problems else 0)
