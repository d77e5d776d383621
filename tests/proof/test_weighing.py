"""Whether what is better outweighs what is worse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proof.made import RAN, SHAPE, measured

from lightship.errors import UsageError
from lightship.proof.judging import MeasuredChange
from lightship.proof.measured import Measured, ShapeFlaw
from lightship.proof.proof import Weighing, Weights
from lightship.proof.weighing import mix_of, weigh, with_weights

MB = 1_000_000


def version(
    *, edit: float, cold: float, content: int = 180, root: bool = False
) -> Measured:
    shape = replace(
        SHAPE, content=content * MB, is_root=root, user="" if root else "1000"
    )
    return measured(RAN, shape=shape, edit=(edit,) * 3, cold=(cold,) * 3)


def weighed(
    before: Measured, after: Measured, weights: Weights | None = None
) -> Weighing:
    change = MeasuredChange.of(before, after)
    return weigh(change.figures, change.facts, weights or Weights())


def test_edits_that_happen_often_outweigh_a_cold_build_that_is_slower():
    before = version(edit=18.0, cold=20.0)
    after = version(edit=1.0, cold=47.0)
    weighing = weighed(before, after)
    assert weighing.pays
    assert [row.key for row in weighing.rows] == ["edit", "cold"]
    # 8 of 11 builds are 17 s faster, 1 of 11 is 27 s slower
    assert weighing.seconds == pytest.approx((-17 * 8 + 27) / 11)


def test_the_same_change_does_not_pay_where_every_build_is_cold():
    before = version(edit=18.0, cold=20.0)
    after = version(edit=1.0, cold=47.0)
    weights = Weights(edits=0, dependencies=0, nothing=0, cold=1)
    weighing = weighed(before, after, weights)
    assert not weighing.pays
    assert weighing.seconds == pytest.approx(27)


def test_a_smaller_image_pays_by_the_seconds_of_its_pulls():
    before = version(edit=5.0, cold=20.0, content=800)
    after = version(edit=7.0, cold=20.0, content=200)
    weighing = weighed(before, after)
    by_key = {row.key: row.seconds for row in weighing.rows}
    assert by_key["content"] == pytest.approx(-600 * 2 / 50)
    assert weighing.pays


def test_nothing_makes_good_a_program_that_runs_as_root():
    before = version(edit=60.0, cold=60.0, content=900)
    after = version(edit=1.0, cold=1.0, content=90, root=True)
    weighing = weighed(before, after)
    assert weighing.seconds < 0
    assert not weighing.pays
    assert [row.key for row in weighing.rows if row.is_veto] == ["user"]


NUMBERS = st.sampled_from([0.5, 2.0, 10.0, 60.0])


def flawed(made: Measured, *ratings: str) -> Measured:
    flaws = tuple(
        ShapeFlaw(f"CVE-{at}", "curl", each) for at, each in enumerate(ratings)
    )
    return replace(made, shape=replace(made.shape, flaws=flaws))


@pytest.mark.parametrize(("rating", "pays"), [("critical", False), ("low", True)])
def test_nothing_makes_good_a_severe_vulnerability_more(rating, pays):
    before = flawed(version(edit=18.0, cold=20.0), "high")
    after = flawed(version(edit=1.0, cold=20.0), "high", rating)
    assert weighed(before, after).pays is pays


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_what_pays_one_way_does_not_pay_the_other_way(
    old_edit, new_edit, old_cold, new_cold
):
    before = version(edit=old_edit, cold=old_cold)
    after = version(edit=new_edit, cold=new_cold)
    there = weighed(before, after)
    back = weighed(after, before)
    assert there.seconds == pytest.approx(-back.seconds)
    assert not (there.pays and back.pays)


def test_the_mix_of_builds_is_that_of_the_commits():
    commits = [
        ["app.py"],
        ["app.py", "README.md"],
        ["requirements.txt", "app.py"],
        ["Dockerfile", "requirements.txt"],
        [],
    ]
    weights = mix_of(commits, ["Dockerfile", ".dockerignore"], Weights())
    builds = (weights.edits, weights.dependencies, weights.cold, weights.nothing)
    assert builds == (2, 1, 1, 1)
    assert weights.mix == "the last 5 commits"


def test_a_history_without_a_change_of_the_dockerfile_still_has_a_cold_build():
    assert mix_of([["app.py"]] * 9, ["Dockerfile"], Weights()).cold == 1


def test_without_a_history_the_mix_is_assumed():
    assert mix_of([], ["Dockerfile"], Weights()) == Weights()


def test_what_the_user_says_of_the_mix_is_named_so():
    weights = with_weights(Weights(mix="the last 9 commits"), {"edits": 3})
    assert (weights.edits, weights.mix) == (3, "as given")
    assert with_weights(Weights(), {"pulls": 9}).mix == "assumed"


@pytest.mark.parametrize(
    ("given_weights", "words"),
    [
        ({"edit": 3}, "unknown weight edit: choose from edits, dependencies, cold"),
        ({"pulls": -1}, "invalid weight pulls=-1: write a number from 0"),
        ({"speed": 0}, "invalid weight speed=0: write a number above 0"),
        ({"cold": float("nan")}, "invalid weight cold=nan"),
        ({"mix": 1}, "unknown weight mix"),
    ],
)
def test_a_weight_that_is_none_is_an_error(given_weights, words):
    with pytest.raises(UsageError, match=words):
        with_weights(Weights(), given_weights)
