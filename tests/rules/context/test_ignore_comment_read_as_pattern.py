"""What ignore-comment-read-as-pattern says of a comment after a pattern."""

from __future__ import annotations

import pytest
from judged import findings, said

from lightship.lint.finding import Severity


@pytest.mark.parametrize(
    ("line", "effect"),
    [
        ("*.svg  # drawings", "*.svg is not excluded"),
        ("!*.svg  # drawings", "*.svg is not sent again"),
    ],
)
def test_it_says_what_the_pattern_alone_would_do(line, effect):
    files = {"a.svg": "", ".dockerignore": f"Dockerfile\n.dockerignore\n{line}\n"}
    (message,) = said("ignore-comment-read-as-pattern", "FROM a\nCOPY . /", files)
    assert effect in message


def test_an_exception_for_what_is_not_there_is_no_matter():
    lines = "Dockerfile\n.dockerignore\n!*.svg  # drawings\n*.png  # photos\n"
    messages = said(
        "ignore-comment-read-as-pattern",
        "FROM a\nCOPY . /",
        {"a.py": "", ".dockerignore": lines},
    )
    assert messages == ["this comment is part of the pattern: *.png is not excluded"]


def test_lines_that_follow_one_another_are_one_finding():
    lines = ".html  # plots\n.pg  # graphs\n.avi # videos\n\n*.png # photos\n"
    first, second = findings(
        "ignore-comment-read-as-pattern",
        "FROM a\nCOPY . /",
        {"a.py": "", ".dockerignore": f"Dockerfile\n.dockerignore\n{lines}"},
    )
    many = "comments on 3 lines are part of their patterns"
    assert first.message == f"{many}: **/*.html, for one, is not excluded"
    assert second.message.startswith("this comment is part of the pattern: *.png")


def test_what_a_bare_ending_means_is_a_choice():
    [finding] = findings(
        "ignore-comment-read-as-pattern",
        "FROM a\nCOPY . /",
        {"b.html": "", ".dockerignore": "Dockerfile\n.dockerignore\n.html # plots\n"},
    )
    assert finding.severity is None  # b.html is sent
    written = [cure.edits[0].text for cure in finding.cures]
    assert written == ["# plots\n**/*.html", "# plots\n.html"]


def test_a_name_is_not_an_ending():
    [message] = said(
        "ignore-comment-read-as-pattern",
        "FROM a\nCOPY . /",
        {"a.py": "", ".dockerignore": "Dockerfile\n.dockerignore\n.env # secret\n"},
    )
    assert ": .env is not excluded" in message


@pytest.mark.parametrize(
    ("text", "line", "severities"),
    [
        ("COPY . /", "!README.md # for reference", [None]),
        ("COPY README.md app.py /", "!README.md # for reference", [None]),
        ("COPY *.md app.py /", "!README.md # for reference", [None]),
        ("RUN --mount=type=bind,target=/a cp /a/app.py /", "!README.md # a", [None]),
        ("COPY docs app.py /", "!README.md # for reference", []),
        ("COPY . /", "!Dockerfile # for reference", []),
        ("COPY docs app.py /", "docs # pages", [None]),
        ("COPY app.py /", "docs # pages", [Severity.INFO]),
    ],
)
def test_an_exception_matters_for_what_a_copy_takes(text, line, severities):
    """The builder reads the Dockerfile whatever the ignore file says."""
    files = {
        "app.py": "",
        "README.md": "",
        "Dockerfile": "",
        "docs/a.html": "",
        ".dockerignore": f"*.md\nDockerfile\n.dockerignore\n{line}\n",
    }
    told = findings("ignore-comment-read-as-pattern", f"FROM a\n{text}", files)
    assert [finding.severity for finding in told] == severities
