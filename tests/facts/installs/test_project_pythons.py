"""Which Pythons the projects that a build installs allow."""

from __future__ import annotations

import pytest

from lightship.facts.installs.project_pythons import (
    asked_for,
    installed_projects,
    is_known,
    stated_minors,
)
from lightship.lint.examples import build_of

INSTALL = "FROM python:3.13\nCOPY . .\nRUN pip install ."


@pytest.mark.parametrize(
    ("requires", "allows", "refuses"),
    [
        (">=3.12", "3.14", "3.11"),
        (">=3.11,<3.13", "3.12", "3.13"),
        ("~=3.13", "3.13", "3.12"),
    ],
)
def test_the_minors_that_a_project_states(requires, allows, refuses):
    text = f"[project]\nname = 'a'\nrequires-python = '{requires}'\n"
    one = build_of(INSTALL, {"pyproject.toml": text})
    (versions,) = stated_minors(one)
    assert allows in versions
    assert refuses not in versions


def test_a_project_that_says_nothing_and_one_without_a_context():
    assert stated_minors(build_of(INSTALL, {"pyproject.toml": "[project]\n"})) == []
    assert stated_minors(build_of(INSTALL)) == []


def test_the_directory_of_a_project_is_that_of_the_context():
    text = "FROM python:3.13\nWORKDIR /srv\nCOPY api ./\nRUN pip install ."
    one = build_of(text, {"api/pyproject.toml": "[project]\nname = 'a'\n"})
    assert "api" in installed_projects(one)


@pytest.mark.parametrize(
    ("requirements", "known"),
    [("numpy==2.4.0\n", True), ("acme-core==1.0\n", False), ("numpy==1.19.5\n", False)],
)
def test_what_is_asked_for_and_whether_it_has_wheels(requirements, known):
    text = "FROM python:3.13\nCOPY r.txt .\nRUN pip install -r r.txt"
    one = build_of(text, {"r.txt": requirements})
    (asked,) = asked_for(one)
    (call,) = one.packages("pip")
    assert asked.name == requirements.partition("=")[0]
    assert is_known(one, call, "3.13") is known
