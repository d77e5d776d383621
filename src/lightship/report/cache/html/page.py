"""What a page of the cache is put together from: the frame, styles and tables of the pages of images, and its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from lightship.report.kit.html import page as frame
from lightship.report.kit.html.page import Asset

STYLES: tuple[Asset, ...] = ("page.css", "table.css", (__package__, "cache.css"))
OWN = ("words.js", "timeline.js", "replay.js", "advice.js", "start.js")
SCRIPTS: tuple[Asset, ...] = (
    "text.js",
    "table.js",
    "parts.js",
    *((__package__, name) for name in OWN),
)


def page(title: str, data: Mapping[str, Any]) -> Iterator[str]:
    """The page in pieces; what draws, where images have plotly, is strips.js."""
    drawing = files(__package__).joinpath("strips.js").read_text("utf-8")
    yield from frame.page(title, data, drawing, SCRIPTS, STYLES)
