"""From what a user says of a build to a Build."""

from __future__ import annotations

import pytest

from lightship.config.config_keys import Config
from lightship.errors import UsageError
from lightship.flows.build_options import BuildOptions
from lightship.flows.make_build import make_build

STAGES = b"FROM a AS base\nFROM base AS Build\nFROM base\n"


def build(text=STAGES, target=None, configured=None):
    options, config = BuildOptions(target=target), Config(target=configured)
    return make_build(text, None, None, options, config)


@pytest.mark.parametrize("target", ["base", "build", "BUILD"])
def test_a_stage_is_named_whatever_its_case(target):
    assert build(target=target).target == target
    assert build(configured=target).target == target


@pytest.mark.parametrize(
    ("target", "text", "hint"),
    [
        ("biuld", STAGES, "no stage is named 'biuld'; did you mean 'build'?"),
        ("x", STAGES, "no stage is named 'x'; the Dockerfile has base, build"),
        ("x", b"FROM a\n", "no stage of the Dockerfile has a name"),
        ("0", STAGES, "no stage is named '0'"),
    ],
)
def test_a_target_that_there_is_not_is_refused_with_a_hint(target, text, hint):
    with pytest.raises(UsageError, match=hint.replace("?", r"\?")):
        build(text, target)


def test_a_configured_target_holds_for_those_who_have_it():
    assert build(configured="nowhere").target is None
    assert build(target="base", configured="nowhere").target == "base"


def test_of_a_dockerfile_that_does_not_parse_not_all_stages_are_known():
    assert build(b"FROM a AS\n", "b").dockerfile.problems
