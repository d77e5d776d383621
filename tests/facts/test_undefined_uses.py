"""Variables that are used and not set."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.facts.undefined_uses import undefined_uses
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


@pytest.mark.parametrize("use", ["ENV A=${A:-}", "WORKDIR ${A:-/srv}", "ENV A=x:$A"])
@pytest.mark.parametrize("base", ["$BASE", "${BASE}", "example.com/${BASE}:1"])
def test_a_base_image_that_is_a_build_arg_may_set_what_its_default_does_not(use, base):
    made = build(f"ARG BASE=debian\nFROM {base}\n{use}")
    [(is_of_image, _)] = undefined_uses(made)
    assert is_of_image


@pytest.mark.parametrize("base", ["debian:$VERSION", "${REGISTRY}debian:13"])
def test_a_build_arg_for_the_tag_alone_leaves_the_image_known(base):
    made = build(f"ARG VERSION=13\nARG REGISTRY=\nFROM {base}\nWORKDIR ${{A:-/srv}}")
    [(is_of_image, _)] = undefined_uses(made)
    assert not is_of_image


def test_an_image_that_is_not_known_may_have_set_what_an_instruction_sets_itself():
    [(is_of_image, _)] = uses("ENV A=1 B=$A", "example.com/base:1")
    assert is_of_image


def test_a_comment_that_names_the_check_says_that_the_use_is_meant():
    assert uses("# see https://github.com/docker/buildx/issues/2751\nENV A=$A:x") == []
    assert uses("# UndefinedVar is wrong here\nENV A=$A:x") == []
    assert uses("# the path\nENV A=$A:x")


def test_a_value_among_those_of_build_args_lacks_its_arg():
    [(_, message)] = uses("ARG B\nENV B=${B}\nENV A=${A}")
    assert message == "$A is never set here: declare ARG A"
    [(_, message)] = uses("ENV A=${A}")
    assert message == "$A is never set here: remove it"


def test_a_value_that_is_made_for_both_cases_is_no_undefined_use():
    assert uses("ENV A=x${A:+:$A}") == []
    assert uses("ENV B=x${A:+:$A}") != []


DEFAULT = "never set here, so its default always applies"


def test_a_value_that_is_appended_to_is_no_default():
    for default in ("${A:-}", "${A-}"):
        [(_, message)] = uses(f"ENV A=/lib:{default}")
        assert message == "$A is never set here: remove it"
    [(_, message)] = uses("ENV A=${A:-}")
    assert message == f"$A is {DEFAULT}: declare ARG A"
    [(_, message)] = uses("ENV A=/lib:${A:-/usr/lib}")
    assert message == f"$A is {DEFAULT}: declare ARG A"


def test_no_build_arg_is_advised_for_a_secret():
    [(_, message)] = uses("ENV ADMIN_PASSWORD=${ADMIN_PASSWORD:-admin}")
    advice = "set it when the container is run"
    assert message == f"$ADMIN_PASSWORD is {DEFAULT}: {advice}"


def test_defaults_of_one_instruction_are_one_finding():
    text = "ENV A1=${A:-1} B1=${B:-2} API_KEY1=${API_KEY:-none} C=$C:c"
    messages = [message for _, message in uses(text)]
    assert messages == [
        "$A and $B are never set here, so their defaults always apply: declare each with ARG",
        f"$API_KEY is {DEFAULT}: set it when the container is run",
        "$C is never set here: remove it",
    ]


def test_the_variables_of_a_file_that_default_themselves_are_one_finding():
    lines = [f"ENV {name}=${{{name}:-1}}" for name in "ABCD"]
    [(_, message)] = uses("\n".join(lines))
    assert message == (
        "$A, $B and 2 more are never set here, so their defaults always apply: write them alone"
    )
    [(_, message)] = uses('ENV PORT "${PORT:-80}"')
    assert message == f"$PORT is {DEFAULT}: write it alone"


def test_a_default_that_a_build_means_to_replace_lacks_its_arg():
    made = replace(build("FROM debian\nENV A=${A:-1}\nENV B=${B:-1}"), args={"A": "2"})
    messages = [use.message for _, use in undefined_uses(made)]
    assert messages == [
        f"$A is {DEFAULT}: declare ARG A",
        f"$B is {DEFAULT}: write it alone",
    ]


@pytest.mark.parametrize("line", ["ARG A=${A:-1}", 'ARG A="${A-1}"', "ARG A=x-${A:-1}"])
def test_an_arg_with_a_default_in_its_default_is_declared_already(line):
    assert uses(line) == []
    assert uses(line.replace("ARG A", "ARG B"))


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("$PYTHONPATH:.", 0),
        (".:$PYTHONPATH", 0),
        ("/srv:$PYTHONPATH", 0),
        ("$PYTHONPATH:/srv/", 0),
        ("/lib:$PYTHONPATH", 1),
        ("/srv/lib:$PYTHONPATH", 1),
    ],
)
def test_an_empty_entry_beside_the_working_directory_adds_nothing(path, count):
    assert len(uses(f"WORKDIR /srv\nENV PYTHONPATH={path}")) == count


def test_a_line_that_becomes_part_of_another_value_sets_nothing():
    assert uses("ENV DEBUG 1 \\\n  PYTHONPATH=${PYTHONPATH}:/srv") == []
    assert uses("ENV DEBUG 1 \\\n  MODE=$STAGE")
