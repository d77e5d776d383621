"""When venv-and-code-in-one-copy reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import found, said

VENV = (
    "# syntax=docker/dockerfile:1\nFROM python:3.13-slim AS build\nWORKDIR /app\n"
    "COPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-install-project\n"
    "COPY . /app\n{}FROM python:3.13-slim\n{}COPY --from=build /app /app\n{}USER 10001"
)
MIXED = "venv-and-code-in-one-copy"
PACKAGED = (
    '[project]\nname = "a"\nversion = "1"\n[build-system]\nrequires = ["hatchling"]\n'
)
VIRTUAL = '[project]\nname = "a"\nversion = "1"\n'


@pytest.mark.parametrize(
    ("install", "manifest", "is_silent"),
    [
        ("", PACKAGED, False),
        ("RUN uv sync --locked\n", PACKAGED, True),
        ("RUN uv sync --locked\n", VIRTUAL, False),
        ("RUN uv sync --locked\n", f"{PACKAGED}[tool.uv]\npackage = false\n", False),
        ("RUN .venv/bin/pip install .\n", PACKAGED, True),
    ],
)
def test_an_environment_that_changes_with_the_sources_cannot_be_kept_apart(
    install, manifest, is_silent
):
    files = {"pyproject.toml": manifest, "uv.lock": "version = 1\n", "a.py": ""}
    messages = said(MIXED, VENV.format(install, "", ""), files)
    assert (messages == []) is is_silent


def test_an_environment_that_is_there_already_is_to_be_excluded():
    first = "COPY --from=build /app/.venv /app/.venv\n"
    (item,) = found(MIXED, VENV.format("", first, ""))
    assert (
        item.finding.message == ".venv is in the image twice: exclude it from this COPY"
    )
    assert len(item.finding.fix.edits) == 1


def test_an_environment_that_a_later_run_removes_is_not_copied_first():
    assert said(MIXED, VENV.format("", "", "RUN rm -rf /app/.venv\n")) == []


def test_packages_of_node_are_not_wanted_in_a_python_image():
    text = (
        "FROM node:24-slim AS build\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\n"
        "COPY . .\nFROM {}\nCOPY --from=build /app /app\nUSER 10001"
    )
    assert said(MIXED, text.format("node:24-slim"))
    assert said(MIXED, text.format("python:3.13-slim")) == []
