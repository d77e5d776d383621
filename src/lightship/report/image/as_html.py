"""One page with all of an image, or of two side by side: a treemap, its layers, tables that sort and search.

It needs plotly (the extra `report`), and whoever opens it needs a browser, and no network.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import Inspection
from lightship.report.image.html.compared import comparison_data
from lightship.report.image.html.data import inspection_data
from lightship.report.kit.html.page import page, plotly_script
from lightship.report.kit.html.text import shown

_OWN = "lightship.report.image.html"
_SCRIPTS = (
    "text.js",
    "table.js",
    "treemap.js",
    "parts.js",
    (_OWN, "layers.js"),
    (_OWN, "inspection.js"),
    (_OWN, "comparison.js"),
    (_OWN, "start.js"),
)
_STYLES = ("page.css", "table.css")
_NAME = 120  # characters of a name in the title


def write_inspection(inspection: Inspection) -> Iterator[str]:
    """The page of one image, in pieces; a UsageError where plotly is not installed."""
    drawing = plotly_script()  # before the work, since it may be missing
    yield from page(
        shown(inspection.contents.image.name, _NAME),
        inspection_data(inspection),
        drawing,
        _SCRIPTS,
        _STYLES,
    )


def write_comparison(comparison: Comparison) -> Iterator[str]:
    """The page of two images, in pieces; a UsageError where plotly is not installed."""
    drawing = plotly_script()
    names = [
        shown(side.contents.image.name, _NAME)
        for side in (comparison.before, comparison.after)
    ]
    yield from page(
        " → ".join(names), comparison_data(comparison), drawing, _SCRIPTS, _STYLES
    )
