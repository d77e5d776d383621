"""A workflow command, which GitHub Actions shows beside the lines of a file.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Mapping

from lightship.wording.printable import printable


def workflow_command(
    level: str,
    message: str,
    properties: Mapping[str, str | int],
) -> str:
    """One command, on a line: `::error file=a,line=3::MESSAGE`."""
    pairs = properties.items()
    fields = ",".join(f"{key}={_property(str(value))}" for key, value in pairs)
    return f"::{level} {fields}::{_data(message)}\n"


def _data(text: str) -> str:
    encoded = text.replace("%", "%25")
    encoded = encoded.replace("\r", "%0D")
    encoded = encoded.replace("\n", "%0A")
    return printable(encoded)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
