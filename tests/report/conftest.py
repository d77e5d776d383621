"""The browser that all tests of pages share."""

from __future__ import annotations

from report.browser import _started, browser, page

__all__ = ["_started", "browser", "page"]
