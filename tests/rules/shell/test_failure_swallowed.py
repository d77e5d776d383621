"""When failure-swallowed reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import RULES, findings, said

from lightship.lint.examples import build_of
from lightship.lint.finding import Safety
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.rule_selection import RuleSelection
from lightship.text import apply_edits

RULE = "failure-swallowed"
PYTHON = "FROM python:3.13-slim\n"


def test_set_u_stops_at_a_variable_that_only_the_skipped_part_sets():
    start = "RUN set -eux; git clone https://example.com/a && ls && B=1 || true && "
    assert said("failure-swallowed", f'{PYTHON}{start}grep "$B" /a') == []
    assert said("failure-swallowed", f'{PYTHON}{start}grep "$C" /a')


def test_a_go_get_that_always_fails_is_lived_with():
    text = "FROM golang:1.26\nRUN for m in a b; do go get x/$m; go install x/$m; done"
    messages = said("failure-swallowed", text)
    assert [item for item in messages if "go get" in item] == []


def test_no_braces_after_a_removal_that_may_fail_each_time():
    text = (
        "FROM python:3.13\nRUN --mount=type=cache,target=/root/.cache/pip pip install -r a.txt && "
        "rm -rf /root/.cache/pip && find / -name a -delete || true && ls\n"
    )
    [finding] = findings("failure-swallowed", text)
    assert finding.fix.safety is Safety.MANUAL
    [finding] = findings("failure-swallowed", text.replace("rm -rf", "du"))
    assert finding.fix is not None


@pytest.mark.parametrize(
    ("before", "safety"),
    [
        ("pip cache purge", Safety.MANUAL),
        ("find / -name '*.pyc' -delete", Safety.MANUAL),
        ("npm cache clean", Safety.MANUAL),
        ("dnf check-update", Safety.MANUAL),
        ("userdel app", Safety.MANUAL),
        ("apt-get clean", Safety.UNSAFE),
        ("cd /app", Safety.UNSAFE),
        ("apt-get update", Safety.UNSAFE),
    ],
)
def test_braces_are_only_shown_where_a_command_before_may_fail_without_harm(
    before, safety
):
    text = f"FROM python:3.13\nRUN pip install -r a.txt && {before} && strip /a || true && ls\n"
    [finding] = findings("failure-swallowed", text)
    assert finding.fix.safety is safety


@pytest.mark.parametrize(
    ("base", "safety"),
    [("node:24-slim", Safety.MANUAL), ("node:24", Safety.UNSAFE)],
)
def test_braces_are_not_put_where_a_needed_command_is_missing(base, safety):
    text = f"FROM {base}\nRUN make && make install && strip /bin/a || true && ls\n"
    [finding] = findings("failure-swallowed", text)
    assert finding.fix.safety is safety


@pytest.mark.parametrize(
    ("loop", "after", "count"),
    [
        (
            "while read r; do conda install -y $r; done < requirements.txt",
            "pip install .",
            0,
        ),
        (
            "for r in $(cat requirements.txt); do conda install -y $r; done",
            "pip install .",
            0,
        ),
        ("while read r; do conda install -y $r; done < requirements.txt", "ls", 1),
        ("while read r; do conda install -y $r; done < packages", "pip install .", 1),
    ],
)
def test_pip_installs_what_conda_has_not_of_the_requirements(loop, after, count):
    text = f"FROM condaforge/miniforge3:25\nRUN {loop} && {after}"
    assert len(said("failure-swallowed", text)) == count


@pytest.mark.parametrize(
    ("run", "count"),
    [
        ("apt-get install -y a && b || true \\\n && c || true \\\n && d || true", 0),
        ("apt-get install -y a && b || true \\\n && c || true \\\n && d", 1),
        ("apt-get install -y a && b || true \\\n && c || true", 1),
    ],
)
def test_a_run_whose_steps_may_all_fail_is_meant_so(run, count):
    assert len(findings(RULE, f"FROM debian:13\nRUN {run}\n")) == count


@pytest.mark.parametrize(
    ("names", "count"),
    [("--upgrade pip", 0), ("-U pip setuptools wheel", 0), ("--upgrade pip flask", 1)],
)
def test_the_image_is_complete_without_a_newer_pip(names, count):
    run = f"pip install {names} && pip uninstall -y torch || true && pip check"
    assert len(findings(RULE, f"FROM python:3.13\nRUN {run}\n")) == count


def test_the_fix_puts_braces_around_each_that_would_hide_it():
    run = "git clone https://a/b && cd b || true && make || true && cp a b; x || true"
    build = build_of(f"FROM acme/tools:1\nRUN {run}\n", {})
    fixed = fix(build, RuleSelection((RULES[RULE],)), UNSAFE)
    assert fixed.build.dockerfile.text.splitlines()[1] == (
        "RUN git clone https://a/b && { cd b || true; } && { make || true; } && cp a b; x || true"
    )
    assert findings(RULE, fixed.build.dockerfile.text) == []


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (
            "[ $A = b ] && apk add --no-cache c && \\\n d || true",
            "if [ $A = b ]; then apk add --no-cache c && \\\n d; fi",
        ),
        (
            "grep -q a /b && [ -f /c ] && \\\n apk add --no-cache c && \\\n d || true",
            "if grep -q a /b && [ -f /c ]; then \\\n apk add --no-cache c && \\\n d; fi",
        ),
    ],
)
def test_a_list_that_begins_with_a_test_is_written_with_if(run, expected):
    [finding] = findings(RULE, f"FROM alpine:3.24\nRUN {run}\n")
    assert finding.message == (
        "|| true is for the test, but also hides a failing apk add: write it with if"
    )
    build = build_of(f"FROM alpine:3.24\nRUN {run}\n", {})
    fixed = apply_edits(build.dockerfile.text, finding.fix.edits)
    assert fixed == f"FROM alpine:3.24\nRUN {expected}\n"


def test_no_if_where_more_of_the_list_ignores_failures():
    run = "[ $A = b ] && apk add --no-cache c && d || true && e || true"
    [finding] = findings(RULE, f"FROM alpine:3.24\nRUN {run}\n")
    assert finding.message.endswith("write it with if")
    assert finding.fix is None
