"""Stages that a FROM with a variable may stand for."""

from __future__ import annotations

import pytest

from lightship.facts.stages.chosen_stages import chosen_by, may_start_from
from lightship.lint.examples import build_of

TEXT = (
    "ARG KIND\nFROM debian:13 AS base\nFROM base AS model-a\nFROM debian:13 AS model-b\n"
    "FROM {} AS final\nFROM final\n"
)


@pytest.mark.parametrize(
    ("base", "names"),
    [
        ("model-${KIND}", ["model-a", "model-b"]),
        ("$KIND", []),  # it may be an image
        ("model-a", []),
        ("${KIND}-b", ["model-b"]),
        ("x-$KIND", []),
    ],
)
def test_the_stages_that_fit_a_name_with_a_variable(base, names):
    build = build_of(TEXT.format(base))
    final = build.dockerfile.stages[3]
    assert [stage.name for stage in chosen_by(build, final)] == names


@pytest.mark.parametrize(
    ("base", "ancestor", "may"),
    [
        ("model-$KIND", "model-a", True),
        ("model-$KIND", "model-b", True),
        ("model-b", "model-b", True),
        ("model-b", "model-a", False),
        ("model-a", "base", True),
    ],
)
def test_a_stage_may_start_from_what_a_build_arg_chooses(base, ancestor, may):
    build = build_of(TEXT.format(base))
    stages = {stage.name: stage for stage in build.dockerfile.stages}
    last = build.dockerfile.stages[-1]
    assert may_start_from(build, last, stages[ancestor]) is may
    assert may_start_from(build, last, last)
