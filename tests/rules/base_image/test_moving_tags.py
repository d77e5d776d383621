"""Where a tag that moves is nothing to speak of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from judged import build_of, said

from lightship.lint.engine import lint
from lightship.lint.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}
MOVING = {
    "latest-image": "FROM nginx:latest",
    "untagged-image": "FROM nginx",
    "floating-tag": "FROM python:3-slim",
}


@pytest.mark.parametrize("rule", MOVING)
@pytest.mark.parametrize("purpose", ["development", "test", "ci"])
def test_an_image_to_work_or_test_with_may_follow_its_base(rule, purpose):
    build = build_of(f"{MOVING[rule]}\n")
    assert lint(build, [RULES[rule]])
    assert not lint(replace(build, purpose=purpose), [RULES[rule]])
    assert lint(replace(build, purpose="production"), [RULES[rule]])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('CMD ["true"]', 0),
        ("VOLUME /data\nCMD true", 0),
        ('RUN pip install flask\nCMD ["true"]', 1),
        ('CMD ["python", "app.py"]', 1),
        ("VOLUME /data", 1),
    ],
)
def test_a_container_that_runs_nothing_has_no_version_that_matters(text, count):
    assert len(said("floating-tag", f"FROM python:alpine\n{text}")) == count


@pytest.mark.parametrize(
    ("allowed", "tag"),
    [(">=3.8,<3.11", "3.10-slim"), (">=3.8", "3.14-slim"), ("<3", "")],
)
def test_the_version_to_pin_is_one_that_the_project_allows(allowed, tag):
    files = {
        "pyproject.toml": f"[project]\nname = 'a'\nrequires-python = '{allowed}'\n"
    }
    (message,) = said("floating-tag", "FROM python:3-slim", files)
    assert message.endswith(f"such as python:{tag}" if tag else "pin one")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("latest-image", "FROM condaforge/mambaforge:latest"),
        ("latest-image", "FROM redislabs/redismod:latest"),
        ("latest-image", "FROM minio/minio:latest"),
        ("latest-image", "FROM quay.io/minio/mc:latest"),
        ("latest-image", "FROM continuumio/miniconda:latest"),
        ("untagged-image", "FROM conda/miniconda3"),
        ("untagged-image", "FROM openjdk"),
        ("untagged-image", "FROM docker.io/continuumio/miniconda3"),
    ],
)
def test_an_image_without_updates_is_to_be_replaced_and_not_pinned(rule, text):
    [message] = said("end-of-life-image", text)
    assert "has had no updates since" in message
    assert said(rule, text) == []
    before = date(2016, 1, 1)
    assert said("end-of-life-image", text, today=before) == []
    assert said(rule, text, today=before)


@pytest.mark.parametrize(
    ("base", "run", "count"),
    [
        ("python:3-slim-bookworm", "pipx install /app", 0),
        ("python:3-slim-bookworm", "pip install /app", 1),
        # Debian moves, too
        ("python:3-slim", "pipx install /app", 1),
    ],
)
def test_a_program_that_runs_by_the_python_of_debian(base, run, count):
    text = f"FROM {base}\nRUN apt-get update && apt-get install -y pipx\nRUN {run}\n"
    assert len(said("floating-tag", text)) == count


@pytest.mark.parametrize(
    ("requirement", "advice"),
    [
        ("numpy==1.24.3", "python:3.11"),
        ("numpy==1.26.4", "python:3.12"),
        ("numpy", "python:3.14"),
        ("pysha3==1.0.2", ""),
    ],
)
def test_the_python_that_is_named_has_wheels_for_what_is_pinned(requirement, advice):
    text = "FROM python:3\nCOPY requirements.txt .\nRUN pip install -r requirements.txt"
    (message,) = said("floating-tag", text, {"requirements.txt": f"{requirement}\n"})
    assert message.startswith("python:3 moves to new versions: pin one")
    assert message.partition("such as ")[2] == advice
