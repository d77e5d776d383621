"""Known vulnerabilities, for commands that show them beside other things of an image.

Where there is no copy of OSV they say nothing, and load nothing.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from lightship.advisories.data_folder import usual_path
from lightship.errors import DatabaseError
from lightship.flows.build_options import config_of
from lightship.flows.image_request import ImageRequest

if TYPE_CHECKING:
    from lightship.inspection.inspection import Inspection
    from lightship.vulns.accepted_flaw import AcceptedFlaw
    from lightship.vulns.flaw_report import FlawReport
    from lightship.vulns.flaw_summary import FlawSummary


def has_copy() -> bool:
    """Whether the user has a copy of OSV."""
    return os.path.exists(usual_path())


def image_flaws(
    inspection: Inspection, request: ImageRequest, command: str
) -> FlawSummary:
    """What is known against an image that was read with `packages_too`.

    A copy that cannot be asked, as `lightship vulns` decides, is an obstacle and no error.
    """
    # Where there is a copy alone
    from lightship.vulns.flaw_summary import FlawSummary  # noqa: PLC0415

    path = request.build.dockerfile or ""
    config = config_of(request.build, os.path.dirname(path) or ".")
    try:
        report = flaws_of_inspection(inspection, config.ignore_vulnerability)
    except DatabaseError as error:
        return FlawSummary(None, command, str(error))
    return FlawSummary(replace(report, dockerfile=path), command)


def flaws_of_inspection(
    inspection: Inspection, accepted: tuple[AcceptedFlaw, ...]
) -> FlawReport:
    """The same, but for what is accepted; a DatabaseError where the copy cannot be asked."""
    # Where there is a copy alone
    from lightship.flows.vulns.check_vulns import (  # noqa: PLC0415
        VulnsRequest,
        check_vulns,
        listing_of_bill,
    )
    from lightship.sbom.image_bill import image_bill  # noqa: PLC0415 - as above

    asked = VulnsRequest(accepted=accepted)
    return check_vulns(listing_of_bill(image_bill(inspection)), asked)


def vulns_command(name: str, request: ImageRequest) -> str:
    """The command that shows all vulnerabilities of the same image."""
    words = ["lightship", "vulns", name]
    options = {
        "--image": request.choice.image,
        "--platform": request.choice.platform,
        "--file": request.build.dockerfile,
    }
    for option, value in options.items():
        if value:
            words += [option, value]
    return shlex.join(words)
