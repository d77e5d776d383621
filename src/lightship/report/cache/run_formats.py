"""The formats that recorded builds are shown in: one that is explained, or the trend of several.

Each is a module, imported only when it is used, with `write_run(run, view)` and
`write_trend(trend, view)`, which yield text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, cast

from lightship.report.kit.view import View

FORMATS = {
    "text": "lightship.report.cache.run_text",
    "json": "lightship.report.cache.run_json",
    "markdown": "lightship.report.cache.run_markdown",
}

Write = Callable[[Any, View], Iterator[str]]


def run_writer(name: str) -> Write:
    """The function that shows an ExplainedRun in a format."""
    return cast("Write", import_module(FORMATS[name]).write_run)


def trend_writer(name: str) -> Write:
    """The function that shows a RecordTrend in a format."""
    return cast("Write", import_module(FORMATS[name]).write_trend)
