"""The frame of a SARIF 2.1.0 log: one run of lightship, its rules and its results.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lightship import __version__
from lightship.lint.finding import Severity
from lightship.report.kit.json_stream import printable_json

LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
    Severity.STYLE: "note",
}
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)

Row = Mapping[str, Any]


def sarif(
    rules: Sequence[Row],
    results: Sequence[Row],
    properties: Row | None = None,
) -> str:
    """The log as text. A result names its rule in `ruleId`, and the rule's place in `ruleIndex`."""
    driver = {"name": "lightship", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    if properties is not None:
        run["properties"] = properties
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return printable_json(json.dumps(log, ensure_ascii=False, indent=2)) + "\n"
