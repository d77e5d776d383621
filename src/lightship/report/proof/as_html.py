"""One page with a proof, or with the trend of several.

Bars, timeline and treemaps are elements laid out by some two hundred lines of script, and not drawn by plotly as the
pages of images are: a proof has tens of figures, tens of steps and some hundred directories, each of which can be
reached by the keyboard and read aloud, in a page of less than 100 kB, where plotly alone has 5 MB. So it needs no extra
either, and may be kept as an artifact of every run of a CI.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.proof.proof import Proof
from lightship.report.kit.html.text import shown
from lightship.report.kit.view import View
from lightship.report.proof.html.data import proof_page
from lightship.report.proof.html.page import page
from lightship.report.proof.html.trend_data import trend_page

_NAME = 80  # characters of a name in the title


def write(proof: Proof, _view: View) -> Iterator[str]:
    """The page of a proof, in pieces."""
    sides = " and ".join(
        shown(side.source, _NAME) for side in (proof.before, proof.after)
    )
    yield from page(f"Proof: {sides}", proof_page(proof))


def write_trend(proofs: Sequence[Proof], _view: View) -> Iterator[str]:
    """The page of a trend, in pieces."""
    yield from page("Proofs over time", trend_page(proofs))
