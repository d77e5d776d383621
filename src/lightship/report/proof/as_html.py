"""One page with a proof, or with the trend of several.

A proof has tens of figures and steps and some hundred directories. Each is an element, which the
keyboard reaches and a screen reader reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.outcome import Outcome
from lightship.proof.proof import Proof
from lightship.report.kit.html.page import Room, page
from lightship.report.kit.html.page_text import shown
from lightship.report.kit.view import View
from lightship.report.proof.html.data import proof_page
from lightship.report.proof.html.trend_data import trend_page

_NAME = 80  # characters of a name in the title
_SCRIPTS = (
    "choose.js",
    "bars.js",
    "steps.js",
    "map.js",
    "change.js",
    "proof.js",
    "trend.js",
    "start.js",
)
_ROOM = Room("lightship.report.proof.html", _SCRIPTS, ("proof.css",))


def write(proof: Proof, _view: View) -> Iterator[str]:
    """The page of a proof, in pieces."""
    before = shown(proof.before.source, _NAME)
    after = shown(proof.after.source, _NAME)
    title = f"Proof: {before} and {after}"
    yield from page(title, proof_page(proof), _ROOM)


def write_trend(
    proofs: Sequence[Proof], _view: View, outcomes: Sequence[Outcome] = ()
) -> Iterator[str]:
    """The page of a trend, in pieces."""
    yield from page("Proofs over time", trend_page(proofs, outcomes), _ROOM)
