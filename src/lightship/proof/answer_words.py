"""An answer and a header in a line of a report."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.proof.answer_statuses import statuses_of
from lightship.proof.measured import Answer

_LONGEST = 120  # characters of an answer
# Characters that two answers have alike, and how many of more are shown
_NEAR = 40
_BEFORE = 15


def title_of(answer: Answer) -> str:
    """The question, and who asked it."""
    origin = f" ({answer.origin})" if answer.origin else ""
    return f"answer to {answer.question}{origin}"


def written_header(name: str) -> str:
    """`Content-Type`, `cookie session`."""
    if name.startswith("cookie "):
        return name
    parts = [part.capitalize() for part in name.split("-")]
    return "-".join(parts)


def all_said(answers: Sequence[Answer], start: int) -> str:
    """The last answer; where statuses vary, all of them."""
    statuses = sorted(statuses_of(answers))
    if len(statuses) > 1:
        return " or ".join(map(_status_word, statuses))
    return said_of(answers[-1], start)


def _status_word(status: int) -> str:
    return "no answer" if status < 0 else str(status)


def said_of(answer: Answer, start: int) -> str:
    """The status, and the text from `start`; the error where nothing came."""
    if answer.error:
        return answer.error
    text = shortened_answer(flat_text(answer)[start:])
    cut = "…" if start else ""
    return f"{answer.status} {cut}{text}".rstrip()


def flat_text(answer: Answer) -> str:
    """The text on one line."""
    return " ".join(answer.text.split())


def start_of_difference(before: str, after: str) -> int:
    """From where two texts are shown, so that their first difference is; 0 where it is near."""
    if before == after:
        return 0
    alike = min(len(before), len(after))
    for place, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            alike = place
            break
    return alike - _BEFORE if alike > _NEAR else 0


def shortened_answer(text: str) -> str:
    """A text of a line, cut where it is too long."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 1]}…"
