"""Text for people: style said once, and `lint --explain`."""

from __future__ import annotations

import json

from click.testing import CliRunner

from lightship.cli import cli
from lightship.lint.rule import Practice

OLD = "FROM debian:trixie-slim\nENV A b\nENV C d\nENV E f\n"
WORST = "FROM python:3.8\nCOPY . .\nRUN apt-get update\nRUN apt-get install gcc\nCMD python app.py\n"


def lint(text: str, *options: str) -> str:
    done = CliRunner().invoke(
        cli, ["lint", "--no-config", "--context", "-", *options, "-"], input=text
    )
    assert done.exit_code in (0, 1), done.output
    return done.stdout


def test_style_is_said_once_with_its_other_lines():
    text = lint(OLD)
    assert text.count("legacy-key-value") == 1
    assert "2 more like this: lines 3, 4" in text
    assert "1 finding in" in text


def test_elsewhere_it_is_one_finding_too():
    assert "(also lines 3, 4)" in lint(OLD, "--quiet")
    (row,) = json.loads(lint(OLD, "--select", "legacy-key-value", "--format", "json"))
    assert [place["start"]["line"] for place in row["also"]] == [3, 4]


def test_explained_is_by_practice_with_reasons_and_scores():
    text = lint(WORST, "--explain")
    first, *rest = text.split("\n")
    assert "score" in first
    assert all(f"{practice.value} " in rest[0] for practice in Practice)
    assert text.index("end-of-life-image") < text.index("After its end of life")
    assert text.count("apt-without-yes") == 1
    assert "= fix: Add -y" in text
    assert "docs/practices/README.md" in text


def test_explained_says_so_where_nothing_is_wrong():
    assert "score 100 of 100" in lint(
        "FROM scratch\nCOPY --from=debian:trixie-slim /etc/passwd /etc/\n", "--explain"
    )


def test_explained_has_no_score_for_what_does_not_parse():
    done = CliRunner().invoke(
        cli, ["lint", "--no-config", "--explain", "-"], input="FROM\n"
    )
    assert done.exit_code == 2
    assert "syntax-error" in done.stdout
    assert "of 100\n" not in done.stdout


def test_explained_is_text_or_json():
    done = CliRunner().invoke(
        cli, ["lint", "--explain", "--format", "sarif", "-"], input=OLD
    )
    assert done.exit_code == 2
    assert "--format text" in done.stderr
