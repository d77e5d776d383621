"""Ignore files that the project's own scripts write."""

from __future__ import annotations

import pytest
from judged import findings

from lightship.facts.context.generated_ignore import is_generated
from tests.made import build


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("Makefile", 'a:\n\t:> "$(ROOT)/.dockerignore" &&\\\n\ttrue\n', True),
        ("Makefile", 'clean:\n\trm -f -- "$(ROOT)/.dockerignore"\n', True),
        ("build.sh", "cp docker/web.dockerignore .dockerignore\n", True),
        ("build.sh", "cat a b >> .dockerignore; docker build .\n", True),
        (".gitignore", ".venv\n/.dockerignore\n", True),
        (".gitignore", "!.dockerignore\n", False),
        ("build.sh", "cp .dockerignore /tmp/copy\n", False),
        ("build.sh", "# rm .dockerignore\ngrep a .dockerignore\n", False),
        ("README.md", "Write a .dockerignore first\n", False),
    ],
)
def test_who_writes_the_ignore_file(path, text, expected):
    assert is_generated(build("FROM debian:13", {path: text})) is expected


@pytest.mark.parametrize("rule", ["needless-files-copied", "secret-file-copied"])
def test_what_a_script_writes_is_not_edited(rule):
    text = "FROM python:3.13\nCOPY . /app\nRUN pip install -r /app/requirements.txt"
    files = {
        "requirements.txt": "flask",
        "a.py": "",
        ".git/HEAD": "",
        ".env": "KEY=abc\n",
    }
    (finding, *_) = findings(rule, text, files)
    assert finding.fix is not None
    (finding, *_) = findings(rule, text, {**files, "run.sh": "rm -f .dockerignore\n"})
    assert finding.fix is None
