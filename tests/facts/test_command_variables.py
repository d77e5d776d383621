"""The variables that a command reads."""

from __future__ import annotations

import pytest

from lightship.facts.command_variables import expanded, is_true, variable
from tests.made import build


def value_of_a(body: str) -> str | None:
    """The value of A for the last command of the last RUN."""
    made = build(f"FROM debian\n{body}")
    [*_, call] = made.commands()
    return variable(made, call, "A")


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("RUN make", None),
        ("ENV A=1\nRUN make", "1"),
        ("ARG A=1\nRUN make", "1"),
        ("ARG A\nRUN make", None),
        ("ENV A=1\nRUN A=2 make", "2"),
        ("ENV A=1\nRUN export A=2; make", "2"),
        ("ENV A=1\nRUN export A=2; A=3 make", "3"),
        ("RUN export A=1 A=2; make", "1"),
        ("RUN env A=2 make", "2"),
        ("RUN A=$OTHER make", None),
        ("RUN make\nENV A=1", None),
    ],
)
def test_where_a_variable_has_its_value_from(body, value):
    assert value_of_a(body) == value


def test_an_export_counts_for_the_commands_after_it():
    made = build("RUN first; export A=1; second")
    values = {call.command.name: variable(made, call, "A") for call in made.commands()}
    assert values == {"first": None, "export": None, "second": "1"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", "a"),
        ("$A/x", "1/x"),
        ("$B", None),
        ("${B:-2}", None),  # a default is not followed
        ("${B?}", None),
        ("$(date)", None),
        ("`date`", None),
    ],
)
def test_words_with_the_values_of_their_variables(text, value):
    assert expanded(text, {"A": "1"}.get) == value


def test_switched_on():
    assert [is_true(text) for text in ("1", "True", "on", "yes")] == [True] * 4
    assert [is_true(text) for text in ("0", "false", "", None, "2")] == [False] * 5
