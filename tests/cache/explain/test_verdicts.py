"""The model says of each change what the builders have said; tests/engine/test_cache.py asks them."""

from __future__ import annotations

import pytest
from cache import golden
from cache.cases import CASES
from cache.change import Change
from cache.sides import sides
from every import every

from lightship.cache.causes import Cause
from lightship.cache.explain.explain_rebuild import explain
from lightship.cache.explain.explanation import Explanation

Hits = dict[tuple[str, int], bool]  # by stage and line
VERDICTS = golden.read()
STALE = ("stale-edit", "stale-chmod-of-a-directory")
OWNERS = ("buildah", "chown-on-the-host")  # a File does not say who owns it
WITHIN = [
    (builder, name)
    for builder in golden.BUILDERS
    for name in VERDICTS[builder]
    if not CASES[name].beyond and name not in STALE and (builder, name) != OWNERS
]


def explained(change: Change, builder: str = "buildkit") -> Explanation:
    return explain(*sides(change), builder)


def compared(builder: str, name: str) -> tuple[Hits, Hits]:
    """What the builder says of each step's hit, as far as it came, and what the model says of the same steps."""
    told = {
        (stage, line): hit
        for stage, line, _, hit in VERDICTS[builder][name]
        if hit is not None
    }
    found = {
        (step.stage, step.line): step.hit
        for step in explained(CASES[name], builder).steps
    }
    assert all((stage, line) in found for stage, line, *_ in VERDICTS[builder][name])
    return told, {place: found[place] for place in told}


@pytest.mark.parametrize(
    "pair", [pair for pair in WITHIN if not CASES[pair[1]].cautious]
)
def test_the_model_says_what_the_builder_says(pair: tuple[str, str]) -> None:
    builder, name = pair
    told, found = compared(builder, name)
    assert found == told, CASES[name].why


@pytest.mark.parametrize(
    "name", [each.name for each in CASES.values() if each.cautious]
)
def test_where_the_model_cannot_know_it_says_a_miss(name: str) -> None:
    told, found = compared("buildkit", name)
    assert found != told, "the model knows more than this case says of it"
    assert all(told[place] for place, hit in found.items() if hit), CASES[name].why


def test_the_model_lists_no_step_that_the_builder_does_not_have() -> None:
    """Steps of two stages that are one are listed by BuildKit once, for the last of them."""

    def law(case: tuple[str, str]) -> None:
        builder, name = case
        told = VERDICTS[builder][name]
        places = {(stage, line) for stage, line, _, _ in told}
        texts = {text for _, _, text, _ in told}
        steps = explained(CASES[name], builder).steps
        more = [step for step in steps if (step.stage, step.line) not in places]
        assert [s for s in more if " ".join(s.instruction.split()) not in texts] == []

    every(((" ".join(case), case) for case in WITHIN), law)


def failing(name: str) -> str:
    """The text of the step at which a change's last build fails; empty where it does not."""
    steps = VERDICTS["buildkit"][name]
    missed = [text for _, _, text, hit in steps if hit is False]
    return missed[-1] if any(hit is None for *_, hit in steps) else ""


def copies_that_fail() -> list[object]:
    return [name for name in VERDICTS["buildkit"] if failing(name).startswith("COPY")]


@pytest.mark.parametrize("name", copies_that_fail())
def test_a_copy_that_fails_is_said_to_fail(name: str) -> None:
    step = next(
        step
        for step in explained(CASES[name]).steps
        if step.reason.cause is Cause.FAILS
    )
    assert " ".join(step.instruction.split()) == failing(name)


@pytest.mark.parametrize(
    ("name", "warning"),
    [(STALE[0], "but not its size and time"), (STALE[1], "the mode of")],
)
def test_a_stale_hit_of_the_engine_is_a_miss_with_a_warning(
    name: str, warning: str
) -> None:
    """The engine's answer depends on what was sent from the same directory before; ours is what it should be."""
    assert [hit for *_, hit in VERDICTS["buildkit"][name]] == [True] * 5
    steps = {step.line: step for step in explained(CASES[name]).steps}
    assert [step.hit for step in steps.values()] == [True, True, True, False, False]
    (warned,) = steps[5].warnings
    assert warning in warned


def test_no_warning_where_the_time_differs() -> None:
    assert not any(
        step.warnings
        for step in explained(CASES["edit-of-the-same-size-same-folder"]).steps
    )


def test_every_change_has_been_shown_to_builders() -> None:
    asked = {
        (builder, each.name) for each in CASES.values() for builder in each.builders
    }
    assert asked == {
        (builder, name) for builder, told in VERDICTS.items() for name in told
    }
