"""Paths and seconds as the JSON of the cache has them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from lightship.wording.printable import escaped_bytes


def paths_fields(paths: Sequence[str]) -> dict[str, Any]:
    """Paths, with their bytes where one of them is not UTF-8."""
    raw = list(map(path_bytes, paths))
    fields = {"paths": list(map(escaped_bytes, raw))}
    if any(map(_has_bytes, paths)):
        fields["paths_raw"] = [b64encode(path).decode() for path in raw]
    return fields


def _has_bytes(path: str) -> bool:
    """Whether some of it is not UTF-8 and is kept as halves of surrogate pairs."""
    return any("\udc80" <= char <= "\udcff" for char in path)


def shown_text(path: str) -> str:
    """A text that may have halves of surrogate pairs in it, with escapes for them."""
    return escaped_bytes(path_bytes(path))


def path_bytes(text: str) -> bytes:
    """The bytes that a path is read from.

    Half of a surrogate pair, which no path has, becomes a question mark.
    """
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def rounded(seconds: float | None) -> float | None:
    """Milliseconds are more than any clock here is good for."""
    return None if seconds is None else round(float(seconds), 3)
