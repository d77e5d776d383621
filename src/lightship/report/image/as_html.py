"""One page with all of an image, or of two side by side: a map, its layers, tables that sort.

Whoever opens it needs a browser, and no network.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import Inspection
from lightship.report.image.formats import ImageView
from lightship.report.image.html.compared import comparison_data
from lightship.report.image.html.data import inspection_data
from lightship.report.image.html.flaw_data import flaw_change_data, flaws_data
from lightship.report.kit.html.page import Room, page
from lightship.report.kit.html.page_text import shown

_NAME = 120  # characters of a name in the title
_SCRIPTS = (
    "map.js",
    "layers.js",
    "findings.js",
    "flaws.js",
    "inspection.js",
    "comparison.js",
    "start.js",
)
_ROOM = Room("lightship.report.image.html", _SCRIPTS)
_PLAIN = ImageView()


def write_inspection(inspection: Inspection, view: ImageView = _PLAIN) -> Iterator[str]:
    """The page of one image, in pieces; of the view it shows the known vulnerabilities."""
    data = inspection_data(inspection)
    data["flaws"] = flaws_data(view.flaws)
    yield from page(_name(inspection), data, _ROOM)


def write_comparison(comparison: Comparison, view: ImageView = _PLAIN) -> Iterator[str]:
    """The page of two images, in pieces."""
    title = f"{_name(comparison.before)} → {_name(comparison.after)}"
    data = comparison_data(comparison)
    data["flaws"] = flaw_change_data(view.flaw_change)
    yield from page(title, data, _ROOM)


def _name(inspection: Inspection) -> str:
    return shown(inspection.contents.image.name, _NAME)
