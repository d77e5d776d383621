"""The command `ci`, and `lint` and `fix` of workflows: text, JSON, Markdown, comments, selection."""

from __future__ import annotations

import json

import pytest
from schemas import validator

DOCKERFILE = """\
FROM golang:1.25 AS build
WORKDIR /src
COPY go.mod ./
RUN go mod download
COPY . .
RUN go build -o /app .
FROM debian:trixie-slim
COPY --from=build /app /app
"""
WORKFLOW = """\
name: Image
on:
  push:
    branches: [main]
    tags: ["v*"]
  pull_request:
jobs:
  image:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        app: [api, worker]
    steps:
      - uses: actions/checkout@v5
      # Builds need their own
      - uses: docker/setup-buildx-action@v3
      - name: Build it
        uses: docker/build-push-action@v6
        with:
          context: ${{ matrix.app }}
          push: ${{ github.event_name != 'pull_request' }} # not for reviews
          platforms: linux/amd64,linux/arm64
          cache-from: type=gha
          cache-to: type=gha
          build-args: |
            GIT_SHA=${{ github.sha }}
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: docker build --target build api
"""
PATH = ".github/workflows/image.yml"


@pytest.fixture
def shop(project):
    write(project, ".git/HEAD", "")
    write(project, PATH, WORKFLOW)
    for name in ("api", "worker"):
        write(project, f"{name}/Dockerfile", DOCKERFILE)
        write(project, f"{name}/go.mod", f"module {name}\n")
    return project


def write(root, path, text):
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def shown(run, *args):
    result = run("ci", *args, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    validator("ci", "ci").validate(found)
    return found


def test_json_is_as_the_schema_says(run, shop):
    builds = shown(run)["builds"]
    assert [build["dockerfile"] for build in builds] == [
        "api/Dockerfile",
        "worker/Dockerfile",
        "api/Dockerfile",
    ]
    first, _, test = builds
    assert first["driver"] == "docker-container"
    assert first["cache_to"][0]["mode"] == "min"
    assert first["changing_args"] == [
        {"name": "GIT_SHA", "changes_with": "commit", "line": 26}
    ]
    pushes = {item["kind"]: item["push"] for item in first["runs"]}
    assert pushes == {
        "push": True,
        "tag": True,
        "pull request": False,
        "pull request of a fork": False,
    }
    assert (test["driver"], test["target"]) == ("docker", "build")


def test_text_says_what_ci_does(run, shop):
    result = run("ci")
    assert result.exit_code == 0
    text = result.stdout
    for words in (
        "push to main, tags v* · pull request",
        "api/Dockerfile, worker/Dockerfile  job image, line 17 · 2 builds",
        "docker-container, starts empty: docker/setup-buildx-action (line 16)",
        "reads gha, scope buildkit (line 23)",
        "writes gha, scope buildkit, mode=min (line 24)",
        "api and worker, sent from the runner",
        "pushed for push, tag",
        "GIT_SHA with each commit (line 26)",
        "line 24: 2 builds of this step write scope buildkit: the last one wins",
        "line 24: without mode=max, api/Dockerfile:4 and worker/Dockerfile:4 are not",
        "3 builds in 1 file, 1 without a cache; 3 findings",
    ):
        assert words in text


def test_a_row_of_a_matrix_that_never_runs_does_not_stand_for_the_others(run, shop):
    only = "      - name: Build it\n        if: matrix.app == 'worker'\n"
    write(shop, PATH, WORKFLOW.replace("      - name: Build it\n", only))
    text = run("ci").stdout
    assert "worker/Dockerfile  job image, line 17\n" in text
    assert "never runs" not in text
    assert "line 25: without mode=max" in text
    assert [build["may_run"] for build in shown(run)["builds"]] == [False, True, True]

    write(
        shop, PATH, WORKFLOW.replace("      - name: Build it\n", "      - if: false\n")
    )
    text = run("ci").stdout
    assert "api/Dockerfile, worker/Dockerfile  job image, line 17 · 2 builds" in text
    assert "never runs: false\n" in text


def test_markdown_has_a_table_of_builds_and_one_of_findings(run, shop):
    text = run("ci", "--format", "markdown").stdout
    assert "| where | image | builder | cache | result |" in text
    assert f"| `{PATH}:24` | warning: " in text


def test_a_directory_without_builds_says_so(run, project):
    assert run("ci").stdout == "no CI builds an image here\n"


def test_a_directory_that_is_missing_is_an_error(run, project):
    assert run("ci", "missing").exit_code == 2


def test_lint_of_a_workflow_has_the_same_findings(run, shop):
    result = run("lint", PATH, "--format", "json")
    assert result.exit_code == 1
    found = [item for item in json.loads(result.stdout) if item["path"] == PATH]
    rules = {item["rule"] for item in found}
    assert rules == {"build-cache-missing", "cache-mode-min", "cache-scope-shared"}
    assert {item["rule"] for item in shown(run)["findings"]} == rules


def test_a_directory_of_workflows_is_linted_as_its_files(run, shop):
    result = run("lint", ".github/workflows", "--select", "cache-mode-min")
    assert f"{PATH}:24:" in result.stdout


def test_lint_of_workflows_judges_their_dockerfiles_unless_rules_of_ci_are_selected(
    run, shop
):
    write(shop, "api/Dockerfile", f"{DOCKERFILE}RUN cd /a\n")

    def paths(*args):
        result = run("lint", ".github/workflows", *args, "--format", "json")
        return {item["path"] for item in json.loads(result.stdout)}

    assert paths("--select", "ci") == {PATH}
    assert paths() == {PATH, "api/Dockerfile"}


def test_comments_hide_findings_and_those_without_effect_are_found(run, shop):
    text = WORKFLOW.replace(
        "          cache-to:",
        "          # lightship: ignore=cache-mode-min,cache-read-disabled -- it is small\n"
        "          cache-to:",
    )
    write(shop, PATH, text)
    options = ("--extend-select", "unused-ignore", "--format", "json")
    found = json.loads(run("lint", PATH, *options).stdout)
    rules = {item["rule"] for item in found if item["path"] == PATH}
    assert "cache-mode-min" not in rules
    messages = [item["message"] for item in found if item["rule"] == "unused-ignore"]
    assert messages == [
        "cache-read-disabled finds nothing here: this comment has no effect"
    ]


def test_a_comment_above_a_step_acts_on_all_of_it(run, shop):
    text = WORKFLOW.replace(
        "      - name: Build it",
        "      # lightship: ignore=ci\n      - name: Build it",
    )
    write(shop, PATH, text)
    found = json.loads(run("lint", PATH, "--format", "json").stdout)
    rules = {item["rule"] for item in found if item["path"] == PATH}
    assert rules == {"build-cache-missing"}


def test_fix_edits_the_workflow_and_keeps_its_comments(run, shop):
    result = run("ci", "--fix", "--unsafe-fixes")
    assert result.exit_code == 0, result.stderr
    text = (shop / PATH).read_text(encoding="utf-8")
    assert text == WORKFLOW.replace(
        "cache-from: type=gha\n", "cache-from: type=gha,scope=${{ matrix.app }}\n"
    ).replace(
        "cache-to: type=gha\n",
        "cache-to: type=gha,mode=max,scope=${{ matrix.app }}\n",
    )
    assert "2 fixed, 1 left" in result.stderr


def test_diff_writes_nothing(run, shop):
    result = run("ci", "--diff")
    assert "+          cache-to: type=gha,scope=${{ matrix.app }}" in result.stdout
    assert (shop / PATH).read_text(encoding="utf-8") == WORKFLOW


def test_configuration_turns_rules_off(run, shop):
    write(shop, "lightship.toml", 'ignore = ["cache-scope-shared"]\n')
    rules = {item["rule"] for item in shown(run)["findings"]}
    assert rules == {"build-cache-missing", "cache-mode-min"}


def test_every_format_of_lint_tells_of_workflows(run, shop):
    for form in ("text", "sarif", "github", "gitlab", "junit"):
        result = run("lint", PATH, "--format", form)
        assert "cache-scope-shared" in result.stdout, form


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_of_the_group_names_its_commands(run, option):
    text = run("ci", option).stdout
    assert "explain" in text
    assert "trend" in text
