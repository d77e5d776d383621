"""Answers by their questions: pages of one side alone, statuses that vary, time, and a smoke file."""

from __future__ import annotations

from dataclasses import replace

import pytest
from proof.made import RAN, measured, verdict

from lightship.proof.asked_notes import question_notes
from lightship.proof.facts import facts
from lightship.proof.measured import Answer, Measured, Ran
from lightship.proof.proof import Effect, Fact, VerdictKind

BETTER, OTHER, SAME, WORSE = Effect.BETTER, Effect.OTHER, Effect.SAME, Effect.WORSE
PAGE = Answer("/", 200, "hello")
GUESS = Answer("/health", 404, "no", origin="tried", is_guess=True)
ONLY_FIRST = "only / was requested: name more with --path, or write lightship.http"
STATED = Answer("/items", 200, "[]", origin="/openapi.json")


def ran(*answers: Answer, **values) -> Measured:
    return measured(replace(RAN, answers=answers, **values))


def told(before: Measured, after: Measured, key: str = "answer") -> list[Fact]:
    return [fact for fact in facts(before, after) if fact.key == key]


def test_answers_are_joined_by_their_questions() -> None:
    """Not by their places: a side that states a page more shifts nothing."""
    more = Answer("/more", 200, "x", origin="/openapi.json")
    found = told(ran(PAGE, STATED), ran(PAGE, more, STATED))
    assert [(fact.title, fact.change) for fact in found] == [
        ("answer to /", SAME),
        ("answer to /items (/openapi.json)", SAME),
    ]


def test_a_page_that_is_no_longer_stated_is_broken() -> None:
    assert verdict(ran(PAGE, STATED), ran(PAGE)).kind is VerdictKind.BROKEN
    failing = replace(STATED, status=500)
    linked = replace(STATED, origin="linked by /")
    assert verdict(ran(PAGE, failing), ran(PAGE)).kind is VerdictKind.SAME
    assert verdict(ran(PAGE, linked), ran(PAGE)).kind is VerdictKind.SAME


def test_of_a_page_that_was_only_tried_nothing_is_said_where_there_is_none() -> None:
    healthy = replace(GUESS, status=200)
    assert len(told(ran(PAGE, GUESS), ran(PAGE, GUESS))) == 1
    assert len(told(ran(PAGE, GUESS), ran(PAGE, healthy))) == 1
    assert told(ran(PAGE, healthy), ran(PAGE, GUESS))[1].change is WORSE


def test_a_page_that_only_the_code_of_another_program_has_is_not_spoken_of() -> None:
    other = Answer("/reports", 404, "no", origin="services/other/main.py:3")
    assert len(told(ran(PAGE, other), ran(PAGE, other))) == 1
    assert notes(ran(PAGE, other), ran(PAGE, other)) == [ONLY_FIRST]
    needing = replace(other, status=422)
    assert len(told(ran(PAGE, needing), ran(PAGE, needing))) == 1
    there = replace(other, status=200)
    assert verdict(ran(PAGE, there), ran(PAGE, other)).kind is VerdictKind.BROKEN


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((200, 200), (200, 500), WORSE),
        ((200, 500), (200, 500), SAME),
        ((200, 500), (200, 200), BETTER),
        ((404, 404), (200, 200), BETTER),
        ((403, 403), (200, 200), WORSE),
        ((200, 302), (200, 200), SAME),
    ],
)
def test_what_fails_now_and_then_is_not_the_same(before, after, expected) -> None:
    sides = [
        replace(PAGE, status=first, again="hello", again_status=second)
        for first, second in (before, after)
    ]
    [fact] = told(ran(sides[0]), ran(sides[1]))
    assert fact.change is expected


def test_what_an_error_says_may_differ() -> None:
    assert (
        told(ran(Answer("/", 404, "a")), ran(Answer("/", 404, "b")))[0].change is OTHER
    )
    assert (
        told(ran(Answer("job", 3, "a")), ran(Answer("job", 3, "b")))[0].change is WORSE
    )


def test_headers_of_several_pages_are_said_once() -> None:
    typed = [
        replace(PAGE, question=f"/{n}", headers=("content-type: a",)) for n in range(4)
    ]
    bare = [replace(each, headers=()) for each in typed]
    [fact] = told(ran(*typed), ran(*bare), "header")
    assert (fact.title, fact.change) == ("Content-Type of /0, /1 and 2 more", WORSE)
    assert verdict(ran(*typed), ran(*bare)).kind is VerdictKind.BROKEN
    assert verdict(ran(*bare), ran(*typed)).kind is VerdictKind.SAME


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (0.05, 4.0, [WORSE]),
        (4.0, 0.05, [BETTER]),
        (0.05, 2.9, []),
        (3.0, 7.0, []),
        (None, 9.0, []),
    ],
)
def test_an_answer_that_takes_seconds_more_is_worse(before, after, expected) -> None:
    sides = [ran(replace(PAGE, seconds=seconds)) for seconds in (before, after)]
    assert [fact.change for fact in told(sides[0], sides[1], "slow")] == expected


def test_what_a_smoke_file_expects_decides() -> None:
    met = Answer("POST /notes", 201, "a", expects=1, origin="lightship.http:3")
    unmet = replace(met, failed=("@json $.kept == true: it is false",))
    lost = verdict(ran(met), ran(unmet))
    assert lost.kind is VerdictKind.BROKEN
    assert lost.reasons == (
        "expected answer to POST /notes (lightship.http:3): @json $.kept == true: it is false",
    )
    assert verdict(ran(unmet), ran(met)).kind is VerdictKind.BETTER
    [fact] = told(ran(unmet), ran(unmet), "expected")
    assert fact.change is SAME
    assert fact.note.endswith("this proves nothing")


def test_a_page_that_a_smoke_file_asks_again_is_compared_once() -> None:
    asked = replace(PAGE, expects=1, origin="lightship.http:1")
    both = ran(PAGE, asked)
    assert [fact.title for fact in facts(both, both) if "answer to" in fact.title] == [
        "answer to /",
        "expected answer to / (lightship.http:1)",
    ]


@pytest.mark.parametrize("expects", [0, 1])
def test_requests_of_a_smoke_file_are_told_apart(expects: int) -> None:
    """`/me` with and without credentials: that the first fails hides behind neither answer."""
    first = Answer("/me", 200, "ada", expects=expects, origin="lightship.http:3")
    second = Answer("/me", 401, "no", expects=expects, origin="lightship.http:7")
    lost = replace(first, status=401, text="no")
    swapped = replace(second, status=200, text="ada")
    for after in (ran(lost, second), ran(lost, swapped)):
        fact = told(ran(first, second), after)[0]
        assert fact.title == "answer to /me (lightship.http:3)"
        assert fact.change is WORSE


def test_what_a_smoke_file_sends_is_compared_though_its_path_is_asked_plainly() -> None:
    """Its headers and body make it another question."""
    asked = Answer("/", 200, "a", expects=1, origin="lightship.http:1")
    other = replace(asked, text="b", headers=("content-type: text/plain",))
    titles = {
        (fact.key, fact.title, fact.change)
        for fact in facts(ran(PAGE, asked), ran(PAGE, other))
    }
    assert ("answer", "answer to / (lightship.http:1)", WORSE) in titles
    assert verdict(ran(PAGE, asked), ran(PAGE, other)).kind is VerdictKind.BROKEN


def notes(before: Measured, after: Measured) -> list[str]:
    return list(question_notes(before, after, list(facts(before, after))))


def test_found_pages_are_named_with_their_places() -> None:
    route = Answer("/report", 200, "x", again="x", origin="app.py:12")
    assert notes(ran(PAGE, route, GUESS), ran(PAGE, route, GUESS)) == [
        "1 page found and compared: /report (app.py:12)"
    ]


def test_where_only_the_first_page_is_asked_a_hint_says_so() -> None:
    assert notes(ran(PAGE, GUESS), ran(PAGE, GUESS)) == [ONLY_FIRST]
    assert notes(ran(PAGE, Answer("date", 0, "x")), ran(PAGE)) == []


def test_answers_that_prove_nothing_are_said_to() -> None:
    missing = (
        Answer("/nowhere", 404, "no"),
        Answer("curl x", 127, "sh: curl: not found"),
    )
    [note] = notes(ran(*missing), ran(*missing))
    assert note == "no answer proves that the program works: request a page that it has"
    assert notes(ran(*missing, PAGE), ran(*missing, PAGE)) == []


@pytest.mark.parametrize(
    ("status", "nothing"),
    [(400, True), (404, True), (500, True), (401, False), (403, False), (200, False)],
)
def test_which_answers_prove_nothing_where_they_are_the_same(
    status: int, nothing: bool
) -> None:
    """A refused Host gives 400 on both sides; a program that keeps strangers out works."""
    [fact] = told(ran(Answer("/", status, "a")), ran(Answer("/", status, "a")))
    assert fact.change is SAME
    assert fact.note.endswith("this proves nothing") is nothing


def served(*ports: int, **values) -> Ran:
    return replace(RAN, ports=ports, **values)


def test_a_port_that_is_no_longer_served_is_broken() -> None:
    both = measured(served(8000, 9000))
    assert verdict(both, measured(served(8000))).kind is VerdictKind.BROKEN
    assert verdict(measured(served(8000)), both).kind is VerdictKind.SAME
    # What the kernel gives out is another one each time
    given_out = measured(served(8000, 40123))
    assert verdict(given_out, measured(served(8000, 50321))).kind is VerdictKind.SAME
    # Nobody looked
    assert verdict(both, measured(RAN)).kind is VerdictKind.SAME


def test_a_log_that_is_held_back_is_worse() -> None:
    speaks, silent = (measured(replace(RAN, spoke=spoke)) for spoke in (True, False))
    assert verdict(speaks, silent).reasons == ("log while it runs: lines -> nothing",)
    assert verdict(speaks, silent).kind is VerdictKind.WORSE
    assert verdict(silent, speaks).kind is VerdictKind.BETTER
    assert verdict(speaks, measured(RAN)).kind is VerdictKind.SAME
