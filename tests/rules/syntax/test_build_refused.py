"""When build-refused is sure, and when a build arg may help."""

from __future__ import annotations

import pytest
from judged import findings

from lightship.lint.finding import Severity

STAGE = "FROM debian:13\n"


def test_an_operand_that_a_build_arg_gives_is_only_a_note():
    [finding] = findings("build-refused", f"{STAGE}ARG DOCS\nVOLUME $DOCS\n")
    assert finding.severity is Severity.INFO
    assert finding.message.endswith(", unless a build arg gives DOCS")


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
    text = f"{STAGE}ARG DOCS\nVOLUME $DOCS\n"
    assert findings("build-refused", text, args={"DOCS": "/docs"}) == []
