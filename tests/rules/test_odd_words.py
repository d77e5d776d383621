"""Words that stand where no fix may touch them, and instructions without what they are for."""

from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.lint.engine import lint
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection
from lightship.rules.caching.sources_before_dependencies import RULE as SOURCES
from lightship.rules.context.destination_without_slash import RULE as SLASH
from lightship.rules.packages.apt_without_yes import RULE as YES
from lightship.rules.shell.cd_in_run import RULE as CD


def after(text: str, *rules, files=None) -> str:
    build = Build(
        parse(f"FROM debian:trixie-slim\n{text}\n"),
        None if files is None else Context.of(files),
    )
    return (
        fix(build, RuleSelection(rules), UNSAFE)
        .text.removeprefix("FROM debian:trixie-slim\n")
        .removesuffix("\n")
    )


def test_a_run_with_options_alone():
    build = Build(
        parse(
            "FROM debian:trixie-slim\nRUN --mount=from=a\nRUN --mount=from=a\nRUN true\n"
        )
    )
    assert "rule-crashed" not in {item.rule.id for item in lint(build, all_rules())}


@pytest.mark.parametrize("odd", ["set -e; <<EOF", "<<EOF >/log", "A=1 <<EOF"])
def test_a_command_without_words_crashes_no_rule(odd):
    body = "pip install --trusted-host index.example.com -r requirements.txt"
    text = f"FROM python:3.13-slim\nRUN {odd}\n{body}\nEOF\nRUN {body}\n"
    findings = {item.rule.id for item in lint(Build(parse(text)), all_rules())}
    assert "rule-crashed" not in findings
    assert "trusted-host" in findings


@pytest.mark.parametrize(
    ("command", "has_fix"),
    [
        ("bash -c 'apt-get install git'", True),
        ('bash -c "apt-get install \\"git\\""', True),
        ('["bash", "-c", "apt-get install git"]', True),
        ("bash -c 'apt-get 'install git", False),
        ("bash -c 'a; apt-get install '\"x\"", False),
    ],
)
def test_an_option_stays_in_the_quotes_of_its_script(command, has_fix):
    assert (after(f"RUN {command}", YES) != f"RUN {command}") == has_fix


@pytest.mark.parametrize("word", ["$", "-", "--x", "~", "a\\b"])
def test_where_workdir_would_say_something_else(word):
    assert after(f"RUN cd {word}", CD) == f"RUN cd {word}"


@pytest.mark.parametrize("text", ["COPY a b <<''", "COPY a b << 2))\n2))"])
def test_a_heredoc_as_destination(text):
    assert after(text, SLASH) == text


def test_the_root_of_the_context_is_no_requirements_file():
    text = "COPY . /app\nRUN pip install -r /app/"
    assert after(text, SOURCES) == text


def test_a_file_that_looks_like_an_option():
    text = "WORKDIR /app\nCOPY . .\nRUN pip install -r --requirements.txt"
    assert after(text, SOURCES) == text
