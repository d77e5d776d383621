"""The formats that proofs, and their trend, are shown in.

Each is a module, imported only when it is used. One for proofs has `write(proof, view)`, one
for trends `write_trend(proofs, view, outcomes)`; both yield text. What they are given is cleaned
before: no format has a secret to leave out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Protocol

from lightship.outcome import Outcome
from lightship.proof.proof import Proof
from lightship.report.kit.view import View
from lightship.report.proof.clean import clean

FORMATS = {
    "text": "lightship.report.proof.as_text",
    "json": "lightship.report.proof.as_json",
    "markdown": "lightship.report.proof.as_markdown",
    "html": "lightship.report.proof.as_html",
    "junit": "lightship.report.proof.as_junit",
}
TREND_FORMATS = {
    "text": "lightship.report.proof.trend_text",
    "json": "lightship.report.proof.trend_json",
    "html": "lightship.report.proof.as_html",
}


def proof_writer(name: str) -> Callable[[Proof, View], Iterator[str]]:
    """The function that shows a Proof in a format."""
    write = import_module(FORMATS[name]).write

    def shown(proof: Proof, view: View) -> Iterator[str]:
        yield from write(clean(proof), view)

    return shown


class TrendWriter(Protocol):
    """Shows several proofs, and the limits that the latest was held to."""

    def __call__(
        self, proofs: Sequence[Proof], view: View, outcomes: Sequence[Outcome] = ()
    ) -> Iterator[str]: ...


def trend_writer(name: str) -> TrendWriter:
    """The function that shows several proofs in a format, in the order of their time."""
    write = import_module(TREND_FORMATS[name]).write_trend

    def shown(
        proofs: Sequence[Proof], view: View, outcomes: Sequence[Outcome] = ()
    ) -> Iterator[str]:
        by_age = sorted(map(clean, proofs), key=lambda proof: proof.created)
        yield from write(by_age, view, outcomes)

    return shown
