"""`lightship lint compose.yaml` and `docker-bake.hcl`: what they build, and what stands in them."""

from __future__ import annotations

import json

import pytest

COMPOSE = """\
services:
  web:
    build:
      context: .
      dockerfile: docker/Dockerfile
      target: shipped
  job:
    build:
      context: .
      dockerfile_inline: |
        FROM python:3.13-slim
        RUN pip install pandas==2.3.3 && echo $$HOME
        # lightship: ignore=shell-form-command
        CMD python app.py
  quoted:
    build: {dockerfile_inline: "FROM python:3.13\\nRUN pip install pandas==2.3.3"}
"""
BAKE = """\
variable "TAG" { default = "3.13" }
target "default" {
  dockerfile-inline = <<-END
    FROM python:${TAG}
    RUN pip install pandas==2.3.3
    RUN pip install scipy==1.16.3
  END
}
"""
DOCKERFILE = """\
FROM python:3.13-slim AS shipped
RUN pip install pandas==2.3.3
FROM shipped AS other
RUN pip install scipy==1.16.3
"""
RULES = "--select=pip-cache-kept,shell-form-command"


@pytest.fixture
def files(project):
    write(project, ".git/HEAD", "")
    write(project, "docker/Dockerfile", DOCKERFILE)
    write(project, "compose.yaml", COMPOSE)
    return project


def write(root, path, text):
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def rows(run, *args):
    result = run("lint", RULES, "--format=json", *args)
    return [(row["path"], row["start"]["line"]) for row in json.loads(result.stdout)]


def test_a_compose_file_lints_what_it_builds_as_it_builds_it(run, files):
    assert rows(run, "compose.yaml") == [
        ("compose.yaml", 12),
        ("compose.yaml", 16),
        ("docker/Dockerfile", 2),
    ]


def test_dockerfiles_in_a_file_are_found_in_a_directory(run, files):
    write(files, "ops/docker-bake.hcl", BAKE)
    assert rows(run) == [
        ("compose.yaml", 12),
        ("compose.yaml", 16),
        ("docker/Dockerfile", 2),
        ("ops/docker-bake.hcl", 5),
    ]


def test_text_shows_the_lines_of_the_file(run, files):
    text = run("lint", RULES, "compose.yaml").stdout
    assert "RUN pip install pandas==2.3.3 && echo $$HOME\n" in text
    assert "compose.yaml:12:17" in text


def test_a_comment_in_the_dockerfile_hides_there(run, files):
    assert run("lint", "--select=shell-form-command", "compose.yaml").exit_code == 0


@pytest.mark.parametrize("name", ["docker-bake.hcl", "docker-bake.json"])
def test_a_bake_file_lints_what_it_builds(run, files, name):
    text = BAKE
    if name.endswith("json"):
        inline = "FROM python:3.13\nRUN pip install pandas==2.3.3\n"
        text = json.dumps({"target": {"a": {"dockerfile-inline": inline}}}, indent=1)
    write(files, name, text)
    assert {path for path, _ in rows(run, name)} == {name}


WORKFLOW = """\
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: docker/Dockerfile
          target: shipped
"""


@pytest.mark.parametrize("in_git", [True, False])
@pytest.mark.parametrize("folder", [".github/workflows", ".forgejo/workflows"])
def test_a_workflow_lints_what_it_builds_as_it_builds_it(run, files, in_git, folder):
    name = f"{folder}/image.yml"
    write(files, name, WORKFLOW)
    if not in_git:
        (files / ".git/HEAD").unlink()
        (files / ".git").rmdir()
    assert rows(run, name) == [("docker/Dockerfile", 2)]


def test_fix_of_a_workflow_looks_at_all_builds_of_its_dockerfile(run, files):
    write(files, ".github/workflows/image.yml", WORKFLOW)
    result = run("fix", "--select=pip-cache-kept", ".github/workflows/image.yml")
    assert result.exit_code == 0
    text = (files / "docker/Dockerfile").read_text(encoding="utf-8")
    assert text == DOCKERFILE.replace("install pandas", "install --no-cache-dir pandas")


def test_a_workflow_that_builds_nothing_is_an_error(run, files):
    write(files, ".github/workflows/test.yml", "on: push\njobs: {}\n")
    result = run("lint", ".github/workflows/test.yml")
    assert result.exit_code == 2
    assert "it builds no image" in result.stdout


def test_fix_edits_a_block_and_leaves_a_quoted_text(run, files):
    result = run("fix", "--select=pip-cache-kept", "compose.yaml")
    assert result.exit_code == 0
    text = (files / "compose.yaml").read_text(encoding="utf-8")
    expected = COMPOSE.replace(
        "pip install pandas==2.3.3 &&", "pip install --no-cache-dir pandas==2.3.3 &&"
    )
    assert text == expected
    assert "  fixed line 12   pip-cache-kept" in result.stderr
    assert "  left  line 16   pip-cache-kept" in result.stderr
    assert "is not a block of lines (|) that can be edited" in result.stderr
    assert "--no-cache-dir" in (files / "docker/Dockerfile").read_text(encoding="utf-8")


def test_several_dockerfiles_in_one_file_are_all_fixed(run, files):
    two = BAKE + BAKE.partition("\n")[2].replace("default", "second")
    write(files, "docker-bake.hcl", two)
    result = run("fix", "--select=pip-cache-kept", "docker-bake.hcl")
    assert result.exit_code == 0
    text = (files / "docker-bake.hcl").read_text(encoding="utf-8")
    assert text == two.replace("pip install", "pip install --no-cache-dir")
    assert run("lint", RULES, "docker-bake.hcl").exit_code == 0


def test_the_fix_in_json_is_an_edit_of_the_file(run, files):
    result = run("lint", RULES, "--format=json", "compose.yaml")
    first, second, *_ = json.loads(result.stdout)
    (edit,) = first["fix"]["edits"]
    assert edit["start"]["line"] == edit["end"]["line"] == 12
    assert edit["text"] == "--no-cache-dir "
    assert second["fix"] is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("services: {a: {image: x}}\n", "it builds no image"),
        ("services: {a: {build: nowhere}}\n", "nowhere is not a directory"),
        ("services: {a: {build: [\n", "line "),
        ("", "it builds no image"),
    ],
)
@pytest.mark.parametrize("command", ["lint", "fix"])
def test_a_file_that_builds_nothing_is_an_error(run, files, text, why, command):
    write(files, "compose.yaml", text)
    result = run(command, "compose.yaml")
    assert result.exit_code == 2
    assert why in result.stdout + result.stderr


def test_what_a_compose_file_includes_is_linted_too(run, files):
    write(files, "all.compose.yaml", "include: [compose.yaml]\n")
    assert ("docker/Dockerfile", 2) in rows(run, "all.compose.yaml")
