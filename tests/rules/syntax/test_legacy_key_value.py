"""ENV and LABEL in the old form: one value, whatever its lines look like."""

import pytest
from judged import findings, said

from lightship.text import apply_edits

_RULE = "legacy-key-value"


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("ENV FAST 1 \\\n    UNBUFFERED 1\n", "ENV FAST=1 \\\n    UNBUFFERED=1\n"),
        ("ENV FAST 1 \\\n    UNBUFFERED=1\n", "ENV FAST=1 \\\n    UNBUFFERED=1\n"),
        (
            'LABEL org.a "one" \\\n  org.b="two words"\n',
            'LABEL org.a="one" \\\n  org.b="two words"\n',
        ),
    ],
)
def test_a_line_that_was_meant_as_another_variable_is_split_by_choice(text, split):
    (finding,) = findings(_RULE, f"FROM debian\n{text}")
    assert finding.fix is None
    assert "becomes part of the value of" in finding.message
    (choice,) = finding.choices
    assert apply_edits(f"FROM debian\n{text}", choice.edits) == f"FROM debian\n{split}"


def test_a_value_with_blanks_is_not_split():
    (finding,) = findings(_RULE, "ENV FAST 1 2 \\\n  SLOW 2 \\\n  -x\n")
    assert finding.fix is None
    assert finding.choices == ()


@pytest.mark.parametrize(
    "text",
    [
        "ENV OPTS -a \\\n    -b\n",
        'LABEL description "NOT FOR USE \\\nAFNI 16 stage"\n',
    ],
)
def test_a_value_that_only_goes_on_is_one_value(text):
    (finding,) = findings(_RULE, text)
    assert finding.fix is not None
    assert said(_RULE, text) == [finding.message]
