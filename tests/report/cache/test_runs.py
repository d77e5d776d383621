"""Recorded builds as text, Markdown and JSON: what reaches a terminal or a comment, and how much."""

from __future__ import annotations

import json

import pytest
from caches import HOSTILE
from schemas import validator

from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Reason, StepResult
from lightship.cache.misses.explained_run import (
    ExplainedRun,
    Happened,
    RunStep,
    WhyRan,
)
from lightship.cache.records.build_record import BuildRecord, RecordForm
from lightship.cache.records.record_trend import RecordTrend, StepTrend, TrendPoint
from lightship.cache.times.recorded_step import RecordedStep
from lightship.report.cache.run_formats import FORMATS, run_writer, trend_writer
from lightship.report.kit.markdown import COMMENT
from lightship.report.kit.view import View


def run_step(
    line, happened=Happened.RAN, why=WhyRan.CHANGE, words="because", seconds=1.0, **more
):
    predicted = StepResult(
        "stage-0",
        line,
        f"RUN {words}",
        why is not WhyRan.CHANGE,
        Reason(Cause.FILES, words),
    )
    return RunStep(
        predicted, happened, why, Reason(Cause.FILES, words, (words,)), seconds, **more
    )


def run_of(*steps, words="x"):
    record = BuildRecord(
        RecordForm.RAWJSON,
        (RecordedStep(f"importing cache manifest from {words}", error=words),),
        reference=words,
    )
    return ExplainedRun(record, steps, 3.0, 2.0, (words,), words, "0123", "4567")


def shown(form, run, width=100):
    return "".join(run_writer(form)(run, View(width=width)))


def trend_of(words="RUN make", count=3):
    points = tuple(
        TrendPoint(words, 4, 2, 1.5, 3.0, 1.7e9 + at, "") for at in range(count)
    )
    steps = (StepTrend(words, words, count, count, (1.0,) * count),)
    return RecordTrend(points, steps)


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("form", FORMATS)
def test_nothing_of_a_record_reaches_a_terminal_as_it_is(form, words):
    texts = (
        shown(form, run_of(run_step(1, words=words), words=words)),
        "".join(trend_writer(form)(trend_of(words), View())),
    )
    for text in texts:
        assert "\x1b" not in text
        assert "\x07" not in text
        text.encode()
    if form == "json":
        validator("cache", "run").validate(json.loads(texts[0]))
        validator("cache", "record_trend").validate(json.loads(texts[1]))


@pytest.mark.parametrize("name", ["run", "record_trend"])
def test_every_key_of_a_schema_is_described(name):
    waiting = [validator("cache", name).schema]
    count = 0
    while waiting:
        schema = waiting.pop()
        if isinstance(schema, list):
            waiting += schema
        elif isinstance(schema, dict):
            for key, about in schema.get("properties", {}).items():
                assert about.get("description"), key
                count += 1
            waiting += schema.values()
    assert count > 10


@pytest.mark.parametrize("count", [0, 1, 12, 3000])
def test_a_comment_has_ten_steps_and_keeps_within_its_limit(count):
    text = shown(
        "markdown", run_of(*(run_step(at, words="y" * 200) for at in range(count)))
    )
    assert len(text) <= COMMENT
    assert text.count("<details>") == text.count("</details>")
    before, _, _rest = text.partition("<details>")
    assert before.count("| 🔨 ran |") == min(count, 10)


def test_what_the_change_does_not_explain_comes_first_in_a_comment():
    steps = [run_step(at, seconds=9.0) for at in range(1, 12)]
    steps.append(run_step(12, why=WhyRan.GONE, seconds=0.1))
    before, _, _rest = shown("markdown", run_of(*steps)).partition("<details>")
    assert "| ❓ ran | 12 |" in before


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (WhyRan.EMPTY, "give the build a cache"),
        (WhyRan.IMPORT, "check that the ref or scope"),
        (WhyRan.NEEDED, "`mode=max`"),
        (WhyRan.BASE, "by digest"),
        (WhyRan.GONE, "evicted"),
        (WhyRan.ASKED, None),
        (WhyRan.BEFORE, None),
    ],
)
def test_what_to_do_follows_the_reason(why, said):
    found = json.loads(shown("json", run_of(run_step(1, why=why))))
    assert bool(found["to_do"]) == (said is not None)
    assert said is None or said in found["to_do"][0]


def test_the_verdict_counts_what_the_change_explains():
    changed, gone = run_step(1), run_step(2, why=WhyRan.GONE)
    hit = run_step(3, Happened.HIT, WhyRan.NONE, seconds=None)
    verdicts = {
        (
            changed,
            gone,
            hit,
        ): "2 of 3 steps ran, 3.0 s: 1 for what changed, 1 (2.0 s) that the change does not explain",
        (changed, hit): "1 of 2 steps ran, 3.0 s: all of them for what changed",
        (gone, hit): "1 of 2 steps ran, 3.0 s: the change explains none of them",
        (hit,): "No step ran: all were hits",
    }
    for steps, verdict in verdicts.items():
        assert json.loads(shown("json", run_of(*steps)))["verdict"] == verdict
        assert shown("text", run_of(*steps)).splitlines()[-1] == verdict


def test_the_layers_of_a_hit_are_not_for_nothing():
    hit = run_step(3, Happened.HIT, WhyRan.NONE, seconds=None, pulled=12.0)
    assert "a hit, whose layers took 12 s to pull and unpack" in shown(
        "text", run_of(hit)
    )
    hit = run_step(3, Happened.HIT, WhyRan.NONE, seconds=None, pulled=0.1)
    assert "pull" not in shown("text", run_of(hit))


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_row_of_a_trend_or_a_run_is_wider_than_the_terminal(width):
    text = shown("text", run_of(run_step(1, words="z " * 300)), width)
    assert max(map(len, text.splitlines()[:-2])) <= width
