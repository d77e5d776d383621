"""Options of `lightship pin` and `lightship update`, and what both do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING

from lightship.cli import output
from lightship.cli.build_options import CONFIG, NO_CONFIG
from lightship.cli.options import names
from lightship.cli.output import Printing
from lightship.cli.sections import combined, gathered, option, section
from lightship.cli.timeout_option import timeout_of
from lightship.flows.build_options import BuildOptions
from lightship.flows.image_request import TIMEOUT
from lightship.record import record
from lightship.report.pins.pin_formats import PIN_FORMATS, pin_writer

if TYPE_CHECKING:
    from lightship.pins.pin_choice import PinTask
    from lightship.pins.pin_report import PinReport

WRITE = option("--write", is_flag=True, help="Write the change.")


@record
class PinOptions:
    """Which images, how registries are asked, and whether the change is written."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    offline: bool = False
    plain_http: bool = False
    timeout: int = TIMEOUT
    build: BuildOptions = field(default_factory=BuildOptions)


PINNING = combined(
    section(
        "Images",
        option(
            "--only",
            multiple=True,
            callback=names,
            metavar="PATTERN",
            help="Only images of such a name: 'python', 'ghcr.io/acme/*'.",
        ),
        option(
            "--skip",
            multiple=True,
            callback=names,
            metavar="PATTERN",
            help="Leave out images of such a name.",
        ),
    ),
    section(
        "Registry",
        option(
            "--plain-http",
            is_flag=True,
            help="Connect to registries on this machine without TLS.",
        ),
        timeout_of("a registry"),
    ),
    section("Configuration", CONFIG, NO_CONFIG),
    output.printing(list(PIN_FORMATS)),
    gathered(BuildOptions, "build"),
    gathered(PinOptions, "wanted"),
)
"""Below the options of the command itself: it takes `wanted` and `printing`."""


def run(
    paths: Sequence[str],
    task: PinTask,
    wanted: PinOptions,
    printing: Printing,
    *,
    is_written: bool,
) -> PinReport:
    """Do it, and show what was done."""
    from lightship.cli.interrupts import at_once  # noqa: PLC0415 - no help needs it
    from lightship.flows.lint import LintRequest  # noqa: PLC0415 - as above
    from lightship.flows.pin import (  # noqa: PLC0415 - as above
        PinRequest,
        plan_pins,
        write_pins,
    )
    from lightship.pins.pin_choice import PinChoice  # noqa: PLC0415 - as above

    request = PinRequest(
        LintRequest(build=wanted.build),
        PinChoice(wanted.only, wanted.skip, wanted.offline),
        wanted.plain_http,
        wanted.timeout,
    )
    with at_once():
        report = plan_pins(paths or (".",), task, request)
    if is_written and report.changes and not report.is_failed:
        write_pins(report)
        report = replace(report, is_written=True)
    write = pin_writer(printing.form)
    output.show(write(report, output.view_of(printing)), printing.output)
    if printing.form == "diff":
        tell_failures(report)
    return report


def tell_failures(report: PinReport) -> None:
    """What a diff cannot say."""
    from lightship.pins.pin_report import PinState  # noqa: PLC0415 - few need it

    for problem in report.problems:
        output.tell(f"error: {problem}")
    for result in report.results:
        if result.state is PinState.FAILED:
            line = result.position.line
            output.tell(f"error: {result.path}:{line}: {result.why}")
