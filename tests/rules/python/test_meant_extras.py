"""Extras and groups for development that are meant, or that the project does not have."""

from __future__ import annotations

import pytest
from judged import said

RULE = "dev-dependencies-installed"
END = '\nCMD ["python", "-m", "shop"]'
PROJECT = "[project]\nname = 'shop'\nversion = '1'\n"
EXTRAS = f"{PROJECT}[project.optional-dependencies]\ntests = ['pytest']\n"
DYNAMIC = f'{PROJECT}dynamic = ["optional-dependencies"]\n'
GROUPS = f"{PROJECT}[dependency-groups]\ndev = ['ruff']\n"


@pytest.mark.parametrize(
    ("extra", "manifest", "expected"),
    [
        ("test", EXTRAS, 0),
        ("tests", EXTRAS, 1),
        ("test", DYNAMIC, 1),
        ("test", None, 1),
    ],
)
def test_an_extra_that_the_project_does_not_have_installs_nothing(
    extra, manifest, expected
):
    files = {".dockerignore": "", "a.py": ""}
    if manifest is not None:
        files["pyproject.toml"] = manifest
    copy = "COPY pyproject.toml ./\n" if manifest else ""
    text = f"FROM python:3.14-slim\nWORKDIR /app\n{copy}RUN pip install .[{extra}]{END}"
    assert len(said(RULE, text, files)) == expected


@pytest.mark.parametrize(
    ("comment", "run", "expected"),
    [
        ("# get testing requirements\n", "pip install -e .[dev]", 0),
        ("# the program\n", "pip install -e .[dev]", 1),
        ("# get testing requirements\n", "pip install -e .[web,dev]", 1),
        ("# get testing requirements\n", "pip install -e .[dev] && true", 1),
    ],
)
def test_a_comment_says_that_a_run_is_for_tests(comment, run, expected):
    text = f"FROM python:3.14-slim\nCOPY . .\n{comment}RUN {run}{END}"
    assert len(said(RULE, text)) == expected


COMPOSE = "services:\n  web:\n    build: .\n    environment:\n      - DEBUG={}\n"


@pytest.mark.parametrize(
    ("comment", "files", "expected"),
    [
        ("", {}, 1),
        ("    # uv sync --locked --no-default-groups \\\n", {}, 0),
        ("    # uv sync --locked \\\n", {}, 1),
        ("", {"compose.yaml": COMPOSE.format("True")}, 0),
        ("", {"compose.yaml": COMPOSE.format("False")}, 1),
        (
            "",
            {
                "compose.yaml": COMPOSE.format("True"),
                "compose.prod.yaml": COMPOSE.format("0"),
            },
            1,
        ),
    ],
)
def test_the_groups_may_be_chosen(comment, files, expected):
    text = (
        "FROM python:3.14-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"
        "WORKDIR /app\nCOPY pyproject.toml uv.lock ./\n"
        f"RUN --mount=type=cache,target=/root/.cache/uv \\\n{comment}"
        f"    uv sync --locked{END}"
    )
    project = {"pyproject.toml": GROUPS, "uv.lock": "", **files}
    assert len(said(RULE, text, project)) == expected


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# Note: We include dev dependencies because the pages need them\n", 0),
        ("# dev is needed for the admin pages\n", 0),
        ("# dev is not needed\n", 1),
        ("# Install without dev dependencies, we need few\n", 1),
        ("# the program\n", 1),
    ],
)
def test_a_comment_says_that_the_group_is_included_on_purpose(comment, expected):
    text = (
        "FROM python:3.14-slim\nRUN pip install uv==0.9.2\nWORKDIR /app\n"
        f"COPY pyproject.toml uv.lock ./\n{comment}RUN uv sync --frozen{END}"
    )
    files = {"pyproject.toml": GROUPS, "uv.lock": ""}
    assert len(said(RULE, text, files)) == expected
