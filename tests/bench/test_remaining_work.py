"""How far a proof has come, and what is said of the time that is left."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.bench.expected_times import READING, RUN, ExpectedTimes
from lightship.bench.redone_steps import redone_steps
from lightship.bench.remaining_work import PlannedWork, RemainingWork
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.dockerfile.parse import parse
from lightship.proof.measured import StepTime
from lightship.wording.durations import duration

TEXT = """\
FROM base
RUN apt-get install x
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
"""
STEPS = (
    StepTime("[internal] load build context", 0.5),
    StepTime("[1/5] FROM base", 0.0),
    StepTime("[2/5] RUN apt-get install x", 20.0),
    StepTime("[3/5] COPY requirements.txt .", 0.5),
    StepTime("[4/5] RUN pip install -r requirements.txt", 30.0),
    StepTime("[5/5] COPY . .", 1.5),
    StepTime("exporting to image", 5.2),
)
REST = 60.0 - 52.0 - 5.2  # of 60 s that are neither instructions nor the image
EDITS = {"edit": "app.py", "dependency": "requirements.txt"}
KINDS = ("cold", "nothing", "edit", "dependency", RUN, READING)
SIDES = ("before", "after")
KEYS = [f"{side} {kind} 0" for side in SIDES for kind in KINDS]


def side(text: str = TEXT) -> Side:
    tree = FileTree.of({"app.py": "", "requirements.txt": "", "Dockerfile": text})
    return Side(Build(parse(text), path="Dockerfile"), tree)


def progress_of(*versions: str, is_bounded=False, **texts: str) -> RemainingWork:
    progress, times = RemainingWork(), ExpectedTimes(settle=3.0)
    for version in versions or SIDES:
        redone = redone_steps(side(texts.get(version, TEXT)), EDITS)
        times.know(version, redone)
    planned = {key: PlannedWork(*key.split()[:2]) for key in KEYS}
    progress.plan(planned, times, is_bounded=is_bounded)
    return progress


def begun(progress, key, seconds, steps=()):
    before = progress.begin(key)
    version, kind, _ = key.split()
    return before, progress.end(version, kind, seconds, steps)


def test_each_measurement_is_counted_to_the_last():
    progress = progress_of()
    said = [begun(progress, key, 1.0)[0] for key in KEYS]
    assert said[0] == "1 of 12: "
    assert [re.split("[,:]", each)[0] for each in said] == [
        f"{number} of 12" for number in range(1, 13)
    ]
    assert progress.left() == 0


def test_what_is_announced_is_what_is_planned():
    progress = progress_of()
    assert (
        progress.announcement() == "8 builds, 2 of them with an empty cache, and 2 runs"
    )
    for side_of in SIDES:
        progress.skip(f"{side_of} run 0")
    assert progress.announcement(10) == (
        "8 builds, 2 of them with an empty cache; up to 10 rounds of what is near its noise"
    )


def test_further_rounds_raise_the_number():
    progress = progress_of()
    for key in KEYS[:5]:
        begun(progress, key, 1.0)
    assert progress.begin("before edit 1") == "6 of 13: "
    assert "after edit 0" in progress.planned


def test_what_is_known_already_is_not_counted():
    progress = progress_of()
    progress.skip("before cold 0")
    progress.skip("before cold 0")
    assert progress.begin("before edit 0") == "1 of 11: "


def test_after_the_first_build_the_rest_is_told_from_its_steps():
    """A dependency edit does three steps of 32 s again, a code edit the last one."""
    progress = progress_of()
    _, told = begun(progress, "before cold 0", 60.0, STEPS)
    dependency = REST + 32.0 + 5.2 * 32 / 52
    edit = REST + 1.5 + 5.2 * 1.5 / 52
    others = REST + edit + dependency + (2.0 + 3.0) + 2.0
    assert progress.left() == pytest.approx(60.0 + 2 * others)
    builds = 60.0 + 60.0 + 2 * (REST + edit + dependency)
    assert told == f"about {duration(builds)} of builds, then come 2 runs"


def test_a_version_with_another_order_is_expected_to_do_other_steps_again():
    later = "FROM base\nRUN apt-get install x\nCOPY . .\nRUN pip install -r requirements.txt\n"
    progress = progress_of(after=later)
    begun(progress, "before cold 0", 60.0, STEPS)
    times = progress.times
    assert times.of("before", "edit") < 6
    assert times.of("after", "edit") > 30
    # It took twice as long as its steps had told: so will the other one
    told = times.of("after", "edit")
    begun(progress, "before edit 0", 2 * times.of("before", "edit"))
    assert times.of("after", "edit") == pytest.approx(2 * told)


def test_what_was_told_is_told_again_once_it_is_wrong():
    progress = progress_of()
    begun(progress, "before cold 0", 60.0, STEPS)
    assert begun(progress, "before nothing 0", 2.0)[1] == ""
    slow = begun(progress, "before edit 0", 90.0)[1]
    assert re.fullmatch("now about .* of builds, then come 2 runs", slow)
    assert begun(progress, "before dependency 0", 50.0)[1] == ""


def test_all_is_told_once_a_run_has_shown_how_long_one_takes():
    """Whether a program has to be killed, after ten seconds, no build tells."""
    progress = progress_of()
    for key in KEYS:
        if RUN not in key:
            told = begun(progress, key, 1.0)[1]
            assert "in all" not in told
    assert begun(progress, "before run 0", 13.0)[1] == "about 36 s in all"
    assert begun(progress, "after run 0", 13.0)[1] == ""


@given(st.lists(st.floats(0.1, 500), min_size=1, max_size=9))
def test_what_was_measured_is_what_is_expected(seconds):
    progress = progress_of()
    for each in seconds:
        begun(progress, "before cold 0", each)
    progress.planned = {"after cold 0": PlannedWork("after", "cold")}
    assert progress.left() == pytest.approx(sum(seconds) / len(seconds))


def test_where_no_step_tells_a_rebuild_may_take_as_long_as_the_build():
    """As with podman."""
    progress = progress_of()
    begun(progress, "before cold 0", 60.0)
    times = progress.times
    assert [times.of("before", kind) for kind in ("edit", "nothing")] == [60.0, 1.0]


def test_all_builds_have_a_limit_where_no_number_of_rounds_is_given():
    progress = progress_of(is_bounded=True)
    begun(progress, "before cold 0", 60.0, STEPS)
    room = progress.room_beside()
    assert 8 * 60.0 > room + 60.0 + progress.left() - 15 > 8 * 60.0 - 10
    assert progress.has_room("after")
    for number in range(7):
        begun(progress, f"before edit {number}", 60.0)
    assert progress.allowance == 0.0
    assert not progress.has_room("after")
    assert progress.room_beside() == 0.0


def test_a_version_that_was_dropped_has_no_room_later():
    progress = progress_of(is_bounded=True)
    progress.drop("after")
    assert not progress.has_room("after")
    assert {key.split()[0] for key in progress.planned} == {"before"}


def test_with_a_number_of_rounds_there_is_no_limit():
    progress = progress_of()
    for number in range(20):
        begun(progress, f"before cold {number}", 60.0)
    assert progress.has_room("after")


def test_where_nothing_was_planned_nothing_is_counted():
    assert RemainingWork().begin("before run 0") == ""
