"""Comments by which Trivy, Checkov and Semgrep leave a check out, as names that rules have here.

| comment | what it acts on | source |
|---|---|---|
| `# trivy:ignore:ID[:exp:DATE]` | the instruction below | pkg/iac/ignore/parse.go |
| `# checkov:skip=ID[:reason]` | the whole file | checkov/dockerfile/parser.py |
| `# nosemgrep[: ID[, ID]]`, `# nosem` | the instruction below | src/reporting/Nosemgrep.ml |

Those of Trivy and Semgrep may also follow a command. Checkov's ids and Trivy's are aliases of
rules; Semgrep's are with `semgrep/` before their last part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import Enum

from lightship.dockerfile.tree import Word
from lightship.record import record
from lightship.regex import regex
from lightship.text import Span

SEMGREP = "semgrep/"
EVERY = "*"
"""Ends a name that means all names of a tool that begin so."""

_TRIVY = regex(r"(?:trivy|tfsec):(?P<rest>ignore:[^\s]+)")
_CHECKOV = regex(r"(?:checkov|bridgecrew|cortex):skip= *(?P<name>[A-Za-z0-9_]+)")
_SEMGREP = regex(
    r"(?<!\w)nosem(?:grep)?(?:[:=]\s?(?P<names>[\w.\-]+(?:\s*,\s*[\w.\-]+)*))?(?!\w)",
    re.IGNORECASE,
)
_ID = regex(r"[\w.\-]+")
_OLD_ID = regex(r"DS(\d{3})", re.IGNORECASE)  # as before 2022: DS002


class Acts(Enum):
    """What a comment acts on."""

    BELOW = "the instruction below, or around it"
    FILE = "the whole file"


@record
class ToolComment:
    """A comment of another tool: which rules it names, and on what it acts."""

    tool: str
    names: tuple[Word, ...]
    acts: Acts


def tool_comment(text: str, start: int, today: date) -> ToolComment | None:
    """What a comment says that begins at `start`; None where it is none of these tools'.

    One of Trivy's is over on the day that it names.
    """
    for tool, read, acts in (
        ("trivy", _trivy_names, Acts.BELOW),
        ("checkov", _checkov_names, Acts.FILE),
        ("semgrep", _semgrep_names, Acts.BELOW),
    ):
        names = tuple(read(text, start, today))
        if names:
            return ToolComment(tool, names, acts)
    return None


def _trivy_names(text: str, start: int, today: date) -> Iterator[Word]:
    for match in _TRIVY.finditer(text):
        key, name, *more = match["rest"].split(":")
        settings = dict(zip(more[::2], more[1::2], strict=False))
        if _is_over(settings.get("exp"), today):
            continue
        name = name.partition("[")[0]
        at = start + match.start("rest") + len(key) + 1
        span = Span(at, at + len(name))
        known = name
        if name == EVERY:
            known = f"DS-{EVERY}"
        elif old := _OLD_ID.fullmatch(name):
            known = f"DS-0{old[1]}"
        if known:
            yield Word(known, span)


def _is_over(day: str | None, today: date) -> bool:
    if day is None:
        return False
    try:
        return date.fromisoformat(day) <= today
    except ValueError:
        return True  # Trivy takes it for a day long ago


def _checkov_names(text: str, start: int, _today: date) -> Iterator[Word]:
    for match in _CHECKOV.finditer(text):
        yield _word(match, "name", start, match["name"])


def _semgrep_names(text: str, start: int, _today: date) -> Iterator[Word]:
    match = _SEMGREP.search(text)
    if match is None:
        return
    if match["names"] is None:
        span = Span(start + match.start(), start + match.end())
        yield Word(f"{SEMGREP}{EVERY}", span)
        return
    first = match.start("names")
    for name in _ID.finditer(match["names"]):
        at = start + first + name.start()
        last = name[0].rpartition(".")[2]
        yield Word(f"{SEMGREP}{last}", Span(at, at + len(name[0])))


def _word(match: re.Match[str], group: str, start: int, text: str) -> Word:
    first, last = match.span(group)
    return Word(text, Span(start + first, start + last))
