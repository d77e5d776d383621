"""What two versions answer: status, text, headers, time, and what a smoke file expects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from lightship.proof import varying
from lightship.proof.answer_headers import HeaderChange, header_changes
from lightship.proof.answer_statuses import NO_PAGE, is_page, status_effect, statuses_of
from lightship.proof.answer_words import (
    all_said,
    flat_text,
    said_of,
    shortened_answer,
    start_of_difference,
    title_of,
    written_header,
)
from lightship.proof.measured import Answer, Ran
from lightship.proof.proof import Effect, Fact, FigureGroup
from lightship.wording.lists import first_few

PROVES_NOTHING = "this proves nothing"
_SHOWN = 60  # characters of a text with what varies left out
# What both sides answer where nothing was asked: no page, and a shell's exit codes for no program
_NOTHING = (NO_PAGE, 127, 126)
_ASKING_WHO = (401, 403)  # a program that keeps strangers out works
# Seconds more, and times as long, from which an answer is slow
_SLOWER = 3.0
_TIMES = 3.0
_CODE = (".py", ".js", ".mjs", ".cjs", ".ts")
# No such page, not by GET, a parameter is missing
_UNANSWERED = ({NO_PAGE}, {405}, {422})
_OPENAPI = "/openapi.json"
_OF_PAGES = ("HEALTHCHECK:", "linked by ", "redirect of ")  # origins of other kinds

_BothTexts = tuple[tuple[str, ...], tuple[str, ...]]


def answer_facts(before: Sequence[Ran], after: Sequence[Ran]) -> Iterator[Fact]:
    """One for each question that both sides were asked, and what its headers and time tell."""
    old = _by_question(before)
    new = _by_question(after)
    headers: defaultdict[HeaderChange, list[str]] = defaultdict(list)
    for question, answers in old.items():
        others = new.get(question)
        if others is None:
            yield from _not_stated(answers[-1])
            continue
        if _is_no_page(answers, others):
            continue
        fact = _answer(answers, others)
        plain = answers[-1].question
        is_said_there = question != plain and plain in old
        if not is_said_there or fact.change is not Effect.SAME:
            yield fact
        yield from _expected(answers, others)
        is_same_status = answers[-1].status == others[-1].status
        if fact.change is not Effect.SAME and not is_same_status:
            continue
        yield from _slow(answers, others)
        for change in _header_changes(answers, others):
            headers[change].append(question)
    for change, questions in headers.items():
        yield _header(change, questions)


def same_answers(
    before: Sequence[Ran], after: Sequence[Ran]
) -> Mapping[str, tuple[bool, tuple[str, ...]]]:
    """For each question that both sides were asked: whether they answer alike, as the facts say.

    The second are the names of headers that differ. Time tells nothing here, and what varies by
    itself varies.
    """
    others = _by_question(after)
    found: dict[str, tuple[bool, tuple[str, ...]]] = {}
    for question, old in _by_question(before).items():
        new = others.get(question)
        if new is None:
            continue
        texts = (_texts(old), _texts(new))
        effect = _answer_effect(old, new, texts)
        changes = _header_changes(old, new)
        names = tuple(written_header(change.name) for change in changes)
        found[question] = (effect is Effect.SAME, names)
    return found


def _by_question(runs: Sequence[Ran]) -> Mapping[str, list[Answer]]:
    """The answers to each question; one that went wrong comes last.

    Requests of a smoke file are told apart by their lines: two may differ in body or headers alone.
    """
    found: dict[str, list[Answer]] = {}
    for run in sorted(runs, key=lambda ran: bool(ran.error)):
        for number, answer in enumerate(run.answers):
            key = question_key(answer, number)
            found.setdefault(key, []).append(answer)
    return found


def question_key(answer: Answer, number: int) -> str:
    """By what an answer is found again on the other side; `number` is its place in the run."""
    if answer.expects or _is_of_smoke_file(answer.origin):
        return f"{answer.question} ({answer.origin or number})"
    return answer.question


def _is_of_smoke_file(origin: str) -> bool:
    """Whether a line of a file named the question, and neither code nor another page did."""
    file, _, line = origin.rpartition(":")
    is_page = origin.startswith(_OF_PAGES)
    return line.isdecimal() and not is_page and not file.endswith(_CODE)


def _is_no_page(before: Sequence[Answer], after: Sequence[Answer]) -> bool:
    """Whether it was a guess that there might be such a page, and there is none before.

    Code may state a page of another program, or one that needs more than its path.
    """
    first = before[0]
    file = first.origin.rpartition(":")[0]
    if file.endswith(_CODE):
        both = statuses_of(before) | statuses_of(after)
        return both in _UNANSWERED
    if not first.is_guess:
        return False
    if all(answer.status >= 400 for answer in before):
        return True
    return any(answer.error for answer in (*before, *after))


def _not_stated(answer: Answer) -> Iterator[Fact]:
    """A page that the program before states, and the one after does not."""
    if answer.origin == _OPENAPI and _works(answer):
        sides = (said_of(answer, 0), "not stated")
        yield _fact("answer", title_of(answer), sides, Effect.WORSE)


def _answer(before: Sequence[Answer], after: Sequence[Answer]) -> Fact:
    """An answer is the same where status and text are, what varies by itself left out."""
    old = before[-1]
    new = after[-1]
    texts = (_texts(before), _texts(after))
    effect = _answer_effect(before, after, texts)
    start = 0
    if effect is not Effect.SAME and old.status == new.status:
        start = start_of_difference(flat_text(old), flat_text(new))
    sides = (all_said(before, start), all_said(after, start))
    note = _answer_note(old, new, texts)
    return _fact("answer", title_of(old), sides, effect, note)


def _fact(
    key: str, title: str, sides: tuple[str, str], effect: Effect, note: str = ""
) -> Fact:
    return Fact(key, FigureGroup.RUN, title, *sides, effect, note)


def _texts(answers: Sequence[Answer]) -> tuple[str, ...]:
    """All that a version answered to one question."""
    texts: list[str] = []
    for answer in answers:
        texts.append(answer.text)
        if answer.again is not None:
            texts.append(answer.again)
    return tuple(texts)


def _header_changes(
    before: Sequence[Answer], after: Sequence[Answer]
) -> Iterator[HeaderChange]:
    return header_changes(_headers(before), _headers(after))


def _headers(answers: Sequence[Answer]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for answer in answers:
        found.append(answer.headers)
        if answer.again is not None:
            found.append(answer.again_headers)
    return found


def _answer_effect(
    before: Sequence[Answer], after: Sequence[Answer], texts: _BothTexts
) -> Effect:
    """Statuses first: what fails on one side now and then is not the same."""
    old = statuses_of(before)
    new = statuses_of(after)
    if old != new:
        return status_effect(old, new)
    is_unsteady = len(old) > 1 or -1 in old
    if is_unsteady or varying.is_same(*texts):
        return Effect.SAME
    if min(old) >= 400:
        return Effect.OTHER  # what an error says is of nobody's use
    return Effect.WORSE


def _works(answer: Answer) -> bool:
    return not answer.error and is_page(answer.status)


def _answer_note(before: Answer, after: Answer, texts: _BothTexts) -> str:
    """What was left out of the comparison, or that the answer proves nothing."""
    is_same = (before.status, before.error) == (after.status, after.error)
    if is_same and before.error:
        return f"neither side answers, so {PROVES_NOTHING}"
    if is_same and before.status in _NOTHING:
        missing = "page" if before.status == NO_PAGE else "program"
        return f"neither side has such a {missing}, so {PROVES_NOTHING}"
    if is_same and before.status >= 400 and before.status not in _ASKING_WHO:
        return f"both sides answer {before.status}, so {PROVES_NOTHING}"
    return _varying_note(texts)


def _varying_note(texts: _BothTexts) -> str:
    """How much of the texts varies by itself, and what is left; empty where nothing varies."""
    patterns = [varying.stable_pattern(side) for side in texts]
    most = max(patterns, key=lambda pattern: pattern.gaps)
    if not most.gaps:
        return ""

    said = f"parts of the text that vary by themselves are not compared ({most.gaps})"
    whole = "…".join(most.parts)
    shown = " ".join(whole.split())
    if len(shown) > _SHOWN:
        start = shown[: _SHOWN - 1]
        shown = f"{start}…"
    if not shown.strip("… "):
        return said
    return f"{said}: {shown}"


def _expected(before: Sequence[Answer], after: Sequence[Answer]) -> Iterator[Fact]:
    """Whether a version answers as the smoke file says."""
    if not before[-1].expects:
        return
    old = _unmet(before)
    new = _unmet(after)
    effect = Effect.SAME
    if bool(old) != bool(new):
        effect = Effect.WORSE if new else Effect.BETTER
    note = ""
    if old and new:
        note = f"neither side answers as expected, so {PROVES_NOTHING}"

    last = before[-1]
    title = f"expected answer to {last.question} ({last.origin})"
    sides = (_all_unmet(old), _all_unmet(new))
    yield _fact("expected", title, sides, effect, note)


def _all_unmet(texts: Sequence[str]) -> str:
    return "; ".join(texts) or "as expected"


def _unmet(answers: Sequence[Answer]) -> list[str]:
    failed: dict[str, None] = {}
    for answer in answers:
        failed.update(dict.fromkeys(answer.failed))
        if answer.error:
            failed[answer.error] = None
    return [shortened_answer(text) for text in failed]


def _slow(before: Sequence[Answer], after: Sequence[Answer]) -> Iterator[Fact]:
    """Whether the quickest answer of one side takes seconds more: no noise is that large."""
    old = _quickest(before)
    new = _quickest(after)
    if old is None or new is None:
        return
    less, more = sorted((old, new))
    if more - less < _SLOWER or more < less * _TIMES:
        return
    effect = Effect.WORSE if new > old else Effect.BETTER
    title = f"time of the answer to {before[-1].question}"
    sides = (f"{old:.1f} s", f"{new:.1f} s")
    yield _fact("slow", title, sides, effect)


def _quickest(answers: Sequence[Answer]) -> float | None:
    times = [answer.seconds for answer in answers if answer.seconds is not None]
    return min(times, default=None)


def _header(change: HeaderChange, questions: Sequence[str]) -> Fact:
    """One that differs; where nobody is harmed it is said, and counts for nothing."""
    key = "header" if change.breaks else "hardening"
    title = f"{written_header(change.name)} of {first_few(questions, 2)}"
    sides = (shortened_answer(change.before), shortened_answer(change.after))
    return _fact(key, title, sides, change.effect)
