"""Variables that are used and not set."""

from __future__ import annotations

import pytest

from lightship.facts.values.undefined import undefined_uses
from lightship.lint.finding import Severity
from tests.made import build


def uses(body: str, image: str = "debian") -> list[tuple[bool, str]]:
    made = build(f"FROM {image}\n{body}")
    return [(of_image, use.message) for of_image, use in undefined_uses(made)]


def test_a_variable_that_is_set_is_no_undefined_use():
    assert uses("ENV A=1\nWORKDIR $A") == []


@pytest.mark.parametrize(
    ("body", "image", "of_image", "start"),
    [
        (
            "WORKDIR $A",
            "debian",
            False,
            "$A is not set here: declare it with ARG or ENV",
        ),
        (
            "WORKDIR $PYTHON_VERSION",
            "python:3.13",
            True,
            "only the base image sets $PYTHON_VERSION",
        ),
        (
            "ENV A=x:$A",
            "example.com/base:1",
            True,
            "$A is empty, unless the base image sets it",
        ),
        ("ENV A=x:$A", "debian", False, "$A is never set here"),
        ("ENV A=1 B=$A", "debian", False, "$A is not set yet"),
        (
            "WORKDIR ${A:-/srv}",
            "debian",
            False,
            "$A is never set here, so its default always applies: declare ARG A",
        ),
        ("WORKDIR /a${A:+/srv}", "debian", False, "$A is never set here: remove it"),
    ],
)
def test_what_is_said_of_an_undefined_use(body, image, of_image, start):
    [(is_of_image, message)] = uses(body, image)
    assert is_of_image is of_image
    assert message.startswith(start)


def test_a_variable_with_a_name_close_to_a_known_one():
    [(_, message)] = uses("ENV PROJECT_DIR=/srv\nWORKDIR $PROJET_DIR")
    assert "PROJECT_DIR" in message


def test_what_only_from_sees_needs_an_arg_of_the_stage():
    made = build("ARG A=1\nFROM debian\nWORKDIR $A")
    [(_, use)] = undefined_uses(made)
    assert use.message == "$A is not set here: repeat ARG A in the stage"


def test_what_only_from_sees_is_repeated_where_it_sets_itself_too():
    made = build("ARG A=1\nFROM debian\nENV A=$A")
    [(_, use)] = undefined_uses(made)
    assert use.message.endswith("repeat ARG A in the stage")


def test_the_place_is_the_variable_and_a_default_makes_it_a_matter_of_style():
    made = build("FROM debian\nWORKDIR ${A:-/srv}")
    [(_, use)] = undefined_uses(made)
    assert use.span.of(made.dockerfile.text) == "${A:-/srv}"
    assert use.severity is Severity.STYLE
