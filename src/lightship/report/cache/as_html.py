"""One page with a history, commit by commit, or with advice, or with two builds side by side.

The timeline is drawn on a canvas: 500 commits of 20 steps are 10,000 cells, too many for elements
of their own. Keys and screen readers are served by the chosen commit, which is told in words.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.cache.advice.advised import Advised
from lightship.cache.replay.results import Replay
from lightship.report.cache.explained_change import ExplainedChange
from lightship.report.cache.html.data import advice_page, change_data, replay_page
from lightship.report.kit.html.page import Room, page
from lightship.report.kit.html.page_text import shown
from lightship.report.kit.view import View

_NAME = 120  # characters of a name in the title
_SCRIPTS = (
    "strips.js",
    "words.js",
    "timeline.js",
    "replay.js",
    "advice.js",
    "start.js",
)
_ROOM = Room("lightship.report.cache.html", _SCRIPTS, ("cache.css",))


def write_change(change: ExplainedChange, _view: View) -> Iterator[str]:
    """The page of two builds, in pieces."""
    yield from page("What is rebuilt, and why", change_data(change), _ROOM)


def write_replay(replay: Replay, _view: View) -> Iterator[str]:
    """The page of a history, in pieces."""
    title = f"What commits rebuild: {shown(replay.dockerfile, _NAME)}"
    yield from page(title, replay_page(replay), _ROOM)


def write_advice(advised: Advised, _view: View) -> Iterator[str]:
    """The page of advice, in pieces."""
    name = shown(advised.before.dockerfile, _NAME)
    title = f"What would keep more of the cache: {name}"
    yield from page(title, advice_page(advised), _ROOM)
