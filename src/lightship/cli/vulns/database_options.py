"""The option that names the copy of OSV."""

from __future__ import annotations

import click

from lightship.cli.sections import option

DATABASE = option(
    "--database",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    default="",
    help="The copy of OSV.  [default: in your folder for data; LIGHTSHIP_VULNS_DATABASE]",
)
