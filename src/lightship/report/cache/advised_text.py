"""Advice as text: what each change would have saved, whether it is safe, and its diff."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.cache.advice.advised import Advice, Advised
from lightship.report.cache import sentences
from lightship.report.kit.diff import diff_rows
from lightship.report.kit.paint import BOLD, GREEN, YELLOW, paint
from lightship.report.kit.rows import notes, wrapped
from lightship.report.kit.view import View

_INDENT = 3


def write(advised: Advised, view: View) -> Iterator[str]:
    """Each change, the best first, then all of them together."""
    for number, advice in enumerate(advised.advice, 1):
        for row in _advice(advice, f"{number}.", view):
            yield f"{row}\n"
        yield "\n"

    if not advised.advice:
        yield f"{sentences.tried(advised)}\n\n"
    elif advised.together and len(advised.advice) > 1:
        yield from _together(advised.together, view)
    yield from notes(advised.notes, view)


def _together(advice: Advice, view: View) -> Iterator[str]:
    title = paint("ALL TOGETHER", BOLD, view)
    claim = wrapped(sentences.claim(advice), 0, view, GREEN)
    rows = "\n".join((title, *claim))
    yield f"{rows}\n\n"


def _advice(advice: Advice, number: str, view: View) -> Iterator[str]:
    claim = sentences.claim(advice)
    safety = sentences.safety(advice)
    colour = GREEN if advice.safe else YELLOW
    yield from wrapped(advice.title, _INDENT, view, BOLD, number)
    yield from wrapped(claim, _INDENT, view, GREEN)
    yield from wrapped(advice.why, _INDENT, view)
    yield from wrapped(safety, _INDENT, view, colour)
    if advice.rule:
        text = f"lightship fix makes it too: rule {advice.rule}"
        yield from wrapped(text, _INDENT, view)
    yield ""
    yield from diff_rows(advice.diff, view)
