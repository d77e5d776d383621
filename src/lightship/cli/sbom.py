"""`lightship sbom`: the packages of an image with what brought each, or those of lock files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from lightship.cli import image_options, output
from lightship.cli.extras import require
from lightship.cli.given_time import given_time
from lightship.cli.image_options import inspected
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, option, section
from lightship.flows.image_request import ImageRequest, check_origin
from lightship.report.sbom.sbom_formats import (
    SBOM_FORMATS,
    SPEC_VERSIONS,
    BillView,
    bill_writer,
)

if TYPE_CHECKING:
    from lightship.sbom.bill import Bill


@as_command("List the packages of an image, and the line that brought each.")
@click.argument("name", metavar="IMAGE|DIRECTORY")
@image_options.SOURCE
@image_options.origin()
@output.printing(list(SBOM_FORMATS))
@section(
    "Output",
    option(
        "--spec-version",
        type=click.Choice(SPEC_VERSIONS),
        default=SPEC_VERSIONS[0],
        show_default=True,
        help="Version of CycloneDX.",
    ),
)
@image_options.READING
@image_options.GATHERED
def command(
    name: str, image: ImageRequest, printing: Printing, spec_version: str
) -> None:
    """List the packages of an image: deb, apk, rpm, Python, npm, conda, gems, Composer, .NET, jars,
    and what programs of Go and Rust were built from.

    A DIRECTORY's lock files say what would be in an image before any build: uv.lock, poetry.lock,
    pdm.lock, pylock.toml, Pipfile.lock, requirements with ==, package-lock.json, yarn.lock,
    pnpm-lock.yaml, go.mod, Cargo.lock, Gemfile.lock, composer.lock. Options that only an image has
    do nothing there.

    IMAGE is as for `lightship inspect`. Each package has its version, its package URL, the layer
    that brought it, the line of the Dockerfile where --file names one, and whether the base image
    brought it. The same image gives the same bytes: the time in CycloneDX and SPDX is
    SOURCE_DATE_EPOCH, or that of the image's creation. This needs the extra `sbom`: pip install
    'lightship[sbom]'.

    \b
    Exit code: 0  the list was written
               2  invalid usage, or an image or directory that cannot be read
    """
    require("packageurl")
    require("cyclonedx")
    require("license_expression")
    require("spdx_tools")
    from lightship.flows.directory_bill import (  # noqa: PLC0415 - needs an extra
        directory_bill,
        is_project,
    )

    check_origin(image)
    write = bill_writer(printing.form)
    given = given_time()
    bill = directory_bill(name) if is_project(name) else _of_image(name, image)
    time = given or _time(bill.image.config.created if bill.image else "")
    output.show(write(bill, BillView(spec_version, time)), printing.output)
    for note in bill.notes:
        output.tell(f"warning: {note}")


def _of_image(name: str, image: ImageRequest) -> Bill:
    from lightship.sbom.image_bill import image_bill  # noqa: PLC0415 - needs an extra

    with inspected(name, replace(image, all_packages=True)) as inspection:
        return image_bill(inspection)


def _time(created: str) -> datetime | None:
    """The time of an image's creation; None where its config has none that can be read."""
    try:
        time = datetime.fromisoformat(created)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
