"""Limits on a proof."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proof.made import measured, unbuilt

from lightship.proof.build_limits import judge_build, judge_verdict
from lightship.proof.measure_plan import MeasurePlan
from lightship.proof.measured import Measured
from lightship.proof.proof import Proof, Verdict, VerdictKind, Weighing, Weights

ORDER = (
    VerdictKind.BROKEN,
    VerdictKind.WORSE,
    VerdictKind.MIXED,
    VerdictKind.SAME,
    VerdictKind.BETTER,
)


def proof(
    before: Measured, after: Measured, kind: VerdictKind = VerdictKind.BETTER
) -> Proof:
    return Proof(
        "x",
        0,
        before,
        after,
        MeasurePlan(),
        (),
        (),
        Verdict(kind, ("a", "b", "c", "d")),
    )


def test_without_a_limit_there_is_no_outcome():
    assert judge_build(proof(measured(), measured()), None) is None
    assert judge_verdict(proof(measured(), measured()), None) is None


@pytest.mark.parametrize(
    ("before", "after", "most", "actual", "passed"),
    [
        ((10.0,), (12.0,), 0.2, "+20 %", True),
        ((10.0,), (12.1,), 0.2, "+21 %", False),
        ((10.0,), (5.0,), 0.0, "-50 %", True),
        ((10.0,), (10.0,), 0.0, "+0 %", True),
        ((1.0, 10.0, 90.0), (10.9,), 0.1, "+9 %", True),  # of medians
    ],
)
def test_the_cold_build_may_take_so_much_longer(before, after, most, actual, passed):
    found = judge_build(proof(measured(cold=before), measured(cold=after)), most)
    assert (found.figure, found.passed) == (actual, passed)
    assert found.detail[0].startswith("cold build ")


@pytest.mark.parametrize(
    "sides",
    [(unbuilt(), measured()), (measured(), unbuilt()), (measured(edit=(1.0,)),) * 2],
)
def test_what_was_not_measured_keeps_no_limit(sides):
    found = judge_build(proof(*sides), 9.0)
    assert (found.figure, found.passed) == ("not measured", False)


@given(st.floats(0.1, 1e4), st.floats(0.1, 1e4), st.floats(0, 10), st.floats(0, 10))
def test_a_wider_limit_is_kept_as_well(before, after, most, more):
    one = proof(measured(cold=(before,)), measured(cold=(after,)))
    assert judge_build(one, most).passed <= judge_build(one, most + more).passed
    assert judge_build(one, after / before).passed


@pytest.mark.parametrize(
    ("least", "worst"),
    [
        ("better", VerdictKind.BETTER),
        ("not-worse", VerdictKind.SAME),
        ("not-broken", VerdictKind.WORSE),
    ],
)
@pytest.mark.parametrize("kind", ORDER)
def test_the_verdict_must_be_as_good(least, worst, kind):
    found = judge_verdict(proof(measured(), measured(), kind), least)
    assert found.passed == (ORDER.index(kind) >= ORDER.index(worst))
    assert (found.limit, found.figure, found.detail) == (
        least,
        str(kind),
        ("a", "b", "c"),
    )


@pytest.mark.parametrize(
    ("pays", "word"), [(True, "worth it"), (False, "not worth it")]
)
def test_a_mixed_change_may_be_worth_it(pays, word):
    mixed = proof(measured(), measured(), VerdictKind.MIXED)
    weighed = replace(mixed, weighing=Weighing(pays, -1.0, (), Weights()))
    found = judge_verdict(weighed, "worth-it")
    assert (found.passed, found.figure) == (pays, f"mixed, and {word}")
    # What is not worse must not be worse in anything
    assert not judge_verdict(weighed, "not-worse").passed


@pytest.mark.parametrize(
    "kind", sorted({*ORDER} - {VerdictKind.BETTER, VerdictKind.MIXED})
)
def test_what_is_better_in_nothing_is_not_worth_it(kind):
    assert not judge_verdict(proof(measured(), measured(), kind), "worth-it").passed
