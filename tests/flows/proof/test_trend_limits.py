"""Limits of a trend: the latest against a number, or against what is usual."""

from __future__ import annotations

from dataclasses import replace

import pytest
from proofs import after, history, proof, unbuilt

from lightship.errors import UsageError
from lightship.flows.proof.trend_limits import judge_trend, read_limit


def sized(*contents):
    """Proofs, the oldest first, with images of so many megabytes."""
    made = []
    for at, content in enumerate(contents):
        side = after()
        shape = replace(side.shape, content=content * 1_000_000)
        made.append(proof(after=replace(side, shape=shape), created=1_700_000_000 + at))
    return made


def judged(proofs, text):
    (outcome,) = judge_trend(proofs, (read_limit(text),))
    return outcome


@pytest.mark.parametrize(
    ("limit", "passed"),
    [
        ("size=200MB", True),
        ("size=199MB", False),
        ("content=1GB", True),
        ("size=100%", True),
        ("size=+99%", False),
        ("cold=41.3s", True),
        ("cold=41", False),
        ("cold=1m", True),
        ("edit=1 ms", False),
        ("start=0%", True),
    ],
)
def test_the_latest_is_held_to_it(limit, passed):
    assert judged(sized(100, 900, 100, 200), limit).passed is passed


def test_what_is_usual_is_the_median_of_ten_before_whatever_their_order():
    proofs = sized(*[900] * 5, *[100] * 10, 150)
    outcome = judged([*reversed(proofs)], "size=49%")
    assert (outcome.passed, outcome.figure) == (False, "+50.0 %")
    assert outcome.detail == ("100 MB -> 150 MB",)
    assert judged(proofs, "size=50%").passed


def test_the_first_proof_has_nothing_usual_and_one_without_the_figure_fails():
    assert judged(sized(100), "size=1%").passed
    for limit in ("size=1%", "size=1GB", "cold=1h"):
        latest = replace(unbuilt(), created=1_800_000_000)
        outcome = judged([*sized(100, 100), latest], limit)
        assert (outcome.passed, outcome.figure) == (False, "not measured")
        assert not judged([], limit).passed


def test_limits_are_judged_in_their_order():
    limits = [read_limit("cold=1s"), read_limit("size=1GB")]
    outcomes = judge_trend(history(), limits)
    assert [outcome.name for outcome in outcomes] == ["cold build", "size"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "size",
        "size=",
        "=5",
        "weight=5%",
        "size=much",
        "cold=much",
        "cold=5kg",
        "size=-5%",
        "cold=" + "9" * 40,
    ],
)
def test_an_invalid_limit_is_refused(text):
    with pytest.raises(UsageError, match="invalid"):
        read_limit(text)
