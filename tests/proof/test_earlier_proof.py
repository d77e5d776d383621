"""Two proofs held together: sizes as ever, times only where they are far apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from proofs import after, before, broken, proof, unbuilt

from lightship.proof.earlier_proof import since
from lightship.proof.proof import Effect, VerdictKind


def scaled(factor, **shape):
    """A proof whose second version takes so much longer to build, and has another shape."""
    side = after()
    builds = tuple(replace(made, seconds=made.seconds * factor) for made in side.builds)
    new = replace(side, builds=builds, shape=replace(side.shape, **shape))
    return proof(id="lightship-ffffffffffff", after=new)


def change(compared, key):
    (figure,) = [figure for figure in compared.figures if figure.key == key]
    return figure.change


def test_a_proof_against_itself_differs_in_nothing():
    compared = since(proof(), proof())
    assert compared.verdict.kind is VerdictKind.SAME
    assert {figure.change for figure in compared.figures} == {Effect.SAME}


@pytest.mark.parametrize(
    ("factor", "effect"),
    [
        (1.4, Effect.SAME),
        (0.7, Effect.SAME),
        (4.0, Effect.WORSE),
        (0.25, Effect.BETTER),
    ],
)
def test_a_time_of_another_hour_differs_only_where_it_is_far_apart(factor, effect):
    assert change(since(proof(), scaled(factor)), "cold") is effect


def test_times_of_another_engine_are_not_compared():
    compared = since(
        replace(proof(), engine="podman 5"), scaled(8.0, content=300_000_000)
    )
    assert change(compared, "cold") is Effect.SAME
    assert change(compared, "content") is Effect.WORSE
    assert "another engine" in compared.notes[0]


def test_times_are_those_of_the_newer_proof_where_it_has_both_versions():
    old, new = proof(engine="another"), proof()
    assert change(since(old, new), "edit") is Effect.SAME

    was = replace(new.before, dockerfile=old.after.dockerfile)
    was = replace(was, context_files=12, context_bytes=52_000, shape=old.after.shape)
    both = replace(new, before=was)
    found = {figure.key: figure for figure in since(old, both).figures}
    own = {figure.key: figure for figure in new.figures}
    for key in ("cold", "edit", "stop"):
        assert found[key].change is own[key].change is Effect.BETTER
        assert found[key].before == own[key].before
        assert "by turns" in found[key].note
    assert since(old, both).notes == new.notes
    assert found["content"].change is Effect.SAME

    for other in (
        replace(was, dockerfile=f"{was.dockerfile}RUN make\n"),
        replace(was, context_bytes=900_000),
        replace(was, shape=replace(was.shape, content=900_000_000)),
        replace(was, shape=replace(was.shape, packages=("deb openssl 3.0.2",))),
        replace(was, shape=None),
    ):
        assert change(since(old, replace(new, before=other)), "edit") is Effect.SAME


def test_the_versions_after_are_compared_not_those_before():
    compared = since(proof(before=before()), scaled(1.0, content=400_000_000))
    (content,) = [figure for figure in compared.figures if figure.key == "content"]
    assert (content.before, content.after) == ((216e6,), (400e6,))
    assert compared.verdict.kind is VerdictKind.WORSE
    assert compared.before.source == (
        "the working tree, proven 2025-11-26 12:00 at 4f1c2d3e4b"
    )
    assert (compared.shares, compared.outcomes, compared.diff) == ((), (), "")


def test_what_is_better_and_worse_is_weighed():
    compared = since(proof(), scaled(4.0, content=20_000_000))
    assert compared.verdict.kind is VerdictKind.MIXED
    assert compared.weighing.seconds > 0


def test_what_broke_since_is_broken_and_what_was_is_no_measure():
    assert since(proof(), broken()).verdict.kind is VerdictKind.BROKEN
    assert since(unbuilt(), proof()).verdict.kind is VerdictKind.BETTER
    assert since(unbuilt(), unbuilt()).verdict.kind is VerdictKind.UNKNOWN


def test_other_questions_are_said():
    new = proof()
    running = replace(new.asked.running, paths=("/other",))
    other = replace(new, asked=replace(new.asked, running=running))
    assert any("asked differently" in note for note in since(proof(), other).notes)
    assert not any("asked differently" in note for note in since(proof(), new).notes)
