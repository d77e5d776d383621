"""The image that a build ends in."""

from __future__ import annotations

import pytest

from lightship.facts.stages.final_image import (
    has_own_python,
    image_env,
    is_development_name,
    is_for_development,
)
from tests.made import build


def test_the_last_value_of_a_variable_counts():
    made = build(
        "FROM debian AS a\nENV A=1 B=1\nFROM debian AS b\nENV C=1\nFROM a\nENV A=2 D=$A"
    )
    assert {name: found.value for name, found in image_env(made).items()} == {
        "B": "1",
        "A": "2",
        "D": "1",
    }


def test_a_variable_knows_where_it_is_set():
    made = build("FROM debian\nENV A=1 B=2")
    pair = image_env(made)["B"].pair
    assert pair.name.span.of(made.dockerfile.text) == "B"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM debian AS dev", True),
        ("FROM debian AS unit-test", True),
        ("FROM debian AS latest", False),
        ("FROM debian AS dev\nFROM debian", False),
    ],
)
def test_a_stage_for_development_is_named_so(text, expected):
    assert is_for_development(build(text)) is expected


def test_names_for_development_are_whole_words():
    assert is_development_name("compose/local/Dockerfile")
    assert is_development_name("Dockerfile.test")
    assert is_development_name("Dockerfile.Dev")
    assert not is_development_name("devices/latest/Dockerfile")
    assert not is_development_name("contest/Dockerfile")
    assert not is_development_name(None)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("python:3.13-slim", True),
        ("ghcr.io/astral-sh/uv:python3.13-bookworm", True),
        ("ghcr.io/astral-sh/uv:0.9", False),
        ("python:3.13-windowsservercore", False),
        ("debian", False),
        ("scratch", False),
    ],
)
def test_images_with_a_python_of_their_own(image, expected):
    made = build(f"FROM {image}")
    assert has_own_python(made, made.dockerfile.stages[0]) is expected
