"""Commands that are about one build take it as the repository says; what the user says wins."""

from __future__ import annotations

import json

import pygit2
import pytest

DOCKERFILE = """\
FROM python:3.13-slim AS base
ARG EXTRA=none
WORKDIR /app
COPY app/requirements.txt .
RUN echo $EXTRA && pip install -r requirements.txt

FROM base AS tests
COPY tests .
CMD ["pytest"]

FROM base AS shipped
COPY app .
CMD ["python", "main.py"]
"""
COMPOSE = """\
services:
  tests:
    build: {context: ., dockerfile: docker/Dockerfile, target: tests}
  web:
    build:
      context: .
      dockerfile: docker/Dockerfile
      target: shipped
      args: {EXTRA: more}
"""


@pytest.fixture
def repository(project):
    files = {
        "app/main.py": "print(1)",
        "app/requirements.txt": "flask==3.1.0",
        "tests/test_main.py": "",
        "docker/Dockerfile": DOCKERFILE,
        "compose.yaml": COMPOSE,
    }
    for path, text in files.items():
        write(project, path, text)
    made = pygit2.init_repository(str(project))
    made.index.add_all()
    author = pygit2.Signature("a", "a@example.invalid", 1_790_000_000, 0)
    made.create_commit("HEAD", author, author, "first", made.index.write_tree(), [])
    made.index.write()
    return project


def write(root, path, text):
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def shown(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def sources(result):
    return [item["source"] for item in shown(result)["copies"]]


TAKEN = (
    "Build of docker/Dockerfile: context ., target shipped, build args EXTRA, "
    "as compose.yaml:6 says\n"
)
OTHER = "Also built: compose.yaml:3 (context ., target tests); --target chooses\n"


def test_context_takes_the_build_that_is_shipped_and_says_so(run, repository):
    result = run("context", "--format=json")
    assert shown(result)["dockerfile"] == "docker/Dockerfile"
    assert sources(result) == ["app/requirements.txt", "app"]
    assert result.stderr == TAKEN + OTHER


@pytest.mark.parametrize("where", [("-f", "docker/Dockerfile"), (".",)])
def test_a_dockerfile_or_a_context_may_be_named(run, repository, where):
    assert sources(run("context", *where, "--format=json")) == [
        "app/requirements.txt",
        "app",
    ]


def test_a_target_of_the_user_wins(run, repository):
    result = run("context", "--target=tests", "--format=json")
    assert sources(result) == ["app/requirements.txt", "tests"]
    assert result.stderr.startswith(
        "Build of docker/Dockerfile: context ., target tests, as compose.yaml:3 says"
    )


def test_a_context_of_the_user_wins(run, repository):
    result = run("context", "docker", "-f", "docker/Dockerfile", "--format=json")
    assert shown(result)["root"] == "docker"
    assert "context docker as given, not ., target shipped" in result.stderr


def test_the_directory_where_the_command_is_started_does_not_matter(
    run, repository, monkeypatch
):
    monkeypatch.chdir(repository / "docker")
    result = run("context", "--format=json")
    assert shown(result)["root"] == ".."
    assert "context .., target shipped" in result.stderr
    assert "as ../compose.yaml:6 says" in result.stderr


def test_each_context_is_shown_in_text_and_the_first_one_in_json(run, repository):
    write(
        repository,
        "compose.yaml",
        COMPOSE + "  own:\n    build: {context: docker, dockerfile: Dockerfile}\n",
    )
    result = run("context", "-f", "docker/Dockerfile")
    heads = [
        row for row in result.stdout.splitlines() if "docker/Dockerfile · target" in row
    ]
    assert len(heads) == 1
    assert "docker  docker/Dockerfile" in result.stdout
    result = run("context", "-f", "docker/Dockerfile", "--format=json")
    assert shown(result)["root"] == "."
    assert "name the context to choose" in result.stderr


def test_a_dockerfile_of_which_no_file_speaks_has_the_context_that_fits(
    run, repository
):
    (repository / "compose.yaml").unlink()
    result = run("context", "-f", "docker/Dockerfile", "--format=json")
    assert shown(result)["root"] == "."
    assert result.stderr.startswith(
        "Build of docker/Dockerfile: context .; no file says"
    )


def test_nothing_is_said_where_nothing_had_to_be_found(run, project):
    write(project, "Dockerfile", "FROM a\nCOPY a.py /\n")
    write(project, "a.py", "1")
    assert run("context", "--format=json").stderr == ""


def test_explain_replay_and_advise_take_it_too(run, repository):
    write(repository, "app/main.py", "print(2)")
    for command in ("explain", "replay", "advise"):
        result = run("cache", command, "--format=json")
        assert result.exit_code == 0, result.stderr
        assert result.stderr == TAKEN + OTHER
        assert result.stdout

    steps = shown(run("cache", "explain", "--format=json"))["steps"]
    copied = [(item["stage"], item["instruction"]) for item in steps if not item["hit"]]
    assert copied == [("shipped", "COPY app .")]
    steps = shown(run("cache", "explain", "--target=tests", "--format=json"))["steps"]
    assert all(item["hit"] for item in steps)


def test_a_change_of_a_build_arg_counts_from_what_the_build_has(run, repository):
    again = run("cache", "explain", "--after-build-arg=EXTRA=more", "--format=json")
    assert all(item["hit"] for item in shown(again)["steps"])
    other = run("cache", "explain", "--after-build-arg=EXTRA=less", "--format=json")
    assert not all(item["hit"] for item in shown(other)["steps"])


def test_a_change_is_explained_for_a_dockerfile_beside_the_context(run, repository):
    result = run("cache", "explain", "--change=app/main.py", "--format=json")
    missed = [item["instruction"] for item in shown(result)["steps"] if not item["hit"]]
    assert missed == ["COPY app ."]


@pytest.mark.parametrize("command", [("prove", "--fix"), ("improve",)])
def test_prove_and_improve_say_which_build_they_take(run, repository, command):
    nowhere = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
    result = run(*command, env=nowhere)
    assert result.exit_code == 2
    assert result.stderr.startswith(TAKEN + OTHER)


def test_a_value_that_only_the_build_knows_is_asked_for(run, repository):
    text = COMPOSE.replace("EXTRA: more", "EXTRA: '${NOWHERE}'")
    write(repository, "compose.yaml", text)
    said = "Values known only when the image is built: EXTRA; --build-arg sets them\n"
    assert said in run("context", "--list").stderr
    assert said not in run("context", "--list", "--build-arg=EXTRA=1").stderr


def test_several_dockerfiles_of_one_context_are_named(run, repository):
    write(repository, "docker/worker.Dockerfile", DOCKERFILE)
    write(
        repository,
        "compose.yaml",
        COMPOSE
        + "  jobs: {build: {context: ., dockerfile: docker/worker.Dockerfile}}\n",
    )
    result = run("context", "--list")
    assert "Also built from there: docker/worker.Dockerfile; --file chooses\n" in (
        result.stderr
    )
