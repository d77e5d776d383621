"""One page with a history that can be looked through commit by commit, or with advice, or with two builds side by side.

The timeline is drawn on a canvas, in about two hundred lines, and not by plotly as the pages of images are: 500 commits
of 20 steps are 10,000 cells, which plotly draws as a picture that no keyboard reaches, in a page of 5 MB where this one
has 100 kB. So the page needs no extra either.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.cache.advice.advice import Advised
from lightship.cache.explain.explanation import Explanation
from lightship.cache.replay.results import Replay
from lightship.report.cache.html.data import advice_page, explanation_data, replay_page
from lightship.report.cache.html.page import page
from lightship.report.kit.html.text import shown
from lightship.report.kit.view import View

_NAME = 120  # characters of a name in the title


def write_explanation(explanation: Explanation, _view: View) -> Iterator[str]:
    """The page of two builds, in pieces."""
    yield from page("What is rebuilt, and why", explanation_data(explanation))


def write_replay(replay: Replay, _view: View) -> Iterator[str]:
    """The page of a history, in pieces."""
    yield from page(
        f"What commits rebuild: {shown(replay.dockerfile, _NAME)}", replay_page(replay)
    )


def write_advice(advised: Advised, _view: View) -> Iterator[str]:
    """The page of advice, in pieces."""
    name = shown(advised.before.dockerfile, _NAME)
    yield from page(f"What would keep more of the cache: {name}", advice_page(advised))
