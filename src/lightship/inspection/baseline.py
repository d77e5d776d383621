"""A saved report of `lightship inspect --format json`, for `--max-increase`."""

from __future__ import annotations

import json

from lightship.errors import UsageError


def read_baseline(text: str | bytes, where: str) -> int:
    """The content bytes that a report says; a UsageError that names `where` for what is none."""
    try:
        content = json.loads(text)["image"]["content"]
    except (ValueError, KeyError, TypeError, RecursionError):
        content = None
    if not isinstance(content, int) or isinstance(content, bool) or content < 0:
        raise UsageError(
            f"{where}: no report of `lightship inspect --format json`: it says no image.content"
        )
    return content
