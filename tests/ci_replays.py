"""Histories in CI, for the tests of their reports."""

from __future__ import annotations

from dataclasses import replace

from lightship.cache.remote.ci_results import (
    CiReplay,
    CiStepName,
    KindResult,
    MissReason,
    SettingResult,
    StepShare,
)
from lightship.cache.remote.replayed_run import EventKind
from lightship.cache.times.build_time import Times


def _kind(name, runs, hits, seconds, reason):
    shares = tuple(
        StepShare(hits, hits, (MissReason(reason, runs - hits),) if reason else ())
        for _step in range(2)
    )
    rebuilt = 2 * (runs - hits)
    return KindResult(
        name, runs, shares, rebuilt, seconds, hits, None, 0, runs - hits, 0
    )


def replay_in_ci() -> CiReplay:
    """Fifty runs without a cache, and with one of GitHub."""
    none = "no cache is read"
    written = SettingResult(
        "as written",
        (),
        0,
        (
            _kind(EventKind.PUSH, 40, 0, 2400.0, none),
            _kind(EventKind.FIRST, 10, 0, 600.0, none),
        ),
        0,
    )
    gha = SettingResult(
        "gha, mode=max",
        ("type=gha", "type=gha,mode=max"),
        1,
        (
            _kind(EventKind.PUSH, 40, 30, 600.0, "files that it copies have changed"),
            _kind(EventKind.FIRST, 10, 8, 150.0, "files that it copies have changed"),
        ),
        5,
    )
    gha = replace(
        gha, kinds=(replace(gha.kinds[0], rebuilt=20), replace(gha.kinds[1], rebuilt=5))
    )
    steps = (
        CiStepName("stage-0", 2, "COPY . .", 0.0),
        CiStepName("stage-0", 3, "RUN pip install .", 60.0),
    )
    return CiReplay(
        "Dockerfile",
        ".github/workflows/ci.yml:12",
        steps,
        written,
        (gha,),
        0,
        42.0,
        40,
        60.0,
        Times({3: 60.0}, "build.json"),
        ("what was assumed",),
    )


def hostile_replay_in_ci(text: str) -> CiReplay:
    """The same, where a repository says `text` wherever it can say something."""
    replay = replay_in_ci()
    written = replace(replay.written, options=(text,), reads=1)
    step = replace(replay.steps[0], instruction=text, stage=text)
    return replace(
        replay,
        dockerfile=text,
        where=text,
        steps=(step, replay.steps[1]),
        written=written,
        others=(replace(replay.others[0], options=(text, text)),),
        notes=(text,),
    )
