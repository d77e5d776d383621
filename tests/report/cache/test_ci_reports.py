"""The reports of a history in CI."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from caches import HOSTILE
from ci_replays import hostile_replay_in_ci, replay_in_ci
from schemas import validator

from lightship.cache.remote.ci_results import SettingResult
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
    replay = hostile_replay_in_ci(text)
    for form in ("text", "json"):
        out = shown(form, replay)
        assert all(char.isprintable() or char == "\n" for char in out)


def test_a_format_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="use text, json or html"):
        ci_writer("markdown")
