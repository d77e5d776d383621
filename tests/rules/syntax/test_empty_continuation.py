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
