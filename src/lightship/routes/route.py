"""One page that a program states, and which of them may be asked for."""

from __future__ import annotations

from lightship.record import record
from lightship.regex import regex

LONGEST = 200  # characters of a path
# What a program may do at a path of such a name, though it is only asked for
_DANGEROUS = frozenset(
    """logout signout logoff delete remove destroy drop purge reset clear flush shutdown stop quit
    exit kill restart reboot unsubscribe disconnect cancel revoke wipe uninstall truncate terminate
    abort disable deactivate send trigger run execute sync callback stream events sse ws
    websocket train scrape crawl migrate seed backup restore import init""".split()
)
# With parameters in the ways of FastAPI, Flask, Django and express, and of patterns
_PARAMETERS = regex(r"[{}<>:*()\[\]^$\\|?#\s]")
# Where a word begins in `deleteAll` and in `resetDBNow`
_CAPITALS = regex(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORDS = regex(r"[a-z]+")


@record
class Route:
    """A page by GET: its path, and where it is stated: a file and a line, 0 where there is none."""

    path: str
    file: str
    line: int = 0

    @property
    def origin(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


def may_be_asked(path: str) -> bool:
    """Whether a path is complete, has no parameters, and no word that promises more than a page."""
    if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST:
        return False
    if not path.isascii() or not path.isprintable() or _PARAMETERS.search(path):
        return False
    words: set[str] = set()
    for part in path.split("/"):
        parted = _CAPITALS.sub(" ", part).lower()
        words.update(_WORDS.findall(parted))
        lowered = part.lower()
        words.update(_WORDS.findall(lowered))
        words.add(lowered.replace("-", "").replace("_", ""))
    return not words & _DANGEROUS


def joined(*parts: str) -> str:
    """A path of prefixes and the rest, with one slash between two."""
    whole = "/".join(part.strip("/") for part in parts if part.strip("/"))
    end = "/" if parts and parts[-1].endswith("/") and whole else ""
    return f"/{whole}{end}"
