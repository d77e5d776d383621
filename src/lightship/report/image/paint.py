"""Colours of the terminal's, those that findings of `lightship lint` have."""

from __future__ import annotations

from lightship.lint.finding import Severity
from lightship.report.image.formats import View

BOLD, DIM, GREEN, YELLOW, RED = "1", "2", "32", "33", "1;31"
PAINT = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36", Severity.STYLE: "1;34"}


def paint(text: str, code: str, view: View) -> str:
    """`text` in a colour or weight, where colour is wanted and there is text."""
    return f"\033[{code}m{text}\033[0m" if view.colour and text.strip() else text
