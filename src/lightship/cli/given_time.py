"""SOURCE_DATE_EPOCH: the time that the environment gives a document (reproducible-builds.org)."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from lightship.errors import UsageError

_EPOCH = "SOURCE_DATE_EPOCH"


def given_time() -> datetime | None:
    """That time; None where the environment gives none."""
    text = os.environ.get(_EPOCH, "")
    if not text:
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"invalid {_EPOCH} '{text}': write seconds since 1970, such as 1767225600"
        ) from None
