"""The formats of a bill of materials. Each is a module, imported only when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from typing import cast

from lightship.record import record
from lightship.sbom.bill import Bill

SBOM_FORMATS = {
    "text": "lightship.report.sbom.as_text",
    "markdown": "lightship.report.sbom.as_markdown",
    "json": "lightship.report.sbom.as_json",
    "cyclonedx-json": "lightship.report.sbom.as_cyclonedx",
    "spdx-json": "lightship.report.sbom.as_spdx",
    "spdx3-json": "lightship.report.sbom.as_spdx3",
}
SPEC_VERSIONS = ("1.6", "1.7")


@record
class BillView:
    """How a bill is shown: the version of CycloneDX, and the time that it says it was made."""

    spec_version: str = SPEC_VERSIONS[0]
    time: datetime | None = None


def bill_writer(name: str) -> Callable[[Bill, BillView], Iterator[str]]:
    """The function that shows a Bill in a format."""
    write = import_module(SBOM_FORMATS[name]).write_bill
    return cast("Callable[[Bill, BillView], Iterator[str]]", write)
