"""A saved report of `lightship inspect --format json`, for `--max-increase`."""

from __future__ import annotations

import json

from lightship.errors import UsageError


def read_baseline(text: str | bytes, where: str) -> int:
    """The content bytes that a report says; a UsageError that names `where` for any other file."""
    try:
        content = json.loads(text)["image"]["content"]
    except (ValueError, KeyError, TypeError, RecursionError):
        content = None
    if not isinstance(content, int) or isinstance(content, bool) or content < 0:
        raise UsageError(
            f"{where}: not a report of `lightship inspect --format json`: image.content is missing"
        )
    return content
