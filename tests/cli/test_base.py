"""`lightship base`: what it shows, in which formats, and what it refuses."""

from __future__ import annotations

import json

import pytest
from schemas import validator

PYPROJECT = '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.12"\n'


@pytest.fixture
def dockerfile(project):
    path = project / "Dockerfile"
    path.write_text(
        "FROM python:3.13 AS build\nRUN python -m venv /venv\n"
        "FROM python:3.13-slim\nCOPY --from=build /venv /venv\nCMD /venv/bin/python\n",
        encoding="utf-8",
    )
    (project / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    return path


def document(result):
    read = json.loads(result.stdout)
    validator("bases", "bases").validate(read)
    return read


def test_text_says_how_long_what_else_and_which_line(run, dockerfile):
    result = run("base")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "   3  FROM python:3.13-slim\n" in result.stdout
    assert "Debian 13 (trixie) until 2030-06-30" in result.stdout
    assert "  fits    python:3.14-slim-trixie " in result.stdout
    assert "          FROM python:3.14-trixie AS build\n" in result.stdout
    assert result.stdout.endswith("1 base image, 1 with another that fits\n")


def test_json_follows_its_schema(run, dockerfile):
    read = document(run("base", "--format", "json", "Dockerfile"))
    (build,) = read["builds"]
    (base,) = build["bases"]
    assert [line["line"] for line in base["from"]] == [1, 3]
    assert base["alternatives"][0]["fit"] == "fits"
    assert base["alternatives"][0]["from"][0]["text"].startswith("FROM python:3.14")
    assert read["problems"] == []


def test_markdown_has_a_row_for_each_other_image(run, dockerfile):
    result = run("base", "--format", "markdown")
    assert "| fit | image | fixes | why not |" in result.stdout
    assert "`FROM python:3.14-slim-trixie`" in result.stdout


def test_a_text_of_others_cannot_break_out_of_markdown_or_the_terminal(run, project):
    text = "FROM python:3.13-slim AS a\nFROM ghcr.io/acme/x:1\nCOPY --from=a /a /a # \x1b[31m|`\n"
    (project / "Dockerfile").write_text(text, encoding="utf-8")
    for form in ("text", "markdown", "json"):
        result = run("base", "--format", form)
        assert result.exit_code == 0
        assert "\x1b" not in result.stdout


def test_a_build_arg_and_a_target_choose(run, project):
    (project / "Dockerfile").write_text(
        "ARG V=3.12\nFROM python:${V}-slim AS one\nFROM debian:trixie AS two\n",
        encoding="utf-8",
    )
    args = ("--format", "json", "--target", "one", "--build-arg", "V=3.13")
    (build,) = document(run("base", *args))["builds"]
    assert build["bases"][0]["name"] == "python:3.13-slim"
    assert build["target"] == "one"


def test_each_build_of_compose_that_has_other_bases_is_shown(run, project):
    (project / "Dockerfile").write_text(
        "FROM python:3.13-slim AS app\nFROM node:24-slim AS site\n", encoding="utf-8"
    )
    (project / "compose.yaml").write_text(
        "services:\n  app:\n    build: {context: ., target: app}\n"
        "  site:\n    build: {context: ., target: site}\n"
        "  again:\n    build: {context: ., target: app}\n",
        encoding="utf-8",
    )
    builds = document(run("base", "--format", "json"))["builds"]
    assert [item["target"] for item in builds] == ["app", "site"]
    assert builds[0]["build"].startswith("compose.yaml:")


def test_a_dockerfile_inside_a_compose_file_is_read(run, project):
    (project / "compose.yaml").write_text(
        "services:\n  app:\n    build:\n      context: .\n      dockerfile_inline: |\n"
        "        FROM python:3.13-slim\n        CMD python\n",
        encoding="utf-8",
    )
    (build,) = document(run("base", "--format", "json"))["builds"]
    (line,) = build["bases"][0]["from"]
    assert line["text"] == "FROM python:3.13-slim"
    assert line["line"] == 6
    assert build["bases"][0]["alternatives"][0]["from"][0]["line"] == 6


def test_a_dockerfile_on_standard_input(run, project):
    result = run("base", "--format", "json", "-", stdin="FROM debian:bookworm\n")
    (build,) = document(result)["builds"]
    assert build["bases"][0]["alternatives"][0]["name"] == "debian:trixie-slim"


@pytest.mark.parametrize(
    ("text", "said"),
    [("FRM python\n", "Dockerfile:1: "), ("ARG A\n", "no FROM")],
)
def test_what_buildkit_refuses_is_told_and_the_rest_is_shown(
    run, dockerfile, project, text, said
):
    folder = project / "other"
    folder.mkdir()
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    result = run("base", "--format", "json")
    read = document(result)
    assert result.exit_code == 2
    assert [build["path"] for build in read["builds"]] == ["Dockerfile"]
    (problem,) = read["problems"]
    assert said in problem


def test_a_path_that_is_not_there(run, project):
    result = run("base", "nothing")
    assert result.exit_code == 2
    assert "nothing" in result.stdout


def test_a_directory_without_a_dockerfile(run, project):
    result = run("base")
    assert result.exit_code == 0
    assert result.stdout == "no base image is named\n"


def test_a_target_that_is_not_there(run, dockerfile):
    result = run("base", "--target", "nope")
    assert result.exit_code == 2
    assert "nope" in result.stdout
