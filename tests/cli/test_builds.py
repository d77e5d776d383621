"""The command `builds`: text, JSON that follows its schema, exit codes."""

from __future__ import annotations

import json

import pytest
from schemas import validator

COMPOSE = """\
services:
  web:
    image: shop/web
    build:
      context: .
      target: web
      args: {PYTHON: "3.13", TOKEN: }
  job:
    build:
      context: .
      target: job
  child:
    build: child
  lost:
    build: ${DIR}
"""
DOCKERFILE = """\
FROM python:3.13-slim AS base
FROM base AS tools
RUN make
FROM base AS web
COPY --from=tools /x /x
FROM base AS job
"""


@pytest.fixture
def shop(project):
    write(project / "shop", ".git/HEAD", "")
    write(project / "shop", "compose.yaml", COMPOSE)
    write(project / "shop", "Dockerfile", DOCKERFILE)
    write(project / "shop", "child/Dockerfile", "FROM shop/web:latest\n")
    return project / "shop"


def write(root, path, text):
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def shown(run, *args):
    result = run("builds", *args, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    validator("builds", "builds").validate(found)
    return found


def test_json_is_as_the_schema_says(run, shop):
    found = shown(run, "shop")
    assert found["unresolved"] == [
        {
            "source": {"path": "compose.yaml", "line": 15},
            "why": "service lost: DIR is not set",
        }
    ]
    assert found["builds"][0] == {
        "dockerfile": "Dockerfile",
        "context": ".",
        "target": "web",
        "args": {"PYTHON": "3.13", "TOKEN": None},
        "labels": {},
        "platforms": [],
        "contexts": {},
        "kind": "compose",
        "source": {"path": "compose.yaml", "line": 5},
        "sources": [{"path": "compose.yaml", "line": 5}],
        "purpose": "unknown",
        "why": "service web",
    }


def test_paths_are_relative_to_the_directory(run, shop):
    write(
        shop,
        "compose.yaml",
        "services:\n  c:\n    build: {context: ., dockerfile: child/Dockerfile}\n",
    )
    (build,) = shown(run, "shop/child")["builds"]
    assert (build["dockerfile"], build["context"]) == ("Dockerfile", "..")
    assert build["source"]["path"] == "../compose.yaml"


def test_the_text_shows_builds_images_and_what_is_not_resolved(run, shop):
    result = run("builds", "shop")
    assert result.exit_code == 0
    assert (
        "  compose       context . · target web · PYTHON=3.13 · TOKEN=?\n"
        "      service web: compose.yaml:5\n"
    ) in result.stdout
    graph = """\
IMAGES
  python:3.13-slim
  └─ base  Dockerfile:1
     ├─ tools  Dockerfile:2
     ├─ web  Dockerfile:4  copies from tools  => web
     │  └─ child/Dockerfile:1  => child
     └─ job  Dockerfile:6  => job
"""
    assert graph in result.stdout
    assert "  compose.yaml:15  service lost: DIR is not set\n" in result.stdout
    assert result.stdout.endswith("3 builds of 2 Dockerfiles\n")


def test_labels_that_a_build_gives(run, shop):
    labels = "{a: '1', b: '${COMMIT}', c: '3', d: '4'}"
    build = f"{{context: ., target: web, labels: {labels}}}"
    write(shop, "compose.yaml", f"services:\n  web:\n    build: {build}\n")
    (found, _child) = shown(run, "shop")["builds"]
    assert found["labels"] == {"a": "1", "b": None, "c": "3", "d": "4"}
    row = "context . · target web · label a=1 · label b=? · 2 more labels\n"
    assert row in run("builds", "shop").stdout


def test_lint_judges_an_image_with_the_labels_of_its_build(run, shop):
    key = "org.opencontainers.image.license"
    build = f"{{context: ., target: web, labels: {{{key}: MIT}}}}"
    write(shop, "compose.yaml", f"services:\n  web:\n    build: {build}\n")
    result = run("lint", "--select", "oci-label-unknown", "shop/Dockerfile")
    assert f"{key} of compose.yaml:3 is not an OCI label: use {key}s" in result.stdout


def test_a_directory_without_anything(run, project):
    (project / "empty").mkdir()
    assert run("builds", "empty").stdout == "no Dockerfile and no build found\n"
    assert shown(run, "empty") == {"builds": [], "unresolved": []}


def test_a_directory_that_is_not_there(run, project):
    result = run("builds", "gone")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: cannot read gone: not a directory\n"


def test_names_that_a_terminal_would_obey_are_escaped(run, shop):
    write(
        shop,
        "compose.yaml",
        'services:\n  "a\\x1b[31m":\n    build: {context: ., target: "b\\x1b"}\n',
    )
    assert "\x1b" not in run("builds", "shop").stdout
