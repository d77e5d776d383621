"""Why a lock file cannot be read, and what every reader of one needs."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from typing import Any


class LockError(Exception):
    """Why a lock file cannot be read: the end of a sentence that starts with its name."""


def toml_table(text: str) -> Mapping[str, Any]:
    """The table of a lock in TOML."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        raise LockError("it is not valid TOML") from None


def json_object(text: str) -> Mapping[str, Any]:
    """The object of a lock in JSON."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise LockError("it is not a JSON object")
    return data
