"""Further rounds: of which figures, how many, and what is said of them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from proof.made import RAN, builds, measured

from lightship.bench.further_rounds import further_rounds

MOST = 10
LONG = 3600.0


def usual(_side, _number):
    return RAN


def much_less(side, _number):
    return (41.0, 1.7)[side]


class Machine:
    """Two versions, whose builds and runs take what a function says for each side and round."""

    def __init__(self, times, runs=usual):
        self.times = times
        self.runs = runs
        self.builds = {side: [] for side in (0, 1)}
        self.ran = {side: [] for side in (0, 1)}
        self.asked = []
        self.said = []
        for scenario in times:
            self._build(scenario)
        self._run()

    def _build(self, scenario):
        for side, own in self.builds.items():
            number = sum(made.scenario == scenario for made in own)
            seconds = self.times[scenario](side, number)
            own.extend(builds(**{scenario: (seconds,)}))

    def _run(self):
        for side, own in self.ran.items():
            own.append(self.runs(side, len(own)))

    def taken(self):
        return tuple(
            replace(measured(*self.ran[side]), builds=tuple(self.builds[side]))
            for side in (0, 1)
        )

    def again(self, what):
        self.asked.append(what)
        self._run() if what == "run" else self._build(what)
        return True

    def told(self, seconds=LONG, fits=lambda _: True):
        hooks = (self.taken, self.again, fits, self.said.append)
        return further_rounds(MOST, seconds, *hooks)


def alike(_side, _number):
    return 10.0


def a_third_more(side, number):
    return (10.0, 13.0)[side] + number / 100


def a_ninth_more(side, number):
    return (10.0, 10.9)[side] + number / 10


def overlapping(side, number):
    """The other one is slower in each second round."""
    return 10.0 + 5 * ((side + number) % 2)


@pytest.mark.parametrize("times", [alike, much_less])
def test_what_is_plain_after_one_round_is_not_measured_again(times):
    machine = Machine({"cold": times, "edit": times})
    assert machine.told() == ()
    assert machine.asked == []


def test_what_is_near_its_noise_is_measured_again_alone_until_it_is_plain():
    machine = Machine({"cold": alike, "edit": a_third_more})
    (said,) = machine.told()
    rounds = 1 + len(machine.asked)
    assert {*machine.asked} == {"edit"}
    assert said == (
        f"rebuild after a code edit: {rounds} rounds, since it was near its noise; "
        "then the difference was plain"
    )
    assert rounds < MOST


def test_no_more_than_the_limit():
    """It is always a ninth more: less than rounds of that number can tell of a busy machine."""
    machine = Machine({"cold": a_ninth_more})
    (said,) = machine.told()
    assert len(machine.asked) <= MOST - 1
    assert "no difference was seen" in said or "noise" in said


def test_what_overlaps_is_noise():
    machine = Machine({"cold": overlapping})
    (said,) = machine.told()
    assert len(machine.asked) < MOST - 1
    assert said.endswith("then it was no more than noise")


def test_no_further_round_where_the_time_is_up():
    machine = Machine({"cold": a_third_more})
    (said,) = machine.told(seconds=0.0)
    assert machine.asked == []
    assert "there was no time for more" in said


def test_a_start_is_run_again_and_nothing_is_built_for_it():
    def ran(side, number):
        return replace(RAN, start=(0.5, 0.8)[side] + number / 1000)

    machine = Machine({"cold": alike}, ran)
    (said,) = machine.told()
    assert {*machine.asked} == {"run"}
    assert said.startswith("start to the first answer: ")


def test_a_build_that_fails_ends_it():
    machine = Machine({"cold": a_third_more})
    asked = []

    def again(what):
        asked.append(what)
        return False

    machine.again = again
    machine.told()
    assert asked == ["cold"]


def test_how_long_they_may_take_is_said_before_the_first():
    machine = Machine({"cold": alike, "edit": a_third_more})
    machine.told(seconds=90.0)
    assert machine.said == [
        "near their noise: rebuild after a code edit; further rounds for at most 90 s more"
    ]
    plain = Machine({"cold": alike})
    plain.told()
    assert plain.said == []


def test_builds_beyond_the_limit_of_a_proof_are_not_made_and_runs_are():
    def ran(side, number):
        return replace(RAN, start=(0.5, 0.8)[side] + number / 1000)

    machine = Machine({"cold": a_third_more}, ran)
    said = machine.told(fits=lambda what: what == "run")
    assert {*machine.asked} == {"run"}
    assert "there was no time for more" in said[0]
    assert ": 1 round, though it was near its noise" in said[0]


@pytest.mark.parametrize("spread", [0.03, 0.15])
def test_of_versions_that_are_alike_none_is_called_different(spread):
    """Four timed figures at once, in a hundred proofs."""
    draw = random.Random(26)

    def times(_side, _number):
        return 10.0 * draw.lognormvariate(0, spread)

    called = 0
    for _ in range(100):
        machine = Machine(
            dict.fromkeys(("cold", "nothing", "edit", "dependency"), times)
        )
        said = machine.told()
        called += any("plain" in each for each in said)
    assert called <= 1
