"""What to know of the questions that were put: found pages, and answers that prove nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.proof.answer_facts import PROVES_NOTHING
from lightship.proof.measured import Answer, Measured
from lightship.proof.proof import Fact
from lightship.wording.counts import count
from lightship.wording.lists import first_few

_MOST_NAMED = 12


def question_notes(
    before: Measured, after: Measured, facts: Sequence[Fact]
) -> Iterator[str]:
    """Pages that were found and asked; that only `/` was; that no answer tells anything."""
    runs = (*before.runs, *after.runs)
    answers = [answer for run in runs for answer in run.answers]
    spoken_of = {fact.title for fact in facts if fact.key == "answer"}
    asked: dict[str, str] = {}
    named: set[str] = set()
    for answer in answers:
        if answer.question != "exit" and _is_compared(answer, spoken_of):
            asked.setdefault(answer.question, answer.origin)
        if answer.again is None:  # of a smoke file, or a command
            named.add(answer.question)

    found = [
        f"{page} ({origin})"
        for page, origin in asked.items()
        if origin and page not in named
    ]
    if found:
        yield f"{count(len(found), 'page')} found and compared: {first_few(found, _MOST_NAMED)}"
    if [*asked] == ["/"]:
        yield "only / was requested: name more with --path, or write lightship.http"

    compared = [fact for fact in facts if fact.key == "answer"]
    if compared and all(tells_nothing(fact) for fact in compared):
        yield "no answer proves that the program works: request a page that it has"


def _is_compared(answer: Answer, titles: set[str]) -> bool:
    if not answer.origin:
        return True
    return f"answer to {answer.question} ({answer.origin})" in titles


def tells_nothing(fact: Fact) -> bool:
    """Whether an answer is the same on both sides because nothing was there to answer."""
    return fact.note.endswith(PROVES_NOTHING)
