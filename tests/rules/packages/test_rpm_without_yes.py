"""When rpm-without-yes reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import severities

from lightship.lint.finding import Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@pytest.mark.parametrize(
    ("command", "severity"),
    [
        ("yum install git", ERROR),
        ("dnf remove git", ERROR),
        ("dnf autoremove", WARNING),
        ("yum update", WARNING),
    ],
)
def test_what_may_have_nothing_to_do_may_ask(command, severity):
    text = f"FROM fedora:44\nRUN {command}"
    assert severities("rpm-without-yes", text) == [severity]
