"""What stands first: three figures, what is worse; and what is not red."""

from __future__ import annotations

from dataclasses import replace

import pytest
from proofs import ALL, WORSE, broken, exact, mixed, proof, worse

from lightship.proof.proof import Effect, Verdict, VerdictKind, WeighedRow
from lightship.report.kit.markdown import COMMENT
from lightship.report.kit.view import View
from lightship.report.proof import claims, first_look
from lightship.report.proof.formats import proof_writer


def keys(items):
    return [item.key for item in items]


def written(given, form="markdown"):
    return "".join(proof_writer(form)(given, View(width=200)))


def test_three_figures_matter_what_differs_before_what_is_the_same():
    assert keys(first_look.leading(proof())) == ["content", "edit", "cold"]
    assert keys(first_look.leading(worse())) == ["content", "cold"]
    assert keys(first_look.leading(ALL["same"]())) == ["content"]


def test_in_a_mixed_verdict_those_matter_that_weigh_most():
    given = mixed()
    heavier = replace(
        given.weighing, rows=(WeighedRow("cold", 9.0), WeighedRow("content", -1.0))
    )
    assert keys(first_look.leading(given)) == ["content", "cold"]
    assert keys(first_look.leading(replace(given, weighing=heavier))) == [
        "cold",
        "content",
    ]


@pytest.mark.parametrize("kind", [VerdictKind.BROKEN, VerdictKind.UNKNOWN])
def test_no_figure_is_put_beside_what_is_broken(kind):
    given = proof(verdict=Verdict(kind, ("it does not start",)))
    assert first_look.leading(given) == []
    assert "**Worse**" in written(broken())


def test_what_the_verdict_does_not_count_is_not_called_worse():
    layers = exact("layers", "layers", 3, 4, WORSE, unit="count")
    given = proof(figures=(layers,))
    (shown,) = [item for item in claims.everything(given) if item.key == "layers"]
    assert shown.change is Effect.OTHER
    assert first_look.worse(given) == []
    assert "🔴" not in written(given).partition("Which change")[0]
    assert "~ layers" in written(given, "text")


def test_all_that_is_worse_stands_open():
    text, _, _ = written(worse()).partition("<details>")
    for words in (
        "| content | 216 MB |",
        "| cold build |",
        "| user | 10001:10001 | root |",
    ):
        assert words in text


def test_an_intermediate_state_that_fails_is_called_one():
    failing = proof().shares[-1]
    assert first_look.failure(proof(), failing).startswith(
        "fails as an intermediate state, "
    )
    assert first_look.failure(broken(), failing) == f"fails: {failing.failed}"
    assert first_look.failure(proof(), proof().shares[0]) == ""
    assert "❌ fails" not in written(proof())


def test_a_comment_has_room_for_a_large_proof():
    given = proof()
    fact = given.facts[1]
    many = tuple(
        replace(fact, title=f"answer to GET /{at}", before="x" * 400)
        for at in range(400)
    )
    notes = tuple(f"note {at} {'y' * 300}" for at in range(400))
    text = written(replace(given, facts=many, notes=notes, diff="+RUN make\n" * 9_000))
    assert len(text) <= COMMENT
    assert text.count("<details>") == text.count("</details>")
    assert "left out" in text


def test_the_reasons_of_what_is_broken_are_said_once():
    assert first_look.reasons(broken()) == ()
    assert first_look.reasons(ALL["unbuilt"]()) == ()
    many = ("a", "b", "c", "d")
    given = broken()
    verdict = replace(given.verdict, reasons=many)
    assert first_look.reasons(replace(given, verdict=verdict)) == many
    assert first_look.reasons(replace(worse(), facts=())) == ()
