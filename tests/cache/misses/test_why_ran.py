"""Why the steps of recorded builds ran: real records of a real BuildKit, each on a fresh builder."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from cache.change import Change, Given
from cache.records.dockerbuilds import CHANGES, FILES, recorded
from cache.sides import sides

from lightship.cache.explain.explain_rebuild import explain
from lightship.cache.misses.explained_run import Happened, WhyRan
from lightship.cache.misses.why_ran import explain_run
from lightship.cache.plan.make_plan import make_plan
from lightship.cache.records.read_records import read_records
from lightship.cache.times.recorded_step import RecordedStep

LINES = (3, 4, 5, 6, 7, 12, 13, 14, 15)


def files(commits):
    """The files after some of the commits."""
    found = dict(FILES)
    for change in CHANGES[:commits]:
        found |= change
    return found


def given(commits, args):
    found = files(commits)
    dockerfile = found.pop("Dockerfile")
    modes = {"tools/run.sh": 0o755} if commits >= 2 else {}
    return Given(found, dockerfile, modes, args)


def read(name):
    (found,) = read_records(recorded(name), name)
    return found


def ran(name, commits=0, previous=None, args=None, **attributes):
    """The run of a record that is of the files after some commits, on the cache of the first."""
    record = read(name)
    record = replace(record, attributes={**record.attributes, **attributes})
    change = Change("a", "", given(0, {}), given(commits, args or {}))
    before, after = sides(change)
    bases = read(previous).bases if previous else None
    return explain_run(explain(before, after), make_plan(after.build), record, bases)


def whys(run):
    return [
        (step.predicted.line, step.happened.value, step.why.value) for step in run.steps
    ]


def expected(*rows):
    return [(line, *row.split()) for line, row in zip(LINES, rows, strict=True)]


HIT, CHANGE, BEFORE = "hit none", "ran change", "ran before"
NAMES = (
    "what changed",
    "a log of ci says the same",
    "a cache of mode=min keeps no results of another stage",
    "a base image that moved",
    "the same without the record before",
    "a cache that is not there",
    "no cache at all",
    "no cache was asked for",
    "no cache was asked for one stage",
)


@cache
def builds():
    return {
        "what changed": (
            ran("requirements.dockerbuild", 1, args={"VERSION": "077d50f"}),
            expected(HIT, *[CHANGE] * 4, HIT, *[CHANGE] * 3),
        ),
        "a log of ci says the same": (
            ran("requirements.log", 1, args={"VERSION": "077d50f"}),
            expected(HIT, *[CHANGE] * 4, HIT, *[CHANGE] * 3),
        ),
        "a cache of mode=min keeps no results of another stage": (
            ran("min.rawjson", 3),
            expected("ran needed", *[CHANGE] * 4, HIT, *[CHANGE] * 3),
        ),
        "a base image that moved": (
            ran("base-moved.dockerbuild", previous="first.dockerbuild"),
            expected("ran base", *[BEFORE] * 4, "ran base", *[BEFORE] * 3),
        ),
        "the same without the record before": (
            ran("base-moved.dockerbuild"),
            expected("ran gone", *[BEFORE] * 4, "ran gone", *[BEFORE] * 3),
        ),
        "a cache that is not there": (
            ran("no-such-cache.dockerbuild"),
            expected("ran import", *[BEFORE] * 4, "ran import", *[BEFORE] * 3),
        ),
        "no cache at all": (
            ran("first.dockerbuild"),
            expected("ran empty", *[BEFORE] * 4, "ran empty", *[BEFORE] * 3),
        ),
        "no cache was asked for": (
            ran("no-cache.dockerbuild"),
            expected(HIT, *["ran asked"] * 4, HIT, *["ran asked"] * 3),
        ),
        "no cache was asked for one stage": (
            ran("no-such-cache.dockerbuild", **{"no-cache": "build,other"}),
            expected(*["ran asked"] * 5, "ran import", *[BEFORE] * 3),
        ),
    }


@pytest.mark.parametrize("name", NAMES)
def test_each_step_has_its_reason(name):
    run, rows = builds()[name]
    assert whys(run) == rows


def test_what_is_said_names_the_file_the_mode_the_argument_and_the_base():
    run, _rows = builds()["what changed"]
    texts = {step.predicted.line: step.reason.text for step in run.steps}
    assert texts[4] == "`requirements.txt` changed: 1 line"
    assert "VERSION has a different value" in texts[15]
    run, _rows = builds()["a cache of mode=min keeps no results of another stage"]
    texts = {step.predicted.line: step.reason.text for step in run.steps}
    assert "`tools/run.sh` changed, and its mode 644 -> 755" in texts[6]
    assert "line 4, which needs it, had to run" in texts[3]
    run, _rows = builds()["a base image that moved"]
    assert run.steps[0].reason.text.startswith(
        "the base image 127.0.0.1:5977/base:1 moved: sha256:"
    )
    run, _rows = builds()["the same without the record before"]
    assert run.steps[5].reason.text.endswith("; or 127.0.0.1:5977/base:1 moved")
    assert (
        "mode=min and inline caches keep no results of stage build"
        in run.steps[0].reason.text
    )
    run, _rows = builds()["a cache of mode=min keeps no results of another stage"]
    assert "moved" not in run.steps[0].reason.text, "a hit stands on the same image"


def test_seconds_are_those_of_the_longest_way_through_what_ran():
    run, _rows = builds()["what changed"]
    of_line = {step.predicted.line: step.seconds for step in run.steps}
    assert of_line[3] is None
    chain = sum(of_line[line] for line in (4, 5, 6, 7, 13, 14, 15))
    assert run.seconds == pytest.approx(chain)
    assert (run.unexplained, run.unexplained_seconds) == ((), 0.0)
    run, _rows = builds()["a base image that moved"]
    assert run.unexplained_seconds == run.seconds


def test_a_step_that_failed_says_so_and_what_comes_after_it_was_not_reached():
    record = read("requirements.dockerbuild")
    failed = replace(
        record,
        steps=(
            RecordedStep("[build 2/6] WORKDIR /src", cached=True),
            RecordedStep("[build 3/6] COPY requirements.txt .", error="no space left"),
        ),
    )
    before, after = sides(Change("a", "", given(0, {}), given(1, {})))
    run = explain_run(explain(before, after), make_plan(after.build), failed)
    assert [step.happened for step in run.steps[:3]] == [
        Happened.HIT,
        Happened.FAILED,
        Happened.UNUSED,
    ]
    assert run.steps[1].reason.text == "it failed: no space left"
    assert len(run.ran) == 1


def test_a_hit_that_was_not_predicted_is_told():
    record = read("requirements.dockerbuild")
    hits = tuple(replace(step, cached=True, seconds=None) for step in record.steps)
    before, after = sides(Change("a", "", given(0, {}), given(1, {})))
    run = explain_run(
        explain(before, after), make_plan(after.build), replace(record, steps=hits)
    )
    assert {step.happened for step in run.steps} == {Happened.HIT}
    assert {step.why for step in run.steps} == {WhyRan.NONE}
    assert "another build had made it before" in run.steps[1].reason.text
