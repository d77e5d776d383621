"""When failure-swallowed reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said

from lightship.lint.finding import Safety

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
