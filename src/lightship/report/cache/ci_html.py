"""One page with a history in CI: each setting, and each step under the one that is chosen."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.cache.remote.ci_results import CiReplay
from lightship.report.cache.html.ci_data import ci_page
from lightship.report.kit.html.page import Room, page
from lightship.report.kit.html.page_text import shown
from lightship.report.kit.view import View

_NAME = 120  # characters of a name in the title
_SCRIPTS = ("words.js", "ci.js", "ci_start.js")
_ROOM = Room("lightship.report.cache.html", _SCRIPTS, ("cache.css",))


def write(replay: CiReplay, _view: View) -> Iterator[str]:
    """The page, in pieces."""
    title = f"What runs of CI rebuild: {shown(replay.dockerfile, _NAME)}"
    yield from page(title, ci_page(replay), _ROOM)
