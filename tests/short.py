"""A folder with a short path, wherever temporary files go: the path of a Unix socket may have 107 characters."""

from __future__ import annotations

import tempfile
from pathlib import Path

LONGEST = 30


def short_folder(prefix: str) -> Path:
    """A new folder, which its maker removes."""
    usual = tempfile.gettempdir()
    place = usual if len(usual) <= LONGEST else "/tmp"
    return Path(tempfile.mkdtemp(prefix=prefix, dir=place))
