"""`lightship builds`: how this repository builds its images."""

from __future__ import annotations

from dataclasses import replace

import click

from lightship.cli import output
from lightship.cli.build_options import CONFIG, NO_CONFIG
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, section
from lightship.flows.build_options import BuildOptions
from lightship.flows.builds import BuildFinder, image_graph_of
from lightship.report.builds.formats import FORMATS, ShownBuilds, writer


@as_command("Show how this repository builds its images, and where that is written.")
@click.argument("folder", metavar="[DIR]", default=".")
@section("Configuration", CONFIG, NO_CONFIG)
@output.printing(list(FORMATS))
@gathered(BuildOptions, "build")
def command(folder: str, build: BuildOptions, printing: Printing) -> None:
    """Show how this repository builds its images, and where that is written.

    DIR is by default the current directory. Compose and bake files, CI and the configuration say
    it; where no file does, the build context is worked out from what the Dockerfile copies.
    Nothing is run.

    \b
    Exit code: 0  done
               2  invalid usage, or something that cannot be read
    """
    found = BuildFinder(build).in_folder(folder)
    shown = ShownBuilds(found.discovery, found.folder)
    if printing.form == "text":
        shown = replace(shown, graph=image_graph_of(found))
    write = writer(printing.form)
    view = output.view_of(printing)
    output.show(write(shown, view), printing.output)
