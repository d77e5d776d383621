"""How far a proof has come, and what is said of the time that is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.bench.remaining_work import READING, RemainingWork, kinds_of
from lightship.proof.measure_plan import MeasurePlan, Running
from lightship.proof.measured import StepTime

ASKED = MeasurePlan(1, Running(port=80), "app.py", "requirements.txt")
STEPS = (
    StepTime("[internal] load build context", 0.1),
    StepTime("[1/5] FROM base", 0.0),
    StepTime("[2/5] RUN apt-get install x", 20.0),
    StepTime("[3/5] COPY requirements.txt .", 0.5),
    StepTime("[4/5] RUN pip install -r requirements.txt", 30.0),
    StepTime("[5/5] COPY . .", 0.5),
    StepTime("exporting to image", 1.0),
)


SIDES = ("before", "after")
KEYS = [f"{side} {kind} 0" for side in SIDES for kind in (*kinds_of(ASKED), READING)]


def begun(progress, key, seconds, steps=()):
    before = progress.begin(key)
    kind = key.split()[1]
    progress.end(kind, seconds, steps)
    return before


def test_each_measurement_is_counted_to_the_last():
    progress = RemainingWork()
    progress.plan(ASKED, SIDES)
    said = [begun(progress, key, 1.0) for key in KEYS]
    assert said[0] == "1 of 12: "
    assert [each.partition(",")[0].partition(":")[0] for each in said] == [
        f"{number} of 12" for number in range(1, 13)
    ]
    assert progress.left() == 0


def test_parts_of_the_change_are_planned_too():
    progress = RemainingWork()
    progress.plan(ASKED, SIDES, ("part1", "part2", "part3"))
    each = len(kinds_of(ASKED)) + 1
    assert len(progress.planned) == 2 * each + 3 * (
        each - 1
    )  # not built again unchanged


def test_further_rounds_raise_the_number():
    progress = RemainingWork()
    progress.plan(ASKED, SIDES)
    for key in KEYS[:5]:
        begun(progress, key, 1.0)
    assert progress.begin("before edit 1").startswith("6 of 13, ")
    assert "after edit 0" in progress.planned


def test_what_is_known_already_is_not_counted():
    progress = RemainingWork()
    progress.plan(ASKED, SIDES)
    progress.skip("before cold 0")
    progress.skip("before cold 0")
    assert progress.begin("before edit 0") == "1 of 11: "


def test_after_the_first_build_the_rest_is_told_from_its_steps():
    """52 s: a dependency edit does the last four steps again, a code edit the last two."""
    progress = RemainingWork()
    progress.plan(ASKED, SIDES)
    begun(progress, "before cold 0", 52.0, STEPS)
    others = 1.0 + (1.5 + 1.0) + (32.0 + 1.0) + (2.0 + ASKED.running.settle) + 2.0
    assert progress.left() == pytest.approx(52.0 + 2 * others)


@given(st.lists(st.floats(0.1, 500), min_size=1, max_size=9))
def test_what_was_measured_is_what_is_expected(seconds):
    progress = RemainingWork()
    progress.plan(ASKED, SIDES)
    for each in seconds:
        begun(progress, "before cold 0", each)
    progress.planned = {"after cold 0": "cold"}
    assert progress.left() == pytest.approx(sum(seconds) / len(seconds))


def test_where_nothing_was_planned_nothing_is_counted():
    assert RemainingWork().begin("before run 0") == ""


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        (ASKED, ["cold", "nothing", "edit", "dependency", "run"]),
        (MeasurePlan(1), ["cold", "nothing"]),
        (MeasurePlan(1, scenarios=("edit",), cold=False, edit="a"), ["warm", "edit"]),
    ],
)
def test_what_a_round_measures(asked, kinds):
    assert kinds_of(asked) == kinds
