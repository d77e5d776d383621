"""Paths that are left out of waste and findings: `--ignore-path GLOB`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lightship.errors import UsageError

_PART = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]/]+\]|.", re.DOTALL)
_MEANS = {
    "**/": "(?:.*/)?",
    "**": ".*",
    "*": "[^/]*",
    "?": "[^/]",
}


def ignored_by(globs: Sequence[str]) -> Callable[[bytes], bool]:
    """Whether a path of an image is left out.

    A glob with a slash inside starts at the root, one without is a name anywhere; it also matches
    what is below. `*` and `?` do not reach over a slash, `**` does, `[a-z]` and `[!a-z]` are sets.
    A UsageError for an invalid set.
    """
    patterns = [_expression(glob) for glob in globs if glob.strip("/")]
    if not patterns:
        return lambda _path: False
    pattern = "|".join(patterns).encode("utf-8", "surrogateescape")
    try:
        match = re.compile(pattern, re.DOTALL).fullmatch
    except re.error as error:
        given = ", ".join(globs)
        raise UsageError(f"invalid path pattern: {given} ({error.msg})") from error
    return lambda path: match(path) is not None


def _expression(glob: str) -> str:
    parts = _PART.findall(glob.strip("/"))
    path = "".join(map(_part, parts))
    is_anywhere = "/" not in glob.rstrip("/")
    start = "(?:.*/)?" if is_anywhere else ""
    return f"{start}{path}(?:/.*)?"


def _part(text: str) -> str:
    if text in _MEANS:
        return _MEANS[text]
    if len(text) <= 2 or text[0] != "[":
        return re.escape(text)
    inner = re.escape(text[1:-1].removeprefix("!"))
    inner = inner.replace(r"\-", "-").replace("--", r"-\-")
    if text[1] == "!":
        return f"[^/{inner}]"
    return f"[{inner}]"
