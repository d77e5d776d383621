"""What the next trial of a search is expected to take."""

from __future__ import annotations

import pytest
from proof.made import measured

from lightship.proof.trial_times import TrialDepth, TrialTimes

FACTS, TIMES = TrialDepth.FACTS, TrialDepth.TIMES


def test_nothing_is_expected_before_anything_was_measured():
    assert TrialTimes().predicted(FACTS) == 0


def test_the_longest_of_the_last_three_tells_with_some_room():
    times = TrialTimes()
    for seconds in (90.0, 10.0, 20.0, 5.0):
        times.took(FACTS, seconds)
    assert times.predicted(FACTS) == pytest.approx(24.0)


def test_rebuilds_are_expected_to_take_what_a_build_takes_until_one_was_measured():
    times = TrialTimes()
    times.took(FACTS, 10.0)
    assert times.predicted(TIMES) == pytest.approx(12.0)
    times.took(TIMES, 50.0)
    assert times.predicted(TIMES) == pytest.approx(60.0)


def test_a_first_build_out_of_the_cache_tells_less_than_the_rebuild_of_its_dependencies():
    times = TrialTimes()
    version = measured(warm=(0.5,), dependency=(30.5,))
    times.of_baseline(version, FACTS, 10.0)
    times.of_baseline(version, TIMES, 40.0)
    assert times.predicted(FACTS) == pytest.approx(48.0)
    assert times.predicted(TIMES) == pytest.approx(48.0)
