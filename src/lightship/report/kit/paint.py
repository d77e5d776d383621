"""Colours and weights of the terminal's."""

from __future__ import annotations

from typing import Protocol

from lightship.lint.finding import Severity

BOLD, DIM, GREEN, YELLOW, RED = "1", "2", "32", "33", "1;31"
SEVERITIES = {
    Severity.ERROR: RED,
    Severity.WARNING: "1;33",
    Severity.INFO: "1;36",
    Severity.STYLE: "1;34",
}


class Coloured(Protocol):
    """What says whether colour is wanted, such as a View."""

    @property
    def colour(self) -> bool: ...


def paint(text: str, code: str, style: Coloured) -> str:
    """`text` in a colour or weight, where colour is wanted; no `code` leaves it as it is."""
    if not style.colour or not code or not text.strip():
        return text
    return f"\033[{code}m{text}\033[0m"
