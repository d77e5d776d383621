"""When build-refused is sure, and when a build arg may help."""

from __future__ import annotations

import pytest
from judged import findings

from lightship.lint.finding import Severity

STAGE = "FROM debian:13\n"


OPEN = f"{STAGE}ARG DOCS\nVOLUME $DOCS\n"


def test_an_operand_that_a_build_arg_gives_is_only_a_note():
    [finding] = findings("build-refused", OPEN, are_args_known=True)
    assert finding.severity is Severity.INFO
    assert finding.message.endswith(", unless a build arg gives DOCS")


@pytest.mark.parametrize(
    "fields",
    [
        {},  # nothing says how it is built
        {"are_args_known": True, "given_args": frozenset({"DOCS"})},
        {
            "are_args_known": True,
            "files": {"build.sh": 'ARGS="$ARGS --build-arg DOCS=/docs"\n'},
        },
    ],
)
def test_who_builds_it_gives_the_argument(fields):
    assert findings("build-refused", OPEN, **fields) == []


def test_a_script_that_gives_another_argument_changes_nothing():
    files = {"build.sh": 'ARGS="--build-arg DOCSET=/docs"\n'}
    assert findings("build-refused", OPEN, files, are_args_known=True)


@pytest.mark.parametrize(
    "text",
    [
        f"{STAGE}VOLUME $DOCS\n",  # no ARG takes one
        f"{STAGE}VOLUME $DOCS\nARG DOCS\n",
        f"{STAGE}ARG DOCS=\nVOLUME $OTHER\n",
        f"{STAGE}ARG I\nCOPY --from=$I /a /b\n",  # no variable is taken there
    ],
)
def test_other_refusals_are_sure(text):
    [finding] = findings("build-refused", text)
    assert finding.severity is None
    assert "unless" not in finding.message


def test_the_build_arg_of_a_build_is_a_value():
    given = {"DOCS": "/docs"}
    assert findings("build-refused", OPEN, args=given, are_args_known=True) == []
