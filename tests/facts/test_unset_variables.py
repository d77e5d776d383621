"""What the text says of a variable that nothing sets."""

from __future__ import annotations

import pytest
from made import build

from lightship.facts.unset_variables import UnsetUse, unset_uses

FLAGS = "set own all appended entry default meant".split()


def uses(instruction: str, base: str = "scratch") -> list[UnsetUse]:
    made = build(f"FROM {base}\n{instruction}\n")
    return [use for step in made.evaluation.steps for use in unset_uses(made, step)]


@pytest.mark.parametrize(
    ("instruction", "flags"),
    [
        ("COPY a $A", ""),
        ("ENV B=$A", ""),
        ("ENV A=$A", "set own all"),
        ("ENV A=${A}", "set own all"),
        ("ENV A=b:$A", "set own"),
        ("ENV A=b:${A:-}", "set own appended"),
        ("ENV A=${A:-b}", "set own default"),
        ("ENV A=b${A:+:$A}", "set own meant"),
        ("ARG A=${A:-b}", "set own meant"),
        ("ENV PYTHONPATH=/app:$PYTHONPATH", "set own entry"),
        ("ENV PYTHONPATH=.:$PYTHONPATH", "set own entry meant"),
    ],
)
def test_what_an_instruction_says_of_it(instruction: str, flags: str) -> None:
    (use,) = uses(instruction)
    assert [name for name in FLAGS if getattr(use, f"is_{name}")] == flags.split()


@pytest.mark.parametrize(
    ("word", "absent"),
    [("$A", ""), ("${A:-b}", "-"), ("${A-b}", "-"), ("${A:+b}", "+")],
)
def test_what_takes_its_place(word: str, absent: str) -> None:
    (use,) = uses(f"COPY a {word}/")
    assert (use.name, use.absent) == ("A", absent)


def test_each_name_is_told_once_where_it_stands_first() -> None:
    instruction = "COPY $B $A $B /"
    assert [(use.name, use.span.start) for use in uses(instruction)] == [
        ("A", len("FROM scratch\nCOPY $B ")),
        ("B", len("FROM scratch\nCOPY ")),
    ]


def test_what_is_known_of_the_base_image() -> None:
    (of_scratch,) = uses("COPY a $A")
    (of_python,) = uses("COPY a $PYTHON_VERSION", "python:3.13")
    (of_some,) = uses("COPY a $A", "registry.example/some:1")
    assert [of_scratch.is_unset, of_python.is_unset, of_some.is_unset] == [
        True,
        False,
        None,
    ]
