"""What a test needs of the locale that it runs in; the command itself runs in every one (tests/cli/test_locales.py)."""

from __future__ import annotations

import sys

import pytest

IN_UTF_8 = pytest.mark.skipif(
    sys.getfilesystemencoding() != "utf-8",
    reason="the test itself, or a library of it, takes names and files for UTF-8",
)
