"""`lightship cache replay --ci`: the builds of a workflow, or with the caches that are named."""

from __future__ import annotations

import json

import pytest
from repositories import Repository
from schemas import validator

DOCKERFILE = """\
FROM python:3.13 AS build
COPY requirements.txt .
RUN pip install -r requirements.txt
FROM python:3.13
COPY --from=build /usr/local /usr/local
COPY app.py .
RUN python -m compileall .
"""
WORKFLOW = """\
on:
  push:
    branches: [main]
    paths: ["app/**"]
  pull_request:
  schedule:
    - cron: '0 6 1,15 * *'
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: app
          cache-from: type=gha
          cache-to: type=gha,mode=max
"""


@pytest.fixture
def repository(project):
    """Three pushes, of which the second leaves the image alone, and a pull request."""
    found = Repository(project / "repo")
    found.commit(
        {
            ".github/workflows/image.yml": WORKFLOW,
            "app/Dockerfile": DOCKERFILE,
            "app/.dockerignore": ".git\nDockerfile\n",
            "app/app.py": "1\n",
            "app/requirements.txt": "flask\n",
            "README.md": "1\n",
        },
        "start",
    )
    found.commit({"app/app.py": "2\n"}, "code")
    found.commit({"README.md": "2\n"}, "words")
    found.commit({"app/requirements.txt": "django\n"}, "dependencies (#4)")
    return found


def replayed(run, repository, *args):
    place = str(repository.root / "app")
    result = run("cache", "replay", place, "--ci", *args, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    validator("cache", "ci_replay").validate(found)
    return found


def events(setting):
    return {event["event"]: event for event in setting["events"]}


def test_the_workflow_says_which_runs_build_and_with_which_caches(run, repository):
    found = replayed(run, repository)
    assert found["where"] == ".github/workflows/image.yml:14"
    written = found["written"]
    assert written["cache_to"] == ["type=gha,mode=max"]
    by_event = events(written)
    # The commit that changes the README alone is not built
    assert by_event["push"]["runs"] == 2
    assert by_event["pull-request"]["runs"] == 1
    hits = [step["hits"] for step in by_event["push"]["steps"]]
    assert hits == [1, 1, 1, 0, 0]


@pytest.mark.parametrize("command", ["docker compose build", "docker buildx bake"])
def test_the_caches_of_a_service_are_replayed_as_those_of_a_workflow(
    run, repository, command
):
    by_action = events(replayed(run, repository)["written"])
    head, _, _ = WORKFLOW.partition("      - uses: docker/build-push-action")
    compose = (
        "services: {web: {build: {context: app,"
        " cache_from: ['type=gha'], cache_to: ['type=gha,mode=max']}}}"
    )
    files = {
        ".github/workflows/image.yml": f"{head}      - run: {command}\n",
        "compose.yaml": compose,
    }
    repository.commit(files, "compose")
    found = replayed(run, repository)
    assert found["written"]["cache_to"] == ["type=gha,mode=max"]
    by_compose = events(found["written"])
    assert by_compose["push"]["rebuilt"] == by_action["push"]["rebuilt"]


def test_a_merge_is_paid_again_with_gha_and_not_with_a_registry_that_all_write(
    run, repository
):
    ref = "type=registry,ref=example.org/app:cache"
    gha = replayed(run, repository)
    shared = replayed(
        run, repository, "--cache-from", ref, "--cache-to", f"{ref},mode=max"
    )
    assert events(gha["written"])["push"]["rebuilt"] == 7
    assert events(shared["written"])["push"]["rebuilt"] == 2


def test_without_a_workflow_every_push_and_pull_request_is_a_run(run, repository):
    repository.commit({".github/workflows/image.yml": None}, "no workflow")
    found = replayed(run, repository)
    assert found["where"] == "no workflow"
    assert events(found["written"])["push"]["runs"] == 4
    assert any("no workflow" in note for note in found["notes"])


def test_the_text_names_the_reasons_and_the_other_settings(run, repository):
    place = str(repository.root / "app")
    result = run("cache", "replay", place, "--ci", "--cache-to", "type=gha")
    assert result.exit_code == 0, result.stderr
    assert "no cache is read" in result.stdout
    assert "gha, mode=max" in result.stdout
    assert "ADVICE" in result.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--historic"], "--ci and --historic cannot be combined"),
        (["--format", "markdown"], "--ci has no format markdown"),
        (["--cache-from", "scope=x"], "it names no type"),
        (["--step", "other.yml:3"], "there are .github/workflows/image.yml:14"),
    ],
)
def test_what_does_not_go_together_is_refused(run, repository, options, message):
    place = str(repository.root / "app")
    result = run("cache", "replay", place, "--ci", *options)
    assert result.exit_code == 2
    assert message in result.stderr
