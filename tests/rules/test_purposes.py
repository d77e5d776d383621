"""What an image is for decides how much its size, its age and its style matter."""

from __future__ import annotations

import pytest
from judged import said, severities

from lightship.builds.discover import discover
from lightship.builds.workspace import Workspace
from lightship.lint.finding import Severity
from lightship.repository_facts import RepositoryFacts

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
APP = 'CMD ["/app/server"]'
PYTHON = "FROM python:3.13-slim\n"
SIZE = {
    "conda-cache-kept": "FROM condaforge/miniforge3:25.9.1-0\nRUN conda install -y numpy",
    "apt-lists-kept": "RUN apt-get update && apt-get install -y git",
    "npm-cache-kept": "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n" + APP,
    "rpm-cache-kept": "FROM fedora:43\nRUN dnf install -y git",
    "removed-in-later-layer": "ADD https://example.com/a.tar.gz /tmp/\nRUN rm -rf /tmp/*",
}


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        ("", WARNING),
        ("production", WARNING),
        ("tool", INFO),
        ("ci", INFO),
        ("test", INFO),
    ],
)
def test_the_age_of_an_image_that_is_not_shipped_is_a_note(purpose, expected):
    text = "FROM python:3.9-slim\nRUN pip install -r requirements.txt"
    assert severities("end-of-life-image", text, purpose=purpose) == [expected]


def test_the_size_of_a_tool_counts_only_where_it_is_published():
    text = "FROM python:3.13-slim\nRUN pip install -r requirements.txt"
    assert severities("pip-cache-kept", text) == [WARNING]
    assert said("pip-cache-kept", text, purpose="tool") == []
    assert said("pip-cache-kept", text, purpose="tool", is_published=True)


def test_the_age_of_an_image_that_only_builds_is_a_note():
    text = f"FROM node:16 AS web\nRUN npm ci\n{PYTHON}COPY --from=web /a /a\n{APP}"
    assert severities("end-of-life-image", text) == [INFO]


@pytest.mark.parametrize("rule", SIZE)
def test_the_size_of_an_image_counts_only_where_somebody_pulls_it(rule):
    text = SIZE[rule]
    assert said(rule, text)
    assert said(rule, text, purpose="test") == []
    assert said(rule, text, purpose="development") == []
    assert said(rule, text, purpose="ci", is_published=True)


def test_notes_about_data_of_tests_are_not_worth_reporting():
    fixture = RepositoryFacts(is_fixture=True)
    text = "FROM acme/base:latest\nMAINTAINER me"
    for rule in ("latest-image", "maintainer"):
        assert said(rule, text)
        assert said(rule, text, repository=fixture) == []


RUNS = "consecutive-runs"


def test_a_fuzzing_image_is_for_tests():
    workspace = Workspace.of({".clusterfuzzlite/Dockerfile": "FROM debian:13\n"})
    assert [build.purpose for build in discover(workspace).builds] == ["test"]


@pytest.mark.parametrize("rule", [RUNS, "relative-destination"])
def test_a_test_fixture_is_left_as_it_is(rule):
    text = "FROM debian:13\nCOPY a a\nRUN cp /srv/b /opt/a/b\nRUN chmod 750 /opt/a/b"
    assert said(rule, text)
    assert said(rule, text, purpose="test") == []
    assert said(rule, text, path="tests/test_data/a/Dockerfile") == []
