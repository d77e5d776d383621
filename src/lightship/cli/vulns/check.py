"""`lightship vulns check`: known vulnerabilities of an image or a bill of materials."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from lightship.cli import image_options, output
from lightship.cli.extras import require
from lightship.cli.given_time import given_time
from lightship.cli.image_options import inspected
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.cli.vulns.database_options import DATABASE
from lightship.flows.build_options import BuildOptions, config_of
from lightship.flows.image_request import ImageRequest, check_origin
from lightship.record import record
from lightship.report.vulns.vulns_formats import VULNS_FORMATS, VulnsView, scan_writer

if TYPE_CHECKING:
    from lightship.flows.vulns.check_vulns import VulnsRequest
    from lightship.sbom.bill import Bill
    from lightship.vulns.flaw_report import FlawReport
    from lightship.vulns.read_sbom import PackageListing

_LEVELS = ("critical", "high", "medium", "low", "any", "kev", "none")
_DAYS = 7


@record
class CheckOptions:
    """What is left out, what fails, what is listed, and which copy of OSV is asked."""

    fail_on: str = "none"
    only_fixed: bool = False
    show_all: bool = False
    vex: tuple[str, ...] = ()
    baseline: str | None = None
    database: str = ""
    max_age: int = _DAYS


@as_command("Show known vulnerabilities, and what to do first; it need not be written.")
@click.argument("name", metavar="IMAGE|SBOM|DIRECTORY")
@section(
    "Vulnerabilities",
    option(
        "--fail-on",
        type=click.Choice(_LEVELS),
        metavar="RATING",
        default="none",
        help="Exit with code 1 from this rating on: critical, high, medium, low, any; or kev: for "
        "what is known to be exploited.",
    ),
    option(
        "--only-fixed", is_flag=True, help="Leave out what has no fixed version yet."
    ),
    option(
        "--vex",
        type=click.Path(exists=True, dir_okay=False),
        multiple=True,
        metavar="FILE",
        help="OpenVEX: what it calls not_affected or fixed is not reported; can be repeated.",
    ),
    option(
        "--baseline",
        type=click.Path(dir_okay=False),
        metavar="REPORT",
        help="Saved JSON report: report only what it does not have, and what of it is gone.",
    ),
    option(
        "--all",
        "show_all",
        is_flag=True,
        help="List every vulnerability in text and markdown, not the worst 20.",
    ),
)
@section(
    "Database",
    DATABASE,
    option(
        "--max-age",
        type=click.IntRange(1),
        default=_DAYS,
        show_default=True,
        metavar="DAYS",
        help="Refuse a copy of OSV that is so old.",
    ),
)
@image_options.SOURCE
@image_options.origin()
@output.printing(list(VULNS_FORMATS))
@image_options.READING
@gathered(CheckOptions, "wanted")
@image_options.GATHERED
def command(
    name: str,
    image: ImageRequest,
    printing: Printing,
    wanted: CheckOptions,
) -> None:
    """Show known vulnerabilities of an image or a bill of materials, and what to do first.

    IMAGE is as for `lightship inspect`; SBOM is CycloneDX or SPDX as JSON; of a DIRECTORY the lock
    files are read, as `lightship sbom` does. The packages are looked
    up in a copy of OSV on this machine, which `lightship vulns update` gets: nothing is sent
    anywhere. A copy that is older than --max-age is refused. `[[ignore-vulnerability]]` in
    lightship.toml accepts one, with a reason and until a day. This needs the extra `sbom`: pip
    install 'lightship[sbom]'.

    \b
    Exit code: 0  done, and nothing reaches --fail-on
               1  a vulnerability reaches --fail-on
               2  invalid usage, no copy of OSV or too old a one, or what cannot be read
    """
    require("cvss")
    require("packageurl")
    require("cyclonedx")
    from lightship.flows.vulns.check_vulns import (  # noqa: PLC0415 - needs an extra
        check_vulns,
        listing_of_file,
    )

    check_origin(image)
    request = _request(wanted, image.build)
    listing = listing_of_file(name) or _of_bill(name, image)
    scan = check_vulns(listing, request)
    scan = replace(scan, dockerfile=image.build.dockerfile or "")
    _show(scan, wanted, printing)
    sys.exit(int(_is_failed(scan, wanted.fail_on)))


def _request(wanted: CheckOptions, build: BuildOptions) -> VulnsRequest:
    """What is asked of the copy of OSV, with what the configuration accepts."""
    from lightship.flows.vulns.check_vulns import (  # noqa: PLC0415 - needs an extra
        VulnsRequest,
        earlier_flaws,
        statements_of_files,
    )
    from lightship.vulns.fail_level import EXPLOITED  # noqa: PLC0415 - as above

    folder = os.path.dirname(build.dockerfile or "") or "."
    config = config_of(build, folder)
    return VulnsRequest(
        wanted.database,
        wanted.max_age,
        wanted.only_fixed,
        config.ignore_vulnerability,
        statements_of_files(wanted.vex),
        earlier_flaws(wanted.baseline),
        needs_kev=wanted.fail_on == EXPLOITED,
    )


def _show(scan: FlawReport, wanted: CheckOptions, printing: Printing) -> None:
    """The report, and its notes on standard error."""
    view = VulnsView(
        output.is_coloured(printing),
        output.columns(),
        wanted.show_all,
        wanted.fail_on,
        given_time() or datetime.now(UTC),
    )
    write = scan_writer(printing.form)
    output.show(write(scan, view), printing.output)
    for note in scan.notes:
        output.tell(f"warning: {note}")


def _is_failed(scan: FlawReport, fail_on: str) -> bool:
    """Whether one of the vulnerabilities reaches what the user does not allow."""
    from lightship.vulns.fail_level import is_reached  # noqa: PLC0415 - needs an extra

    flaws = [finding.vulnerability for finding in scan.findings]
    return any(is_reached(fail_on, flaw) for flaw in flaws)


def _of_bill(name: str, image: ImageRequest) -> PackageListing:
    """The packages of an image, or those that the lock files of a directory name."""
    require("cyclonedx")
    require("license_expression")
    from lightship.flows.directory_bill import (  # noqa: PLC0415 - needs an extra
        directory_bill,
        is_project,
    )
    from lightship.flows.vulns.check_vulns import listing_of_bill  # noqa: PLC0415 - as above

    bill = directory_bill(name) if is_project(name) else _of_image(name, image)
    for note in bill.notes:
        output.tell(f"warning: {note}")
    listing = listing_of_bill(bill)
    return replace(listing, name=listing.name or name)


def _of_image(name: str, image: ImageRequest) -> Bill:
    from lightship.sbom.image_bill import image_bill  # noqa: PLC0415 - needs an extra

    with inspected(name, replace(image, all_packages=True)) as inspection:
        return image_bill(inspection)
