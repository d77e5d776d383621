"""A history replayed as CI sees it, under the setting that is written and under others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.cache.builders import Builder
from lightship.cache.explain.assumptions import assumptions
from lightship.cache.keys.moment import dockerfile_of
from lightship.cache.plan.plan import Planned
from lightship.cache.plan.step_names import text_of
from lightship.cache.remote.ci_results import CiReplay, CiStepName, SettingResult
from lightship.cache.remote.keyed_runs import (
    GIT_HEAD,
    Changing,
    KeyedRuns,
    keyed_runs,
)
from lightship.cache.remote.replayed_run import CiHistory, ReplayedRun
from lightship.cache.remote.setting import (
    CacheSetting,
    hash_calls,
    unknown_parts,
    values_of,
)
from lightship.cache.remote.simulate import Selects, Simulation
from lightship.cache.times.build_time import Times, critical_path
from lightship.record import record
from lightship.wording.counts import count
from lightship.wording.lists import first_few

_DAY = 86_400
_LEAST = 0.02  # share of what is written by which another setting has to be better
_FETCHED = 50_000_000  # bytes a second at which layers come and are unpacked
_MOST_NAMED = 3


@record(eq=False)
class AskedCi:
    """What is replayed: a setting, where it is written, the others, and which runs build.

    `rivals` are other builds that write to the same cache, by name. `changing` are build arguments
    with a value of their own in each run; `with_git` whether `.git` is sent.
    """

    where: str
    written: CacheSetting
    others: tuple[CacheSetting, ...]
    selects: Selects
    rivals: tuple[str, ...] = ()
    changing: Changing | None = None
    with_git: bool = False


def replay_ci(
    history: CiHistory,
    build: Build,
    builder: Builder,
    asked: AskedCi,
    times: Times | None = None,
    notes: tuple[str, ...] = (),
) -> CiReplay:
    """All runs of a history, under each setting. A ParseError for what BuildKit would refuse."""
    changing = asked.changing or {}
    patterns = patterns_of(asked.written, history.prefix)
    keyed = keyed_runs(
        history,
        build,
        builder,
        changing,
        with_git=asked.with_git,
        patterns=patterns,
    )
    has_git = asked.with_git and takes_git(keyed)
    simulation = Simulation(
        keyed, history.branch, asked.selects, times, with_git=has_git
    )
    written = simulation.result(asked.written)
    others: list[SettingResult] = []
    if asked.rivals:
        who = first_few(asked.rivals, _MOST_NAMED)
        name = f"as written, where {who} ends last"
        others.append(simulation.result(asked.written, name, overwritten=True))
    first = len(others)
    others += map(simulation.result, asked.others)
    others += _without_what_changes(history, build, builder, asked, keyed, times)

    steps = keyed.moment.keys.plan.steps
    all_notes = (*notes, *history.notes, *_notes(keyed, asked, history, written))
    return CiReplay(
        dockerfile=dockerfile_of(build),
        where=asked.where,
        steps=tuple(_name(step, times) for step in steps),
        written=written,
        others=tuple(others),
        best=best_of(written, others, first),
        days=days_of(keyed.runs),
        commits=sum(run.kind is run.kind.PUSH for run, _graph in keyed.runs[1:]),
        seconds_per_build=_whole(steps, times),
        times=times,
        notes=tuple(dict.fromkeys(all_notes)),
    )


def best_of(
    written: SettingResult, others: Sequence[SettingResult], first: int
) -> int | None:
    """The place of the best of the others from `first` on; None where none is clearly better.

    Of equal ones the one with fewer layers in its cache.
    """
    places = range(first, len(others))
    if not places or not written.runs:
        return None

    def key(at: int) -> tuple[float, int]:
        return round(cost(others[at]), 6), others[at].layers

    best = min(places, key=key)
    saved = cost(written) - cost(others[best])
    is_better = saved > _LEAST * cost(written)
    return best if is_better else None


def cost(result: SettingResult) -> float:
    """What a setting is judged by: seconds, with those of fetching layers where their sizes are
    known; without times the steps that were run.
    """
    if result.seconds is None:
        return float(result.rebuilt)
    fetched = (result.bytes or 0) / _FETCHED
    return result.seconds + fetched


def _without_what_changes(
    history: CiHistory,
    build: Build,
    builder: Builder,
    asked: AskedCi,
    keyed: KeyedRuns,
    times: Times | None,
) -> Iterator[SettingResult]:
    """The setting as it is, without what is another in every run: `.git`, build arguments."""
    changing = asked.changing or {}
    has_git = asked.with_git and takes_git(keyed)
    named = ", ".join(dict.fromkeys(keyed.salted.values()))
    variants: list[tuple[str, Changing, bool]] = []
    if has_git:
        variants.append(("as written, with .git in .dockerignore", changing, False))
    if named:
        text = f"as written, without the changing {named}"
        variants.append((text, {}, asked.with_git))
    for name, args, with_git in variants:
        patterns = patterns_of(asked.written, history.prefix)
        other = keyed_runs(
            history, build, builder, args, with_git=with_git, patterns=patterns
        )
        simulation = Simulation(
            other, history.branch, asked.selects, times, with_git=with_git
        )
        yield simulation.result(asked.written, name)


def patterns_of(setting: CacheSetting, prefix: str) -> dict[str, tuple[str, ...]]:
    """The calls of hashFiles, their patterns from the root of the build context.

    What lies outside it counts as unchanged.
    """
    start = f"{prefix}/" if prefix else ""
    calls: dict[str, tuple[str, ...]] = {}
    for call, patterns in hash_calls(setting).items():
        bare = [pattern.removeprefix("./") for pattern in patterns]
        calls[call] = tuple(
            pattern.removeprefix(start)
            for pattern in bare
            if pattern.startswith((start, "**"))
        )
    return calls


def takes_git(keyed: KeyedRuns) -> bool:
    """Whether `.git` is sent, and some step takes it."""
    sent = keyed.moment.sent
    if sent.leaves_out(GIT_HEAD):
        return False
    return any(selected.holds((GIT_HEAD,)) for selected in sent.selected.values())


def _notes(
    keyed: KeyedRuns,
    asked: AskedCi,
    history: CiHistory,
    written: SettingResult,
) -> list[str]:
    notes: list[str] = []
    failed = written.runs - written.built
    if failed:
        notes.append(
            f"{count(failed, 'run')} left out: today's Dockerfile copies files that were not there "
            "yet"
        )
    if len(keyed.runs) > 1:
        run = keyed.runs[-1][0]
        values = values_of(run, history.branch, asked.written.matrix)
        notes += [
            f"`{text}` has a part that only a run knows: it counts as the same in all"
            for text in unknown_parts(asked.written, values)
        ]
    if written.unsure:
        notes.append(
            f"{count(written.unsure, 'hit')} not sure: where a run reads several caches that know "
            "different parts of a build, BuildKit finds some of the steps at some times only"
        )
    types = {option.type for option in (*asked.written.reads, *asked.written.writes)}
    if types & {"gha", "local"}:
        notes.append(
            "GitHub's 10 GB are shared with other caches, which is not counted; what these runs "
            "push out themselves is, where --times has the bytes of layers"
        )
    notes.append(
        "caches are assumed to be whole and jobs to run one after the other; a layer that was "
        "evicted while its index was not fails a build"
    )
    notes += assumptions(keyed.moment)
    return notes


def _name(step: Planned, times: Times | None) -> CiStepName:
    seconds = times.of_line(step.line) if times else None
    return CiStepName(step.stage, step.line, text_of(step), seconds)


def _whole(steps: Sequence[Planned], times: Times | None) -> float | None:
    if times is None:
        return None
    seconds = [times.of_line(step.line) for step in steps]
    return critical_path(range(len(steps)), steps, seconds)


def days_of(runs: Sequence[tuple[ReplayedRun, int]]) -> float:
    """How many days lie between the first run and the last."""
    stamps = [run.time for run, _graph in runs[1:]]
    if not stamps:
        return 0.0
    return (max(stamps) - min(stamps)) / _DAY
