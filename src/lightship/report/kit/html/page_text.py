"""Text of others as a reader of a page sees it: hostile all of it, and some of it no text."""

from __future__ import annotations

from lightship.wording.printable import escaped, shortened

LONGEST = 400  # characters of a path; of what is longer the middle is left out
LONGEST_TEXT = 2000  # characters of an instruction or a value
_TAB = "    "


def shown(name: bytes | str, longest: int = LONGEST) -> str:
    """A path or a name on one line, not endlessly long."""
    return escaped(name, longest)


def path(name: bytes) -> str:
    """A path from the root."""
    return "/" + shown(name)


def lines(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text that may have several lines."""
    start = shortened(text, 2 * longest)
    rows = start.replace("\t", _TAB).splitlines()
    safe = "\n".join(map(escaped, rows))
    return shortened(safe, longest)
