"""When empty-continuation reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import found, said

from lightship.lint.finding import Safety, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@pytest.mark.parametrize(
    ("keyword", "severity"),
    [("RUN ./build", WARNING), ("COPY a /a", WARNING), ("FROM debian:13", ERROR)],
)
def test_a_stray_backslash_is_named_where_it_swallows_an_instruction(keyword, severity):
    text = f"FROM debian:13\nRUN rm -rf /tmp/a \\\n\n# What is next\n# here\n{keyword}"
    (item,) = found("empty-continuation", text)
    name = keyword.partition(" ")[0]
    expected = (
        f"the \\ on line 2 makes the {name} of line 6 part of this RUN: remove the \\"
    )
    assert item.finding.message == expected
    assert item.finding.span.of(text) == "\\"
    assert item.severity is severity
    assert item.finding.fix.safety is Safety.UNSAFE


def test_a_blank_line_is_reported_where_it_stands():
    text = "FROM debian:13\nRUN echo a && \\\n\n    echo b && \\\n    echo c"
    (item,) = found("empty-continuation", text)
    assert text[: item.finding.span.start].count("\n") == 2


def test_the_command_of_a_health_check_is_its_own():
    text = (
        "FROM debian:13\nHEALTHCHECK --interval=5s \\\n\nCMD curl -f http://localhost"
    )
    (message,) = said("empty-continuation", text)
    assert "blank" in message


def test_a_keyword_may_stand_before_a_tab():
    text = "FROM debian:13\nRUN rm -rf /a \\\n\nRUN\t./build"
    (message,) = said("empty-continuation", text)
    assert message.startswith("the \\ on line 2 makes the RUN of line 4")


@pytest.mark.parametrize("end", ["\n", "    ", "\n# the end\n", "\t\n\n"])
def test_at_the_end_of_the_file_the_backslash_is_the_mistake(end):
    text = f"FROM debian:13\nRUN rm -rf /a \\\n    /b \\\n{end}"
    (item,) = found("empty-continuation", text)
    assert item.finding.span.of(text) == "\\"
    assert item.finding.message == (
        "the \\ on line 3 continues this RUN, and the file ends: remove the \\"
    )
    assert item.finding.fix.safety is Safety.SAFE
    (edit,) = item.finding.fix.edits
    assert text[: edit.span.start] == "FROM debian:13\nRUN rm -rf /a \\\n    /b"


def test_an_operator_without_a_command_goes_with_the_backslash():
    text = "FROM debian:13\nRUN rm -rf /a && \\\n\n"
    (item,) = found("empty-continuation", text)
    assert item.finding.fix.safety is Safety.UNSAFE


@pytest.mark.parametrize(
    ("above", "below"), [("RUN", "COPY a /a"), ("RUN ./make", "FROM debian slim")]
)
def test_two_that_cannot_be_read_alone_stay_together(above, below):
    text = f"FROM debian:13\n{above} \\\n\n{below}\n"
    (item,) = found("empty-continuation", text)
    assert "makes the" in item.finding.message
    assert item.finding.fix is None
