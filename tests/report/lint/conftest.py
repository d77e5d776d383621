from __future__ import annotations

import pytest
from made import report, rule

from lightship.lint.builtin import SYNTAX_ERROR
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.text import Edit, Span

TEXT = 'FROM debian\nRUN apt-get install "ü & <x>" \udcff\n\tCOPY a, b: %c\n'


@pytest.fixture
def reports():
    """Three files: with findings of every kind, unreadable, and clean."""
    warning, style = (
        rule("first-rule", aliases=("DL3006", "StageNameCasing")),
        rule("other-rule", severity=Severity.STYLE),
    )
    edits = (
        Edit(Span(5, 11), "debian:13 \udcff"),
        Edit(Span(0, 0), ".git\n", ".dockerignore"),
    )
    at = TEXT.index("COPY")
    others = (
        Fix("Otherwise", (Edit(Span(0, 0), "*\n", ".dockerignore"),), Safety.MANUAL),
    )
    by_hand = Fix("By hand", (Edit.delete(Span(16, 20)),), Safety.MANUAL)
    findings = [
        (
            warning,
            Finding(
                Span(5, 11),
                "no tag, 100%: <&> \udcff",
                Fix("Add a tag", edits, Safety.UNSAFE),
            ),
        ),
        (style, Finding(Span(16, at), "over\x1b two lines", by_hand, choices=others)),
        (style, Finding(Span(at, at + 4), "here", severity=Severity.INFO)),
    ]
    broken = [(SYNTAX_ERROR, Finding(Span(0, 0), "cannot"))]
    return [
        report(
            TEXT,
            findings,
            "a b/Dockerfile",
            root="a b",
            files={".dockerignore": ""},
            suppressed=2,
            aliases={"first-rule": "DL3006"},
        ),
        report("", broken, "broken", unreadable=True),
        report("FROM b\n", [], "clean"),
    ]
