"""A Dockerfile that is built in several ways: judged in each, everything said once."""

from __future__ import annotations

import json

import pytest

DOCKERFILE = """\
FROM python:3.13-slim AS base
WORKDIR /app
COPY app/requirements.txt .
RUN pip install -r requirements.txt

FROM base AS worker
RUN pip install celery
CMD ["celery", "worker"]

FROM base AS shipped
COPY app .
CMD ["python", "main.py"]
"""
COMPOSE = """\
services:
  web:
    build: {context: ., dockerfile: docker/Dockerfile, target: shipped}
  worker:
    build: {context: ., dockerfile: docker/Dockerfile, target: worker}
"""
TWICE = "--select=pip-cache-kept,unused-stage"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    files = {
        ".git/HEAD": "",
        "app/main.py": "print(1)",
        "app/requirements.txt": "flask==3.1.0",
        "docker/Dockerfile": DOCKERFILE,
        "compose.yaml": COMPOSE,
    }
    for path, text in files.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(result):
    return [
        (row["rule"], row["start"]["line"], [item["target"] for item in row["builds"]])
        for row in json.loads(result.stdout)
    ]


def test_a_finding_is_said_once_and_names_the_builds_that_it_holds_for(run, repository):
    result = run("lint", TWICE, "--format=json")

    assert rows(result) == [
        ("pip-cache-kept", 4, ["shipped", "worker"]),
        ("pip-cache-kept", 7, ["worker"]),
    ]
    (_, second) = json.loads(result.stdout)
    assert second["builds"] == [
        {"source": "compose.yaml:5", "context": ".", "target": "worker"}
    ]


def test_text_and_short_text_name_them_too(run, repository):
    text = run("lint", TWICE).stdout
    assert "  = only in: compose.yaml:5 (target worker)\n" in text
    assert text.endswith(
        "Judged in 2 builds: compose.yaml:3 (target shipped) and compose.yaml:5 (target worker).\n"
    )

    first, second = run("lint", TWICE, "--quiet").stdout.splitlines()
    assert "only as built" not in first
    assert second.endswith(", only as built by compose.yaml:5 (target worker)")


def test_a_named_context_is_not_an_image_of_that_name(run, repository):
    (repository / "docker" / "Dockerfile").write_text("FROM node\n")
    untagged = "--select=untagged-image"
    assert rows(run("lint", untagged, "--format=json")) != []

    (repository / "compose.yaml").write_text(
        "services:\n  web:\n    build:\n      context: docker\n"
        "      additional_contexts: {node: 'docker-image://python:3.13'}\n"
    )
    assert rows(run("lint", untagged, "--format=json")) == []


def test_what_the_user_says_wins(run, repository):
    target = run("lint", TWICE, "--target=shipped", "--format=json")
    assert rows(target) == [
        ("pip-cache-kept", 4, ["shipped"]),
    ]

    context = run("lint", TWICE, "--context=docker", "--format=json")
    builds = [row["builds"] for row in json.loads(context.stdout)]
    assert {item["context"] for row in builds for item in row} == {"docker"}


def test_a_stage_is_unused_only_where_no_build_uses_it(run, repository):
    (repository / "compose.yaml").write_text(
        COMPOSE.replace(", target: shipped", ""), encoding="utf-8"
    )
    used = run("lint", "--select=unused-stage", "--format=json")
    assert json.loads(used.stdout) == []

    (repository / "compose.yaml").unlink()
    alone = run("lint", "--select=unused-stage", "--format=json")
    assert [row["start"]["line"] for row in json.loads(alone.stdout)] == []


def test_a_run_says_which_context_it_took_and_why(run, repository):
    (repository / "compose.yaml").unlink()
    text = run("lint", TWICE).stdout
    assert text.endswith(
        "Build context .: no file says how it is built; this directory has all that it copies.\n"
    )

    (repository / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    (repository / "app" / "Dockerfile").write_text("FROM scratch\nCOPY main.py /\n")
    text = run("lint", TWICE).stdout
    assert text.endswith(
        "Build contexts: 1 as files of the repository say, 1 the Dockerfile's own directory; "
        "`lightship builds` shows them.\n"
    )


def test_findings_in_the_ignore_files_of_two_contexts_keep_their_files(run, repository):
    (repository / "compose.yaml").write_text(
        "services:\n"
        "  a: {build: {context: ., dockerfile: docker/Dockerfile}}\n"
        "  b: {build: {context: docker, dockerfile: Dockerfile}}\n"
    )
    for path in (".dockerignore", "docker/.dockerignore"):
        (repository / path).write_text("a[\n")

    result = run("lint", "--select=ignore-pattern-refused", "--format=json")

    paths = [row["path"] for row in json.loads(result.stdout)]
    assert sorted(paths) == [".dockerignore", "docker/.dockerignore"]


def test_a_fix_is_made_where_every_build_that_uses_the_stage_asks_for_it(
    run, repository
):
    result = run("fix", "--unsafe-fixes", "--select=pip-cache-kept,root-user")
    text = (repository / "docker" / "Dockerfile").read_text(encoding="utf-8")

    assert text.count("--no-cache-dir") == 2, result.stderr
    # An account of each image, in the stage that the other one does not use
    base, _, shipped = text.partition("FROM base AS shipped")
    assert "useradd" in shipped
    assert "useradd" not in base.partition("FROM base AS worker")[0]


def test_a_fix_that_another_build_does_not_ask_for_is_left_with_the_reason(
    run, repository
):
    """The stage `base` is the whole image of one build, and only a start of the other."""
    (repository / "compose.yaml").write_text(
        COMPOSE.replace("target: worker", "target: base"), encoding="utf-8"
    )
    before = (repository / "docker" / "Dockerfile").read_text(encoding="utf-8")
    base, _, _ = before.partition("FROM base AS worker")

    result = run("fix", "--unsafe-fixes", "--select=root-user")

    after = (repository / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert after.startswith(base)
    assert "may be wrong for another build of this Dockerfile" not in result.stdout


def test_an_image_for_development_is_not_judged_as_one_in_production(run, repository):
    (repository / "lightship.toml").write_text(
        '[[build]]\ndockerfile = "docker/Dockerfile"\ncontext = "."\ntarget = "shipped"\n'
        'purpose = "development"\n'
    )
    judged = run("lint", "--select=root-user", "--format=json")
    assert json.loads(judged.stdout) == []

    text = (repository / "lightship.toml").read_text(encoding="utf-8")
    production = text.replace("development", "production")
    (repository / "lightship.toml").write_text(production, encoding="utf-8")
    judged = run("lint", "--select=root-user", "--format=json")
    assert [row["rule"] for row in json.loads(judged.stdout)] == ["root-user"]


def test_an_example_is_told_by_its_directory(run, repository):
    for folder in ("examples", "service"):
        place = repository / folder / "web"
        place.mkdir(parents=True)
        (place / "Dockerfile").write_text(
            "FROM python:3.13-slim\nRUN pip install flask\n"
        )
    judged = run("lint", "--select=pip-cache-kept", "--format=json", ".")
    paths = {row["path"] for row in json.loads(judged.stdout)}
    assert paths == {"docker/Dockerfile", "service/web/Dockerfile"}


MISSING = "--select=copied-file-missing"


def severities(result):
    return [row["severity"] for row in json.loads(result.stdout)]


def test_a_missing_file_is_a_warning_only_where_nothing_says_how_it_is_built(
    run, repository
):
    (repository / "app/requirements.txt").unlink()
    assert severities(run("lint", MISSING, "--format=json")) == ["error"]

    (repository / "compose.yaml").unlink()
    assert severities(run("lint", MISSING, "--format=json")) == ["warning"]

    given = run("lint", MISSING, "--format=json", "--context=.", "docker/Dockerfile")
    assert severities(given) == ["error"]


def test_a_missing_file_has_to_be_missing_in_all_builds(run, repository):
    (repository / "other").mkdir()
    (repository / "ci.sh").write_text("docker build -f docker/Dockerfile other\n")
    assert severities(run("lint", MISSING, "--format=json")) == []


TORCH = "FROM python:3.13-slim\nRUN pip install torch==2.9.0\n"
BUILD = "services:\n  {}:\n    build: {{context: ., platforms: [{}]}}\n"


@pytest.mark.parametrize(
    ("platforms", "count"), [("linux/arm64", 0), ("linux/amd64", 1), ("", 1)]
)
def test_the_platforms_of_all_builds_tell_what_is_installed(
    run, tmp_path, monkeypatch, platforms, count
):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").touch()
    (tmp_path / "Dockerfile").write_text(TORCH, encoding="utf-8")
    (tmp_path / "compose.yaml").write_text(
        BUILD.format("web", platforms), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    result = run("lint", "--select=torch-with-cuda", "--format=json")
    assert len(rows(result)) == count


WORKFLOW = """\
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: docker/build-push-action@v7
        with: {context: ., platforms: linux/arm64, push: PUSH, tags: acme/web}
"""


@pytest.mark.parametrize(("push", "count"), [("true", 0), ("false", 1)])
def test_platforms_are_those_of_what_is_published(
    run, tmp_path, monkeypatch, push, count
):
    workflows = tmp_path / ".github/workflows"
    workflows.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").touch()
    (tmp_path / "Dockerfile").write_text(TORCH, encoding="utf-8")
    (tmp_path / "Makefile").write_text("build:\n\tdocker build -t web .\n")
    (workflows / "deploy.yml").write_text(
        WORKFLOW.replace("PUSH", push), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    result = run("lint", "--select=torch-with-cuda", "--format=json")
    assert len(rows(result)) == count


@pytest.mark.parametrize(("given", "count"), [("RELEASE", 0), ("OTHER", 1)])
def test_a_default_that_says_no_version_may_be_given_in_any_way(
    run, tmp_path, monkeypatch, given, count
):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").touch()
    text = "ARG RELEASE=latest\nFROM ubuntu:$RELEASE\nRUN make\n"
    (tmp_path / "Dockerfile").write_text(text, encoding="utf-8")
    lines = f"all:\n\t$(ENGINE) build --build-arg {given}=$(OS) -f $(FILE) .\n"
    (tmp_path / "Makefile").write_text(lines, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = run("lint", "--select=latest-image", "--format=json")
    assert len(rows(result)) == count
