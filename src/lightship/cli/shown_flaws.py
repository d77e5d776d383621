"""Known vulnerabilities in what other commands show: the option, and whether they are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lightship.cli.extras import advice, require
from lightship.cli.sections import option, section
from lightship.flows.image_request import ImageRequest
from lightship.flows.vulns.image_flaws import has_copy, image_flaws, vulns_command

if TYPE_CHECKING:
    from lightship.inspection.comparison import Comparison
    from lightship.inspection.inspection import Inspection
    from lightship.vulns.flaw_difference import FlawDifference
    from lightship.vulns.flaw_summary import FlawSummary

_NEEDED = ("cvss", "packageurl", "cyclonedx", "license_expression")

NO_VULNS = option(
    "--no-vulns",
    is_flag=True,
    help="Do not look for known vulnerabilities, where there is a copy of OSV.",
)
VULNS = section("Reading", NO_VULNS)


def are_wanted(image: ImageRequest) -> bool:
    """Whether known vulnerabilities are shown: there is a copy of OSV, and --no-vulns is not."""
    return not image.no_vulns and has_copy()


def flaws_of(name: str, inspection: Inspection, image: ImageRequest) -> FlawSummary:
    """The known vulnerabilities of an image; an obstacle where the extra is not installed."""
    command = vulns_command(name, image)
    if obstacle := _missing():
        from lightship.vulns.flaw_summary import FlawSummary  # noqa: PLC0415 - few need it

        return FlawSummary(None, command, obstacle)
    return image_flaws(inspection, image, command)


def why_not_shown() -> str:
    """That the extra is not installed, where there is a copy of OSV; empty where nothing lacks."""
    return _missing() if has_copy() else ""


def _missing() -> str:
    try:
        for module in _NEEDED:
            require(module)
    except ModuleNotFoundError as error:
        return advice(error) or str(error)
    return ""


def flaw_change_of(comparison: Comparison, image: ImageRequest) -> FlawDifference:
    """What AFTER brings and removes; what the configuration accepts is that of both."""
    sides = (comparison.before, comparison.after)
    before, after = [flaws_of(side.contents.image.name, side, image) for side in sides]
    # Once something was looked up
    from lightship.vulns.flaw_difference import flaw_difference  # noqa: PLC0415

    return flaw_difference(before, after)
