"""Facts, which are not numbers, on both sides: who runs it, what it answers, how it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.proof import varying
from lightship.proof.proof import (
    Answer,
    Effect,
    Fact,
    FigureGroup,
    ImageShape,
    Measured,
    Ran,
)
from lightship.wording.lists import first_few

_MOST_NAMED = 5
_LONGEST = 120  # characters of an answer
# Characters that two answers have alike, and how many of more are shown
_NEAR, _BEFORE = 40, 15
NOT_HEALTHY = "not healthy"
_NO_PAGE = 404
# What both sides answer where nothing was asked: no page, and a shell's exit code for no program
_NOTHING = (_NO_PAGE, 127)
# Signals that ask a program to end, as an exit code: it did as it was told
_ENDS_WELL = (0, 128 + 15, 128 + 2)

_BothTexts = tuple[tuple[str, ...], tuple[str, ...]]


def facts(before: Measured, after: Measured) -> Iterator[Fact]:
    """All that both sides can be compared by."""
    if before.shape is not None and after.shape is not None:
        yield from _of_shapes(before.shape, after.shape)
    if before.runs and after.runs:
        yield from _of_runs(before.runs, after.runs)
    if before.reproduced is not None and after.reproduced is not None:
        yield _reproduced(before, after)


def _of_shapes(before: ImageShape, after: ImageShape) -> Iterator[Fact]:
    yield _user(before, after)
    if before.distribution or after.distribution:
        yield _distribution(before, after)
    if set(before.packages) != set(after.packages):
        yield _packages(before, after)


def _user(before: ImageShape, after: ImageShape) -> Fact:
    effect = _less(before.is_root, after.is_root)
    if effect is Effect.SAME and before.user != after.user:
        effect = Effect.OTHER
    return Fact(
        "user",
        FigureGroup.SECURITY,
        "user",
        before.user or "root",
        after.user or "root",
        effect,
    )


def _distribution(before: ImageShape, after: ImageShape) -> Fact:
    effect = _less(before.ended, after.ended)
    if effect is Effect.SAME and before.distribution != after.distribution:
        effect = Effect.OTHER
    return Fact(
        "system",
        FigureGroup.SECURITY,
        "system",
        _system(before),
        _system(after),
        effect,
    )


def _packages(before: ImageShape, after: ImageShape) -> Fact:
    old = set(before.packages)
    new = set(after.packages)
    gone = [package for package in before.packages if package not in new]
    come = [package for package in after.packages if package not in old]
    return Fact(
        "packages",
        FigureGroup.SECURITY,
        "packages",
        f"{len(gone)} removed",
        f"{len(come)} added",
        Effect.OTHER,
        f"removed: {_named(gone)}; added: {_named(come)}",
    )


def _of_runs(before: Sequence[Ran], after: Sequence[Ran]) -> Iterator[Fact]:
    old = _worst(before)
    new = _worst(after)
    yield _starts(before, after)

    asked = min(len(old.answers), len(new.answers))
    for number in range(asked):
        if old.lives == new.lives:
            yield _answer(before, after, number)

    if _has_health(old, new):
        sides = (_health(old), _health(new))
        effect = _health_effect(old, new)
        yield _of_run("healthy", "HEALTHCHECK", sides, effect)
    if old.stop is not None and new.stop is not None:
        sides = (_end(before), _end(after))
        yield _of_run("ends", "stops on SIGTERM", sides, _end_effect(before, after))
    yield from _of_processes(old, new)


def _starts(before: Sequence[Ran], after: Sequence[Ran]) -> Fact:
    """Whether it starts; a worker, of which nothing can be asked, starts where it keeps running."""
    old = _worst(before)
    new = _worst(after)
    sides = (_started(old), _started(new))
    effect = _by_rank(_failing(before), _failing(after))
    if effect is Effect.SAME and old.lives != new.lives:
        # A job that fails and a worker that ends are what is wrong
        ended = new if old.lives else old
        is_worse = old.lives or not ended.code
        effect = Effect.WORSE if is_worse else Effect.BETTER
    return _of_run("starts", "starts", sides, effect)


def _failing(runs: Sequence[Ran]) -> int:
    """How often it does not start: 0 never, 1 now and then, 2 always."""
    failed = sum(bool(run.error) for run in runs)
    if failed == len(runs):
        return 2
    return 1 if failed else 0


def _by_rank(before: int, after: int) -> Effect:
    """Of something that is better low."""
    if before == after:
        return Effect.SAME
    return Effect.WORSE if after > before else Effect.BETTER


def _of_run(key: str, title: str, sides: tuple[str, str], effect: Effect) -> Fact:
    return Fact(key, FigureGroup.RUN, title, *sides, effect)


def _of_processes(old: Ran, new: Ran) -> Iterator[Fact]:
    """The first program, where the port is listened at, and whose the processes are."""
    if old.first and new.first and old.first != new.first:
        programs = (_short(old.first), _short(new.first))
        yield _of_run("first", "process 1", programs, Effect.OTHER)
    if old.listens and new.listens:
        places = (old.listens, new.listens)
        hidden = _less(old.listens == "loopback", new.listens == "loopback")
        yield _of_run("listens", "listens", places, hidden)
    if old.users and new.users:
        yield Fact(
            "processes",
            FigureGroup.SECURITY,
            "process users",
            ", ".join(old.users),
            ", ".join(new.users),
            _less(_has_root(old), _has_root(new)),
        )


def _has_root(ran: Ran) -> bool:
    return "root" in ran.users or "0" in ran.users


def _worst(runs: Sequence[Ran]) -> Ran:
    """The last run that went wrong, else the last: what starts now and then does not start."""
    failed = [run for run in runs if run.error]
    return failed[-1] if failed else runs[-1]


def _answer(before: Sequence[Ran], after: Sequence[Ran], number: int) -> Fact:
    """An answer is the same where status and text are, what varies by itself left out."""
    old = _worst(before).answers[number]
    new = _worst(after).answers[number]
    texts = (_texts(before, number), _texts(after, number))
    effect = _answer_effect(old, new, texts)
    start = 0
    if effect is not Effect.SAME and old.status == new.status:
        start = _start(_flat(old), _flat(new))
    return Fact(
        "answer",
        FigureGroup.RUN,
        f"answer to {old.question}",
        _said(old, start),
        _said(new, start),
        effect,
        _answer_note(old, new, texts),
    )


def _texts(runs: Sequence[Ran], number: int) -> tuple[str, ...]:
    """All that a version answered to one question."""
    texts: list[str] = []
    for run in runs:
        if number >= len(run.answers):
            continue
        answer = run.answers[number]
        texts.append(answer.text)
        if answer.again is not None:
            texts.append(answer.again)
    return tuple(texts)


def _answer_effect(before: Answer, after: Answer, texts: _BothTexts) -> Effect:
    is_like = (before.status, bool(before.error)) == (after.status, bool(after.error))
    if is_like and varying.is_same(*texts):
        return Effect.SAME
    is_mended = _fails(before) and _works(after)
    return Effect.BETTER if is_mended else Effect.WORSE


def _answer_note(before: Answer, after: Answer, texts: _BothTexts) -> str:
    """What was left out of the comparison, or that the answer proves nothing."""
    gaps = max(varying.stable_pattern(side).gaps for side in texts)
    if gaps:
        return f"parts of the text that vary by themselves are not compared ({gaps})"
    is_same = (before.status, before.text) == (after.status, after.text)
    if is_same and before.status in _NOTHING and not before.error:
        missing = "page" if before.status == _NO_PAGE else "program"
        return f"neither side has such a {missing}, so this proves nothing"
    return ""


def _fails(answer: Answer) -> bool:
    """No answer, an error of the server, or an exit code: HTTP has no answers below 200."""
    if answer.error or answer.status >= 500:
        return True
    return 0 < answer.status < 200


def _works(answer: Answer) -> bool:
    return not answer.error and answer.status < 400 and not _fails(answer)


def _reproduced(before: Measured, after: Measured) -> Fact:
    change = _less(not before.reproduced, not after.reproduced)
    note = "; ".join(after.differences[:3])
    return Fact(
        "reproduced",
        FigureGroup.REPRODUCIBILITY,
        "built twice",
        _twice(before),
        _twice(after),
        change,
        note,
    )


def _twice(measured: Measured) -> str:
    return "the same image" if measured.reproduced else "a different image"


def _less(before: bool, after: bool) -> Effect:
    """Of something that is better not so."""
    if before == after:
        return Effect.SAME
    return Effect.WORSE if after else Effect.BETTER


def _system(shape: ImageShape) -> str:
    fixes = ", without fixes" if shape.ended else ""
    return f"{shape.distribution}{fixes}" or "unknown"


def _named(packages: Sequence[str]) -> str:
    return first_few(packages, _MOST_NAMED) if packages else "none"


def _started(ran: Ran) -> str:
    if ran.error or ran.start is not None:
        return ran.error or "yes"
    if ran.lives:
        return "keeps running"
    return "yes" if ran.code is None else f"ends with exit code {ran.code}"


def _has_health(before: Ran, after: Ran) -> bool:
    """Whether one of two versions that start has a HEALTHCHECK."""
    if before.error or after.error:
        return False
    return before.healthy is not None or after.healthy is not None


def _health(ran: Ran) -> str:
    if ran.healthy is None:
        return "none"
    return "healthy" if ran.healthy else NOT_HEALTHY


def _health_effect(before: Ran, after: Ran) -> Effect:
    old, new = _health_rank(before), _health_rank(after)
    if old == new:
        return Effect.SAME
    return Effect.BETTER if old < new else Effect.WORSE


def _health_rank(ran: Ran) -> int:
    """One that fails is worse than none: an orchestrator would stop a working container."""
    if ran.healthy is None:
        return 1
    return 2 if ran.healthy else 0


def _was_killed(runs: Sequence[Ran]) -> bool:
    return any(ran.killed for ran in runs)


def _end_effect(before: Sequence[Ran], after: Sequence[Ran]) -> Effect:
    """A kill is worst, then an exit code that is neither 0 nor that of the signal to stop."""
    effect = _less(_was_killed(before), _was_killed(after))
    if effect is not Effect.SAME or _was_killed(before):
        return effect
    return _less(_ends_badly(before), _ends_badly(after))


def _ends_badly(runs: Sequence[Ran]) -> bool:
    return any(ran.code not in _ENDS_WELL for ran in runs)


def _end(runs: Sequence[Ran]) -> str:
    return "had to be killed" if _was_killed(runs) else f"exit code {runs[-1].code}"


def _said(answer: Answer, start: int) -> str:
    if answer.error:
        return answer.error
    text = _short(_flat(answer)[start:])
    cut = "…" if start else ""
    return f"{answer.status} {cut}{text}".rstrip()


def _flat(answer: Answer) -> str:
    return " ".join(answer.text.split())


def _start(before: str, after: str) -> int:
    """From where two texts are shown, so that their first difference is; 0 where it is near."""
    if before == after:
        return 0
    alike = min(len(before), len(after))
    for place, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            alike = place
            break
    return alike - _BEFORE if alike > _NEAR else 0


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 1]}…"
