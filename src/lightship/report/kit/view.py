"""How text for people looks."""

from __future__ import annotations

from typing import Protocol

from lightship.record import record


@record
class View:
    """Whether text has colour, and its width in columns. Formats for machines do not look at it."""

    colour: bool = False
    width: int = 100


class Screen(Protocol):
    """What says both: a View, or one that says more."""

    @property
    def colour(self) -> bool: ...

    @property
    def width(self) -> int: ...
