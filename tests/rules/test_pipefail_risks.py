"""SHELL with pipefail is not set where it would stop a build that works."""

from __future__ import annotations

import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}
DOWNLOAD = "RUN curl -f https://example.org/b | sh\n"


def fixes(text):
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
    staged = f"FROM debian:13 AS base\n{DOWNLOAD}FROM base\n{later}"
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
    assert fixes(f"FROM debian:13\n{risky}FROM debian:13\n{DOWNLOAD}")[0] is not None
