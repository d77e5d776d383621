"""SHELL with pipefail is not set where it would stop a build that works."""

from __future__ import annotations

import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.finding import Safety
from lightship.lint.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}
FULL = "FROM buildpack-deps:trixie\n"  # it has curl
DOWNLOAD = "RUN curl -f https://example.org/b | sort > /b\n"


def fixes(text):
    if not text.startswith("FROM"):
        text = FULL + text
    found = lint(build_of(text), [RULES["pipe-without-pipefail"]])
    assert found
    return [item.finding.fix for item in found]


@pytest.mark.parametrize(
    "later",
    [
        'RUN version=$(qjs --help | awk "/version/ {print $4}") && echo "$version"',
        "RUN tool --help | sed 1d > /help",
        "RUN yes | sdkmanager --licenses",
        "RUN grep -v '^#' /packages | xargs apt-get install -y",
        "RUN dpkg -l | head -n 1 > /first",
        "RUN NAME=$(tool list | cut -d: -f1) && echo $NAME",
    ],
)
def test_no_shell_is_set_where_a_pipe_below_would_fail_with_pipefail(later):
    assert not any(fixes(DOWNLOAD + later))
    staged = f"FROM buildpack-deps:trixie AS base\n{DOWNLOAD}FROM base\n{later}"
    assert not any(fixes(staged))


@pytest.mark.parametrize(
    "other",
    [
        "RUN yes | tool || true",
        'RUN echo "$(tool | wc -l) files"',
        "RUN if tool --help | grep -q a; then echo a; fi",
        "RUN echo a b | cut -c1 | head -n 1",
        "RUN V=$(curl -f https://example.org | jq .v) && echo $V",
        "RUN bash -c 'yes | tool'",
    ],
)
def test_shell_is_set_where_no_pipe_below_would_fail(other):
    assert fixes(DOWNLOAD + other)[0] is not None


def test_what_stands_above_or_in_another_stage_is_not_changed():
    risky = "RUN yes | tool\n"
    assert fixes(risky + DOWNLOAD)[0] is not None
    assert (
        fixes(
            f"FROM buildpack-deps:trixie\n{risky}FROM buildpack-deps:trixie\n{DOWNLOAD}"
        )[0]
        is not None
    )


@pytest.mark.parametrize(
    "text",
    [
        f"FROM python:3.13-slim\n{DOWNLOAD}",
        f"FROM python:3.13-slim\nRUN echo\nRUN apt-get update && {DOWNLOAD[4:]}",
        f"FROM debian:13 AS base\nFROM base\n{DOWNLOAD}",
        'FROM python:3.13-slim\nSHELL ["/bin/bash", "-c"]\n' + DOWNLOAD,
    ],
)
def test_no_fix_where_the_pipe_fails_already_because_the_image_lacks_the_command(text):
    assert fixes(text) == [None] * len(fixes(text))


@pytest.mark.parametrize(
    "before",
    [
        "FROM python:3.13\n",
        "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y curl\n",
        "FROM rockylinux:9\n",
    ],
)
def test_a_command_that_the_image_is_known_to_have_is_fixed(before):
    (fix,) = fixes(before + DOWNLOAD)
    assert fix.safety is Safety.UNSAFE


def test_a_command_that_may_be_missing_is_left_to_the_user():
    for text in (
        "FROM python:3.13-slim\nRUN our-tool | sh",
        f"FROM postgres:17\n{DOWNLOAD}",
    ):
        (fix,) = fixes(text)
        assert fix.safety is Safety.MANUAL
