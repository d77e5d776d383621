"""Laws of what is found, on files of every kind and on mutations of them."""

from __future__ import annotations

import json

from builds.test_bake import bake
from builds.test_ci import (
    AZURE,
    BITBUCKET,
    CIRCLE,
    DEVCONTAINER,
    DRONE,
    GITLAB,
    JENKINS,
    WOODPECKER,
)
from builds.test_task_files import (
    JUSTFILE,
    MAKEFILE,
    PACKAGE,
    PYPROJECT,
    SCRIPT,
    TASKFILE,
)
from hypothesis import given
from hypothesis import strategies as st
from schemas import validator

from lightship.builds.definition import Discovery
from lightship.builds.discover import discover
from lightship.builds.source_files import KINDS, kind_of
from lightship.builds.workspace import Workspace
from lightship.report.builds.as_json import write
from lightship.report.builds.formats import ShownBuilds
from lightship.report.kit.view import View

PYTHON = "FROM python:3.13-slim AS web\nCOPY . /app\n"
DOCKERFILES = {
    "Dockerfile": PYTHON,
    "docker/api.Dockerfile": PYTHON,
    "app/Dockerfile": PYTHON,
}
COMPOSE = """\
x-base: &base {context: ., args: {A: 1, B: "${C:-d}"}}
include: [app/compose.yaml]
services:
  web:
    profiles: [dev]
    build:
      <<: *base
      target: ${T:-web}
      platforms: [linux/amd64]
      additional_contexts: [x=./app, y=docker-image://z]
  api:
    extends: {file: app/compose.yaml, service: a}
    build: {dockerfile: ../docker/api.Dockerfile}
  inline:
    build:
      context: .
      dockerfile_inline: |
        FROM a
        RUN b
"""
BAKE = """\
variable "V" { default = "1" }
function "f" { params = [x]
  result = "${x}-${V}" }
group "default" { targets = ["a", "m"] }
target "base" { args = { A = f("b"), N = null } }
target "a" {
  inherits = ["base"]
  dockerfile = "docker/api.Dockerfile"
  contexts = { c = "./app", d = "target:base" }
}
target "m" {
  name = "m-${i.k}"
  matrix = { i = [{ k = "1" }, { k = "2" }] }
  args = { for p in ["q"] : upper(p) => V == "1" ? [1, 2][0] : -3 * 2 }
  dockerfile-inline = <<EOT
FROM ${V}
EOT
}
"""
WORKFLOW = """\
on: {workflow_call: {inputs: {dir: {default: app}}}}
env: {F: docker/api.Dockerfile}
jobs:
  a:
    strategy: {matrix: {d: [., app], include: [{d: ., t: web}]}}
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: ${{ matrix.d || inputs.dir }}
          target: ${{ matrix.t }}
          build-args: |
            A=${{ github.sha }}
      - run: |
          cd "${{ inputs.dir }}" && docker build --build-arg A=$B -f ../$F ..
"""
SPECIMENS = {
    "compose.yaml": COMPOSE,
    "app/compose.yaml": "services:\n  a:\n    build: .\n",
    "docker-bake.hcl": BAKE,
    "x.bake.json": '{"target": {"a": {"context": "app", "args": {"A": "${upper(\\"b\\")}"}}}}',
    ".github/workflows/a.yml": WORKFLOW,
    ".gitlab-ci.yml": GITLAB,
    ".circleci/config.yml": CIRCLE,
    "azure-pipelines.yml": AZURE,
    ".drone.yml": DRONE,
    ".woodpecker.yml": WOODPECKER,
    "bitbucket-pipelines.yml": BITBUCKET,
    "Jenkinsfile": JENKINS,
    ".devcontainer/devcontainer.json": DEVCONTAINER.replace(
        '"Dockerfile"', '"../Dockerfile"'
    ),
    "app/action.yml": "runs:\n  using: docker\n  image: Dockerfile\n",
    "Makefile": MAKEFILE,
    "justfile": JUSTFILE,
    "Taskfile.yml": TASKFILE,
    "package.json": PACKAGE,
    "pyproject.toml": PYPROJECT,
    "scripts/build.sh": SCRIPT,
    "Tiltfile": "docker_build('a', 'app', build_args={'A': '1'})\n",
    "skaffold.yaml": "build:\n  artifacts:\n    - {image: a, context: app, docker: {target: web}}\n",
    "fly.toml": '[build]\ndockerfile = "app/Dockerfile"\n[build.args]\nA = "1"\n',
    "render.yaml": "services:\n  - {env: docker, dockerfilePath: app/Dockerfile}\n",
    "railway.json": '{"build": {"builder": "DOCKERFILE"}}',
    "railway.toml": '[build]\nbuilder = "DOCKERFILE"\n',
    "app.yaml": "runtime: custom\n",
    "cloudbuild.yaml": "steps:\n  - {name: gcr.io/cloud-builders/docker, args: [build, app]}\n",
    "heroku.yml": "build:\n  docker:\n    web: app/Dockerfile\n",
    "okteto.yml": "build:\n  a: {context: app}\n",
    ".env": "T=web\nC='x'\n",
}


def check(contents: dict[str, str]) -> Discovery:
    """All laws of what is found in a repository."""
    workspace = Workspace.of(contents)
    found = discover(workspace)
    keys = []
    for build in found.builds:
        assert workspace.is_file(build.dockerfile)
        assert workspace.is_directory(build.context)
        for value in build.contexts.values():
            assert value is None or ":" in value or workspace.is_directory(value)
        assert build.source == build.sources[0]
        assert len(set(build.sources)) == len(build.sources)
        keys.append(
            (
                build.dockerfile,
                build.context,
                build.target,
                tuple(sorted(build.args.items(), key=repr)),
                tuple(sorted(build.platforms)),
                tuple(sorted(build.contexts.items(), key=repr)),
                build.inline,
            )
        )
    assert len(set(keys)) == len(keys), "equal builds are one"
    places = [place for build in found.builds for place in build.sources]
    places += [item.source for item in found.unresolved]
    for place in places:
        text = contents[place.path]
        assert 1 <= place.line <= text.count("\n") + 1
    named = {build.dockerfile for build in found.builds}
    dockerfiles = {path for path in contents if workspace.dockerfiles(path)}
    assert dockerfiles <= named, "each Dockerfile has a build, at least a guess"
    assert discover(Workspace.of(contents)) == found, "the same answer each time"

    text = "".join(write(ShownBuilds(found, "."), View()))
    validator("builds", "builds").validate(json.loads(text))
    return found


def test_a_repository_with_files_of_every_kind():
    found = check({**DOCKERFILES, **SPECIMENS})
    kinds = {build.kind.value for build in found.builds}
    assert kinds >= {
        "compose",
        "bake",
        "workflow",
        "gitlab",
        "config",
        "script",
        "devcontainer",
    }


def test_every_kind_of_file_has_a_specimen():
    read = {kind_of(path).reader for path in SPECIMENS if kind_of(path) is not None}
    assert read == {kind.reader for kind in KINDS}


@given(st.data())
def test_a_file_that_was_changed_anywhere_is_read_too(data):
    path = data.draw(st.sampled_from(sorted(SPECIMENS)))
    text = SPECIMENS[path]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(at, min(at + 30, len(text))))
        new = data.draw(
            st.text(alphabet="ab./$\"'{}[]()|:=- \n\t\\&*!<>\x00é", max_size=6)
        )
        text = text[:at] + new + text[end:]
    check(
        {**DOCKERFILES, "app/compose.yaml": SPECIMENS["app/compose.yaml"], path: text}
    )


@given(st.data())
def test_values_of_one_file_in_another_are_read_too(data):
    path = data.draw(st.sampled_from(sorted(SPECIMENS)))
    other = data.draw(st.sampled_from(sorted(SPECIMENS)))
    check({**DOCKERFILES, path: SPECIMENS[other]})


def test_the_builds_of_one_dockerfile_are_those_of_all():
    contents = {**DOCKERFILES, **SPECIMENS}
    workspace = Workspace.of(contents)
    everything = discover(workspace).builds
    for path in DOCKERFILES:
        own = discover(Workspace.of(contents), only=path).builds
        assert own == tuple(build for build in everything if build.dockerfile == path)


def test_a_file_is_parsed_only_if_it_may_speak():
    contents = bake(
        "target = 1", **{"a.sh": "echo docker", "Makefile": "all:\n\ttrue\n"}
    )
    assert [build.kind.value for build in check(contents).builds] == ["guess"]
