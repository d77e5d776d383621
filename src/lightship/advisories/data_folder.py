"""Where the user's copy of OSV lies."""

from __future__ import annotations

import os
import sys

VARIABLE = "LIGHTSHIP_VULNS_DATABASE"
_FILE = "vulns.sqlite"


def usual_path() -> str:
    """The file that the environment names, or else one in the user's folder for data."""
    named = os.environ.get(VARIABLE, "")
    return named or os.path.join(_data_folder(), "lightship", _FILE)


def _data_folder() -> str:
    """The XDG Base Directory Specification's, or that of macOS or Windows."""
    given = os.environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(given):
        return given
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Application Support")
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/AppData/Local")
    return os.path.expanduser("~/.local/share")
