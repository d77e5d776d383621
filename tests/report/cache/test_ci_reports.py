"""The reports of a history in CI."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from caches import HOSTILE
from schemas import validator

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
from lightship.errors import UsageError
from lightship.report.cache.formats import ci_writer
from lightship.report.kit.view import View

EXPECTED = """\
Dockerfile, as CI builds it (.github/workflows/ci.yml:12)
history   40 commits, 6 weeks: 50 runs
cache     none
time      60 s a run, 50 min in all; a run without any cache takes 60 s
          measured: build.json

EVENT                             runs  rebuilt a run    time a run      no cache
push to default branch              40      2.0 of 2          60 s         100 %
pull request, first run             10      2.0 of 2          60 s         100 %

  LINE    push  PR 1st  HIT IN SO MANY RUNS
     2     0 %     0 %  COPY . .
        no cache is read (50 runs)
     3     0 %     0 %  RUN pip install .

OTHER SETTINGS                          rebuilt a run    time a run          hits
  as written                                     2.0          60 s           0 %
* gha, mode=max                                  0.5          15 s          75 %

ADVICE  gha, mode=max: 45 s less a run, 38 min (75 %) over this history
  cache-from:   type=gha
  cache-to:     type=gha,mode=max

note  what was assumed

"""


def kind(name, runs, hits, seconds, reason):
    shares = tuple(
        StepShare(hits, hits, (MissReason(reason, runs - hits),) if reason else ())
        for _step in range(2)
    )
    rebuilt = 2 * (runs - hits)
    return KindResult(
        name, runs, shares, rebuilt, seconds, hits, None, 0, runs - hits, 0
    )


def replay_in_ci():
    none = "no cache is read"
    written = SettingResult(
        "as written",
        (),
        0,
        (
            kind(EventKind.PUSH, 40, 0, 2400.0, none),
            kind(EventKind.FIRST, 10, 0, 600.0, none),
        ),
        0,
    )
    gha = SettingResult(
        "gha, mode=max",
        ("type=gha", "type=gha,mode=max"),
        1,
        (
            kind(EventKind.PUSH, 40, 30, 600.0, "files that it copies have changed"),
            kind(EventKind.FIRST, 10, 8, 150.0, "files that it copies have changed"),
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


def shown(form, replay, width=80):
    write = ci_writer(form)
    return "".join(write(replay, View(width=width)))


def test_one_screen_of_text():
    assert shown("text", replay_in_ci()) == EXPECTED


def test_json_keeps_its_schema():
    found = json.loads(shown("json", replay_in_ci()))
    validator("cache", "ci_replay").validate(found)
    assert found["best"] == "gha, mode=max"
    assert found["written"]["events"][0]["steps"][0]["hits"] == 0
    assert found["others"][0]["cache_to"] == ["type=gha,mode=max"]


def test_without_runs_nothing_is_advised():
    replay = replay_in_ci()
    empty = SettingResult("as written", (), 0, (), 0)
    replay = replace(replay, written=empty, others=(empty,), best=None)
    assert "no run of this history" in shown("text", replay)
    validator("cache", "ci_replay").validate(json.loads(shown("json", replay)))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_repository_says_does_not_reach_the_terminal(text):
    replay = replay_in_ci()
    written = replace(replay.written, options=(text,), reads=1)
    step = replace(replay.steps[0], instruction=text, stage=text)
    replay = replace(
        replay,
        dockerfile=text,
        where=text,
        steps=(step, replay.steps[1]),
        written=written,
        others=(replace(replay.others[0], options=(text, text)),),
        notes=(text,),
    )
    for form in ("text", "json"):
        out = shown(form, replay)
        assert all(char.isprintable() or char == "\n" for char in out)


def test_a_format_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="use text or json"):
        ci_writer("html")
