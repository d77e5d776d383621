"""Several recorded builds: their order, and each step over all of them."""

from __future__ import annotations

from cache.records.dockerbuilds import recorded

from lightship.cache.records.build_record import BuildRecord, RecordForm
from lightship.cache.records.read_records import read_records
from lightship.cache.records.record_trend import record_trend
from lightship.cache.times.recorded_step import RecordedStep


def build(started, *steps):
    made = tuple(
        RecordedStep(name, ("sha256:x",), cached=seconds is None, seconds=seconds)
        for name, seconds in steps
    )
    return BuildRecord(RecordForm.RAWJSON, made, started=started)


def rows(*builds):
    trend = record_trend([(f"{at}", each) for at, each in enumerate(builds)])
    return [(step.instruction, step.seconds) for step in trend.steps]


def test_builds_are_in_the_order_of_their_times():
    late, early = build(20.0, ("[1/1] RUN a", 2.0)), build(10.0, ("[1/1] RUN a", 1.0))
    trend = record_trend([("late", late), ("early", early)])
    assert [point.name for point in trend.points] == ["early", "late"]
    (step,) = trend.steps
    assert (step.seconds, step.first, step.last, step.median) == (
        (1.0, 2.0),
        1.0,
        2.0,
        1.5,
    )


def test_builds_without_a_time_stay_as_they_are_named():
    late, unknown = build(20.0, ("[1/1] RUN a", 2.0)), build(None, ("[1/1] RUN a", 1.0))
    trend = record_trend([("late", late), ("unknown", unknown)])
    assert [point.name for point in trend.points] == ["late", "unknown"]


def test_a_hit_has_no_time_and_counts_as_one():
    trend = record_trend(
        [
            ("1", build(1.0, ("[1/2] RUN a", 3.0), ("[2/2] RUN b", 1.0))),
            ("2", build(2.0, ("[1/2] RUN a", None), ("[2/2] RUN b", 2.0))),
        ]
    )
    assert [(step.ran, step.builds, step.seconds) for step in trend.steps] == [
        (1, 2, (3.0, None)),
        (2, 2, (1.0, 2.0)),
    ]
    assert [(point.hits, point.steps, point.ran_seconds) for point in trend.points] == [
        (0, 2, 4.0),
        (1, 2, 2.0),
    ]


def test_a_step_that_was_edited_keeps_its_row():
    assert rows(
        build(1.0, ("[a 2/3] RUN make V=1", 3.0)),
        build(2.0, ("[a 2/3] RUN make V=2", 4.0)),
    ) == [("RUN make V=2", (3.0, 4.0))]


def test_a_step_that_moved_keeps_its_row_and_a_new_one_has_its_own():
    first = build(1.0, ("[a 2/2] RUN make", 3.0))
    second = build(2.0, ("[a 2/3] RUN apt", 1.0), ("[a 3/3] RUN make", 4.0))
    assert rows(first, second) == [("RUN apt", (None, 1.0)), ("RUN make", (3.0, 4.0))]


def test_steps_of_buildkit_itself_are_none_of_the_dockerfile():
    found = build(
        1.0,
        ("[internal] load build context", 1.0),
        ("exporting to image", 9.0),
        ("[1/2] FROM a@sha256:00", 2.0),
        ("[2/2] RUN a", 1.0),
    )
    assert rows(found) == [("RUN a", (1.0,))]


def test_recorded_builds_have_nine_steps_each():
    names = ("first", "requirements", "code", "no-cache")
    named = [
        (name, read_records(recorded(f"{name}.dockerbuild"), name)[0]) for name in names
    ]
    trend = record_trend(named[::-1])
    assert [point.name for point in trend.points] == [
        "first",
        "requirements",
        "no-cache",
        "code",
    ]
    assert [point.steps for point in trend.points] == [9] * 4
    assert [step.stage for step in trend.steps] == ["build"] * 5 + ["stage-1"] * 4
