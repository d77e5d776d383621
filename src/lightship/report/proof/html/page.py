"""What a page of proofs is put together from: the frame and styles of the pages of images, and its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from lightship.report.kit.html import page as frame
from lightship.report.kit.html.page import Asset

STYLES: tuple[Asset, ...] = ("page.css", "table.css", (__package__, "proof.css"))
OWN = (
    "bars.js",
    "steps.js",
    "map.js",
    "change.js",
    "proof.js",
    "trend.js",
    "start.js",
)
SCRIPTS: tuple[Asset, ...] = (
    "text.js",
    "table.js",
    "parts.js",
    "choose.js",
    *((__package__, name) for name in OWN),
)


def page(title: str, data: Mapping[str, Any]) -> Iterator[str]:
    """The page in pieces; what lays out, where images have plotly, is squares.js."""
    drawing = (
        files("lightship.report.kit.html").joinpath("squares.js").read_text("utf-8")
    )
    yield from frame.page(title, data, drawing, SCRIPTS, STYLES)
