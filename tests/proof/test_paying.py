"""Which changes are kept: what makes something better, and nothing much worse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from proofs import after, before

from lightship.proof.judging import MeasuredChange
from lightship.proof.measured import ImageShape, Measured, MeasuredBuild, Ran
from lightship.proof.paying import gain, hinges_on_time, loss
from lightship.proof.proof import Weights

MB = 1_000_000


def version(
    *,
    content: int = 200,
    edit: float = 10.0,
    user: str = "1000",
    error: str = "",
    setuid: int = 5,
) -> Measured:
    shape = ImageShape(
        content=content * MB,
        size=content * MB,
        user=user,
        is_root=not user,
        setuid=setuid,
    )
    builds = (MeasuredBuild("warm", 1.0, error=error), MeasuredBuild("edit", edit))
    return Measured(
        "x", builds, (Ran(0.5, stop=0.2, code=0),), None if error else shape
    )


def judged(one: Measured, other: Measured) -> tuple[str, str, bool]:
    change = MeasuredChange.of(one, other)
    return loss(change), gain(change), hinges_on_time(change)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"content": 100}, ""),
        ({"content": 100, "edit": 11.9}, ""),  # a second stage costs a moment
        (
            {"content": 100, "edit": 31.0},
            "worse: rebuild after a code edit: 10.00 s -> 31.00 s",
        ),
        ({"content": 100, "user": ""}, "worse: user: 1000 -> root"),
        ({"content": 100, "setuid": 6}, "worse: setuid programs: 5 -> 6"),
        ({"content": 209, "edit": 1.0}, ""),
        ({"content": 230, "edit": 1.0}, ""),  # 9 s of each edit outweigh 30 MB
        ({"content": 700, "edit": 1.0}, "worse: content: 200 MB -> 700 MB"),
        ({"content": 300}, "worse: content: 200 MB -> 300 MB"),
        ({}, "no difference: no figure differs by more than its noise"),
        ({"error": "exit code: 1"}, "broken: the build fails: exit code: 1"),
    ],
)
def test_what_is_kept_and_why_the_rest_is_not(changed, why):
    assert judged(version(), version(**changed))[0] == why


def test_the_weights_of_the_user_decide_what_is_kept():
    change = MeasuredChange.of(version(), version(content=100, edit=31.0))
    assert loss(change) == "worse: rebuild after a code edit: 10.00 s -> 31.00 s"
    assert not loss(change, Weights(edits=0, cold=1))
    larger = MeasuredChange.of(version(), version(content=700, edit=1.0))
    assert not loss(larger, Weights(pulls=0))


def test_what_it_gains_is_what_people_look_at_first():
    assert judged(before(), after())[:2] == (
        "",
        "rebuild after a code edit: 41.00 s -> 1.71 s",
    )
    assert judged(version(user=""), version())[1] == "user: root -> 1000"
    assert judged(version(error="no"), version())[:2] == ("", "it builds now")


@pytest.mark.parametrize(
    ("changed", "hinges"),
    [
        ({"edit": 1.0}, True),
        ({"content": 100, "edit": 31.0}, True),
        ({"content": 100}, False),
        ({"content": 100, "edit": 1.0}, False),
        ({"content": 300, "edit": 1.0}, True),  # 9 s of each edit outweigh 100 MB
        ({}, False),
    ],
)
def test_where_seconds_alone_decide(changed, hinges):
    assert judged(version(), version(**changed))[2] is hinges


def test_slower_or_faster_of_one_and_the_same_is_nothing():
    same = replace(version(), source="y")
    assert judged(version(), same) == (
        "no difference: no figure differs by more than its noise",
        "no figure differs by more than its noise",
        False,
    )
