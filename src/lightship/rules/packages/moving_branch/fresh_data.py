"""Clones of data that are wanted as new as can be: rules of a scanner, word lists, texts."""

from __future__ import annotations

from posixpath import basename

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Stage
from lightship.regex import regex
from lightship.shell.specs import written

# `signature-base`, `sigma`'s `rules`, `nuclei-templates`, `SecLists`, `shop-translations`
_NAMES = regex(
    r"(?i)(?:[\w.-]+[-_.])?(?:signatures?|rules|nuclei-templates|word-?lists?|seclists|block-?lists?"
    r"|kev|cves?|cvelist\w*|exploits?|exploit-?db|vulnerabilit(?:y|ies)|advisor(?:y|ies)"
    r"|assets|content|docs|documentation|fonts|icons|locales?|playbooks|policies|translations)"
    r"(?:[-_.](?:base|database|db|list|data|public))?"
)
_WORKED_ON = regex(
    r"\b(?:pip3? install|uv |make\b|cmake|cargo |npm |yarn |go (?:build|install)|setup\.py"
    r"|install\.sh)"
)
# Characters around the name of its directory: `make -C rules`, `cd rules && make`
_BEFORE = 30
_AFTER = 200


def is_fresh_data(build: Build, stage: Stage, call: Invocation, what: str) -> bool:
    """Whether a clone of `what` brings such data, and nothing installs or builds it."""
    last = call.command.args[-1]
    path = written(last).rstrip("/")
    places = {what, basename(path)}
    named = places - {""}
    if not any(map(_NAMES.fullmatch, named)):
        return False

    start = call.command.span.end
    after = build.dockerfile.text[start : stage.span.end]
    return not any(_is_worked_on(after, place) for place in named)


def _is_worked_on(text: str, place: str) -> bool:
    """Whether a command that installs or builds stands near the name of a directory."""
    at = text.find(place)
    while at >= 0:
        start = max(at - _BEFORE, 0)
        end = at + len(place)
        near = text[start : end + _AFTER]
        if _WORKED_ON.search(near):
            return True
        at = text.find(place, end)
    return False
