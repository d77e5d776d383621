"""What is no number: starts, answers, health, users; which change of it is good, and which is bad."""

from __future__ import annotations

from dataclasses import replace

import pytest
from amounts import share_of
from hypothesis import given, settings
from proof.made import ANSWERS, RAN, SHAPE, measured, stopped, unbuilt, versions

from lightship.proof.facts import facts
from lightship.proof.measured import Answer, Measured, Ran, ShapeFlaw
from lightship.proof.proof import Effect, Fact

BETTER, OTHER, SAME, WORSE = Effect.BETTER, Effect.OTHER, Effect.SAME, Effect.WORSE
BACK = {SAME: SAME, OTHER: OTHER, WORSE: BETTER, BETTER: WORSE}


def found(before: Measured, after: Measured, key: str) -> list[Fact]:
    return [fact for fact in facts(before, after) if fact.key == key]


def change(before: Measured, after: Measured, key: str) -> Effect:
    (fact,) = found(before, after, key)
    return fact.change


def answering(*answers: Answer) -> Ran:
    return replace(RAN, answers=answers)


def ran(**values) -> Measured:
    return measured(replace(RAN, **values))


def shaped(**values) -> Measured:
    return measured(shape=replace(SHAPE, **values))


@settings(max_examples=share_of(60))
@given(versions())
def test_nothing_differs_from_itself(version):
    assert {fact.change for fact in facts(version, version)} <= {SAME}


@settings(max_examples=share_of(60))
@given(versions(), versions())
def test_the_other_way_round_each_but_an_answer_is_the_opposite(before, after):
    there = [
        (fact.key, BACK[fact.change])
        for fact in facts(before, after)
        if fact.key != "answer"
    ]
    assert there == [
        (fact.key, fact.change) for fact in facts(after, before) if fact.key != "answer"
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (Answer("/", 200, "a"), Answer("/", 200, "a"), SAME),
        (Answer("/", 200, "a"), Answer("/", 200, "b"), WORSE),
        (Answer("/", 200, "a"), Answer("/", 404, "a"), WORSE),
        (Answer("/", 200, "a"), Answer("/", error="late"), WORSE),
        (Answer("/", error="late"), Answer("/", 200, "a"), BETTER),
        (Answer("/", error="late"), Answer("/", error="it does not answer"), SAME),
        (Answer("/", 500, "OSError"), Answer("/", 200, "a"), BETTER),
        (Answer("/", 500, "OSError"), Answer("/", 404, "a"), WORSE),
        (Answer("/", 401, "who?"), Answer("/", 200, "secrets"), WORSE),
        (Answer("pytest", 1, "failed"), Answer("pytest", 0, "passed"), BETTER),
        (Answer("pytest", 0, "passed"), Answer("pytest", 1, "failed"), WORSE),
    ],
)
def test_answers(before, after, expected):
    assert (
        change(measured(answering(before)), measured(answering(after)), "answer")
        is expected
    )


def test_of_an_answer_that_varies_by_itself_what_stays_counts():
    clock = (answering(Answer("/", 200, "12:00")), answering(Answer("/", 200, "12:01")))
    later = answering(Answer("/", 200, "12:05"))
    again = answering(Answer("/", 200, "12:06", again="12:07"))
    assert change(measured(*clock), measured(later), "answer") is SAME
    assert (
        change(
            measured(*clock), measured(answering(Answer("/", 500, "12:05"))), "answer"
        )
        is WORSE
    )
    assert (
        change(measured(clock[0]), measured(later), "answer") is WORSE
    )  # one run tells nothing of that
    # Either side tells that it varies, in one run too
    assert change(measured(later, later), measured(*clock), "answer") is SAME
    assert change(measured(later), measured(again), "answer") is SAME
    lost = answering(Answer("/", 200, "something went wrong"))
    assert change(measured(*clock), measured(lost, lost), "answer") is WORSE


def test_each_answer_is_compared():
    other = (ANSWERS[0], replace(ANSWERS[1], text="no"))
    said = found(measured(), ran(answers=other), "answer")
    assert [(fact.title, fact.change) for fact in said] == [
        ("answer to /", SAME),
        ("answer to /health", WORSE),
    ]
    assert said[1].after == "200 no"


def test_what_starts_now_and_then_does_not_start():
    flaky = measured(stopped("port in use"), RAN)
    assert change(measured(RAN, RAN), flaky, "starts") is WORSE
    assert found(measured(RAN, RAN), flaky, "starts")[0].after == "port in use"
    assert change(flaky, measured(RAN, RAN), "starts") is BETTER


def test_nothing_is_said_of_the_health_of_what_does_not_start():
    assert not found(measured(), measured(stopped()), "healthy")
    assert not found(measured(), measured(stopped()), "answer")
    assert not found(measured(), unbuilt(), "starts")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (True, False, WORSE),
        (True, None, WORSE),
        (None, False, WORSE),
        (False, None, BETTER),
        (None, True, BETTER),
    ],
)
def test_a_health_check_that_fails_is_worse_than_none(before, after, expected):
    assert change(ran(healthy=before), ran(healthy=after), "healthy") is expected


@pytest.mark.parametrize(
    ("key", "before", "after", "expected"),
    [
        ("ends", ran(killed=True), ran(), BETTER),
        ("ends", measured(RAN, RAN), measured(replace(RAN, killed=True), RAN), WORSE),
        ("first", ran(first="sh -c app"), ran(), OTHER),
        ("listens", ran(), ran(listens="loopback"), WORSE),
        ("processes", ran(), ran(users=("1000",)), BETTER),
        ("processes", ran(users=("1000",)), ran(users=("0", "1000")), WORSE),
        ("user", shaped(is_root=True), shaped(is_root=False, user="1000"), BETTER),
        (
            "user",
            shaped(is_root=False, user="1000"),
            shaped(is_root=False, user="app"),
            OTHER,
        ),
        ("system", shaped(), shaped(distribution="Debian 10", ended=True), WORSE),
        ("system", shaped(), shaped(distribution="Alpine 3.22"), OTHER),
        ("packages", shaped(), shaped(packages=("deb libc6 2.42",)), OTHER),
        (
            "reproduced",
            replace(measured(), reproduced=False),
            replace(measured(), reproduced=True),
            BETTER,
        ),
    ],
)
def test_what_is_better_and_what_is_worse(key, before, after, expected):
    assert change(before, after, key) is expected
    assert change(after, before, key) is BACK[expected]


def test_of_many_packages_some_are_named():
    many = shaped(packages=tuple(f"deb lib{number} 1" for number in range(9)))
    (fact,) = found(shaped(packages=()), many, "packages")
    assert (
        fact.note
        == "removed: none; added: deb lib0 1, deb lib1 1, deb lib2 1, deb lib3 1, deb lib4 1 and 4 more"
    )


def test_vulnerabilities_that_a_change_removes_and_brings_are_named():
    old = ShapeFlaw("CVE-1", "flask", "high"), ShapeFlaw("CVE-2", "jinja2", "low")
    new = (*old[1:], ShapeFlaw("CVE-3", "curl", "critical"))
    (fact,) = found(shaped(flaws=old), shaped(flaws=new), "flaws")
    assert (fact.before, fact.after, fact.change) == ("1 removed", "1 added", OTHER)
    named = "removed: CVE-1 in flask (high); added: CVE-3 in curl (critical)"
    assert fact.note == named


def test_the_same_vulnerabilities_and_those_that_nobody_looked_up_are_no_fact():
    flaw = (ShapeFlaw("CVE-1", "flask", "high"),)
    assert not found(shaped(flaws=flaw), shaped(flaws=flaw), "flaws")
    assert not found(shaped(flaws=flaw), shaped(), "flaws")


def test_of_two_long_answers_the_first_difference_is_shown():
    head = "<html> <p> " * 40
    one, other = (
        Answer("/", 200, f"{head}{text}</p>")
        for text in ("three in stock", "none in stock")
    )
    (fact,) = found(measured(answering(one)), measured(answering(other)), "answer")
    assert "three in stock" in fact.before
    assert "none in stock" in fact.after
    assert len(fact.before) < 60
