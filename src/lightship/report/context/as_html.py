"""One page with a build context: a treemap of what is copied, sent and ignored, and a table of its files.

It needs plotly (the extra `report`), and whoever opens it needs a browser, and no network.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.report.context.formats import Shown
from lightship.report.context.html.data import context_data
from lightship.report.kit.html.page import page, plotly_script
from lightship.report.kit.html.text import shown
from lightship.report.kit.view import View

_NAME = 120  # characters of a name in the title
_OWN = "lightship.report.context.html"
_SCRIPTS = (
    "text.js",
    "table.js",
    "treemap.js",
    "parts.js",
    (_OWN, "map.js"),
    (_OWN, "context.js"),
)
_STYLES = ("page.css", "table.css", (_OWN, "context.css"))


def write(item: Shown, _view: View) -> Iterator[str]:
    """The page, in pieces; a UsageError where plotly is not installed."""
    drawing = plotly_script()  # before the work, since it may be missing
    title = f"Build context {shown(item.root, _NAME)}"
    yield from page(title, context_data(item), drawing, _SCRIPTS, _STYLES)
