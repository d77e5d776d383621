"""One page with a build context: a treemap of what is copied, sent and ignored, and its files.

Whoever opens it needs a browser, and no network.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.report.context.formats import ShownContext
from lightship.report.context.html.data import context_data
from lightship.report.kit.html.page import Room, page
from lightship.report.kit.view import View

_ROOM = Room(
    "lightship.report.context.html",
    ("map.js", "context.js"),
    ("context.css",),
)


def write(item: ShownContext, _view: View) -> Iterator[str]:
    """The page, in pieces."""
    data = context_data(item)
    yield from page(data["title"], data, _ROOM)
