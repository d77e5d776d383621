"""Facts, which are not numbers, on both sides: who runs it, what it answers, how it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lightship.proof.answer_facts import answer_facts
from lightship.proof.measured import ImageShape, Measured, Ran, ShapeFlaw
from lightship.proof.proof import Effect, Fact, FigureGroup
from lightship.wording.lists import first_few

_MOST_NAMED = 5
_FIRST_GIVEN_OUT = 32_768  # ports that Linux gives out begin here (ip_local_port_range)
_SPEAKS = {True: "lines", False: "nothing"}
_LONGEST = 120  # characters of a program
NOT_HEALTHY = "not healthy"
ANSWERED = "it answered at first"
# Signals that ask a program to end, as an exit code: it did as it was told
_ENDS_WELL = (0, 128 + 15, 128 + 2)


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
    if before.flaws is not None and after.flaws is not None:
        yield from _flaws(before.flaws, after.flaws)


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


def _flaws(before: Sequence[ShapeFlaw], after: Sequence[ShapeFlaw]) -> Iterator[Fact]:
    """Which known vulnerabilities a change removes and brings; their number is a figure."""
    old = dict.fromkeys(map(_flaw, before))
    new = dict.fromkeys(map(_flaw, after))
    gone = [name for name in old if name not in new]
    come = [name for name in new if name not in old]
    if gone or come:
        yield Fact(
            "flaws",
            FigureGroup.SECURITY,
            "vulnerabilities",
            f"{len(gone)} removed",
            f"{len(come)} added",
            Effect.OTHER,
            f"removed: {_named(gone)}; added: {_named(come)}",
        )


def _flaw(flaw: ShapeFlaw) -> str:
    return f"{flaw.id} in {flaw.package} ({flaw.rating})"


def _of_runs(before: Sequence[Ran], after: Sequence[Ran]) -> Iterator[Fact]:
    old = _worst(before)
    new = _worst(after)
    yield _starts(before, after)

    if old.lives == new.lives:
        yield from answer_facts(before, after)

    if _has_health(old, new):
        sides = (_health(old), _health(new))
        effect = _health_effect(old, new)
        yield _of_run("healthy", "HEALTHCHECK", sides, effect)
    if old.stop is not None and new.stop is not None:
        sides = (_end(before), _end(after))
        effect = _end_effect(before, after)
        yield _of_run("ends", "stops on SIGTERM", sides, effect)
    yield from _of_processes(old, new)
    yield from _of_ports(before, after)
    yield from _of_logs(before, after)


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
    fact = _of_run("starts", "starts", sides, effect)
    if new.error and new.start is not None:
        return replace(fact, note=ANSWERED)
    return fact


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


def _of_ports(before: Sequence[Ran], after: Sequence[Ran]) -> Iterator[Fact]:
    """Further ports that are served; numbers that the kernel gives out are not compared."""
    old = _served(before)
    new = _served(after)
    if not old or not new or old == new:
        return
    lost = any(port not in new for port in old)
    effect = Effect.WORSE if lost else Effect.OTHER
    sides = (_numbers(old), _numbers(new))
    yield _of_run("ports", "ports", sides, effect)


def _numbers(ports: Sequence[int]) -> str:
    return ", ".join(map(str, ports))


def _served(runs: Sequence[Ran]) -> list[int]:
    """The ports that are listened at in every run that was looked at twice."""
    looked = [{*ran.ports} for ran in runs if ran.ports]
    if not looked:
        return []
    in_all = set.intersection(*looked)
    return sorted(port for port in in_all if port < _FIRST_GIVEN_OUT)


def _of_logs(before: Sequence[Ran], after: Sequence[Ran]) -> Iterator[Fact]:
    """Whether it says anything while it runs: what waits in a buffer nobody reads."""
    old = _speaks(before)
    new = _speaks(after)
    if old is None or new is None or old == new:
        return
    sides = (_SPEAKS[old], _SPEAKS[new])
    effect = _less(not old, not new)
    yield _of_run("log", "log while it runs", sides, effect)


def _speaks(runs: Sequence[Ran]) -> bool | None:
    """Whether any run says anything; None where that was not looked at."""
    spoke = [run.spoke for run in runs if run.spoke is not None]
    return any(spoke) if spoke else None


def _has_root(ran: Ran) -> bool:
    return "root" in ran.users or "0" in ran.users


def _worst(runs: Sequence[Ran]) -> Ran:
    """The last run that went wrong, else the last: what starts now and then does not start."""
    failed = [run for run in runs if run.error]
    return failed[-1] if failed else runs[-1]


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
    old = _health_rank(before)
    new = _health_rank(after)
    return _by_rank(new, old)  # a high rank is better


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


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 1]}…"
