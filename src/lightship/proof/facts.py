"""What is no number, on both sides: who runs it, what it answers, how it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
_NEAR, _BEFORE = (
    40,
    15,
)  # characters that two answers have alike, and how many of more are shown


def facts(before: Measured, after: Measured) -> Iterator[Fact]:
    """All that both sides can be compared by."""
    if before.shape is not None and after.shape is not None:
        yield from _of_shapes(before.shape, after.shape)
    if before.runs and after.runs:
        yield from _of_runs(before.runs, after.runs)
    if before.reproduced is not None and after.reproduced is not None:
        yield _reproduced(before, after)


def _of_shapes(before: ImageShape, after: ImageShape) -> Iterator[Fact]:
    change = _less(before.is_root, after.is_root)
    if change is Effect.SAME and before.user != after.user:
        change = Effect.OTHER
    yield Fact(
        "user",
        FigureGroup.SECURITY,
        "user",
        before.user or "root",
        after.user or "root",
        change,
    )
    if before.distribution or after.distribution:
        ended = _less(before.ended, after.ended)
        if ended is Effect.SAME and before.distribution != after.distribution:
            ended = Effect.OTHER
        yield Fact(
            "system",
            FigureGroup.SECURITY,
            "system",
            _system(before),
            _system(after),
            ended,
        )
    gone = [each for each in before.packages if each not in set(after.packages)]
    come = [each for each in after.packages if each not in set(before.packages)]
    if gone or come:
        note = f"gone: {_named(gone)}; come: {_named(come)}"
        fact = Fact(
            "packages",
            FigureGroup.SECURITY,
            "packages",
            f"{len(before.packages)}",
            f"{len(after.packages)}",
            Effect.OTHER,
        )
        yield Fact(
            fact.key,
            fact.group,
            fact.title,
            f"{len(gone)} gone",
            f"{len(come)} come",
            fact.change,
            note,
        )


def _of_runs(before: Sequence[Ran], after: Sequence[Ran]) -> Iterator[Fact]:
    one, other = _worst(before), _worst(after)
    yield Fact(
        "starts",
        FigureGroup.RUN,
        "starts",
        _started(one),
        _started(other),
        _less(bool(one.error), bool(other.error)),
    )
    for at, (old, new) in enumerate(zip(one.answers, other.answers, strict=False)):
        yield _answer(old, new, _varies(before, at))
    if (
        (one.healthy is not None or other.healthy is not None)
        and not one.error
        and not other.error
    ):
        better, worse = (
            _health_rank(one) < _health_rank(other),
            _health_rank(one) > _health_rank(other),
        )
        change = Effect.BETTER if better else Effect.WORSE if worse else Effect.SAME
        yield Fact(
            "healthy",
            FigureGroup.RUN,
            "HEALTHCHECK",
            _health(one),
            _health(other),
            change,
        )
    if one.stop is not None and other.stop is not None:
        killed = _less(
            any(ran.killed for ran in before), any(ran.killed for ran in after)
        )
        yield Fact(
            "ends",
            FigureGroup.RUN,
            "ends by SIGTERM",
            _end(before),
            _end(after),
            killed,
        )
    if one.first and other.first and one.first != other.first:
        yield Fact(
            "first",
            FigureGroup.RUN,
            "process 1",
            _short(one.first),
            _short(other.first),
            Effect.OTHER,
        )
    if one.listens and other.listens:
        listens = _less(one.listens == "loopback", other.listens == "loopback")
        yield Fact(
            "listens", FigureGroup.RUN, "listens", one.listens, other.listens, listens
        )
    if one.users and other.users:
        change = _less(
            "root" in one.users or "0" in one.users,
            "root" in other.users or "0" in other.users,
        )
        yield Fact(
            "processes",
            FigureGroup.SECURITY,
            "processes of",
            ", ".join(one.users),
            ", ".join(other.users),
            change,
        )


def _worst(runs: Sequence[Ran]) -> Ran:
    """The last run that went wrong, else the last: what starts now and then does not start."""
    return next((ran for ran in reversed(runs) if ran.error), runs[-1])


def _varies(runs: Sequence[Ran], at: int) -> bool:
    """Whether a version answers one question otherwise from run to run, as with the time of day."""
    return len({ran.answers[at].text for ran in runs if at < len(ran.answers)}) > 1


def _answer(before: Answer, after: Answer, varies: bool) -> Fact:
    """An answer is the same where status and text are; the status alone where the text varies by itself."""
    same = (before.status, bool(before.error)) == (after.status, bool(after.error))
    same = same and (varies or before.text == after.text)
    mended = _fails(before) and _works(after)
    change = Effect.SAME if same else Effect.BETTER if mended else Effect.WORSE
    note = (
        "its text is another in each run, so that its status alone is compared"
        if varies
        else ""
    )
    at = (
        0
        if same or before.status != after.status
        else _start(_flat(before), _flat(after))
    )
    said = (_said(before, at), _said(after, at))
    return Fact(
        "answer", FigureGroup.RUN, f"answer to {before.question}", *said, change, note
    )


def _fails(answer: Answer) -> bool:
    """No answer, an error of the server, or a command's exit code: HTTP has no answers below 200."""
    return bool(answer.error) or answer.status >= 500 or 0 < answer.status < 200


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
    return "the same image" if measured.reproduced else "another image"


def _less(before: bool, after: bool) -> Effect:
    """Of something that is better not so."""
    return Effect.SAME if before == after else Effect.WORSE if after else Effect.BETTER


def _system(shape: ImageShape) -> str:
    return (
        f"{shape.distribution}{', without fixes' if shape.ended else ''}" or "unknown"
    )


def _named(packages: Sequence[str]) -> str:
    return first_few(packages, _MOST_NAMED) if packages else "none"


def _started(ran: Ran) -> str:
    return ran.error or "yes"


def _health(ran: Ran) -> str:
    return (
        "none" if ran.healthy is None else "healthy" if ran.healthy else "not healthy"
    )


def _health_rank(ran: Ran) -> int:
    """One that fails is worse than none: who looks after the container ends what works."""
    return 1 if ran.healthy is None else 2 if ran.healthy else 0


def _end(runs: Sequence[Ran]) -> str:
    return (
        "had to be killed"
        if any(ran.killed for ran in runs)
        else f"exit code {runs[-1].code}"
    )


def _said(answer: Answer, start: int) -> str:
    if answer.error:
        return answer.error
    text = _flat(answer)[start:]
    return f"{answer.status} {'…' if start else ''}{_short(text)}".rstrip()


def _flat(answer: Answer) -> str:
    return " ".join(answer.text.split())


def _start(before: str, after: str) -> int:
    """From where two texts are shown so that the first difference is among what is shown: 0 where it is near."""
    alike = next(
        (
            at
            for at, pair in enumerate(zip(before, after, strict=False))
            if len({*pair}) > 1
        ),
        None,
    )
    alike = min(len(before), len(after)) if alike is None else alike
    return alike - _BEFORE if alike > _NEAR and before != after else 0


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
