"""Text of an image as a reader of the page sees it: all of it is hostile, and some of it is no text."""

from __future__ import annotations

from lightship.wording.printable import escaped, shortened

LONGEST = 400  # characters of a path; of what is longer the middle is left out
LONGEST_TEXT = 2000  # characters of an instruction or a value


def shown(name: bytes | str, longest: int = LONGEST) -> str:
    """A path or a name on one line, not endlessly long."""
    return escaped(name, longest)


def path(name: bytes) -> str:
    """A path from the root."""
    return f"/{shown(name)}"


def lines(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text that may have several lines."""
    rows = shortened(text, 2 * longest).replace("\t", "    ").splitlines()
    return shortened("\n".join(map(escaped, rows)), longest)
