"""Scripts, Makefiles, task runners, manifests, platforms, and comments of Dockerfiles."""

from __future__ import annotations

import json

import pytest
from builds.repository import builds, found, unresolved

PYTHON = "FROM python:3.13-slim\n"
FILES = {
    "Dockerfile": PYTHON,
    "docker/api.Dockerfile": PYTHON,
    "app/Dockerfile": PYTHON,
}
API = {"dockerfile": "docker/api.Dockerfile", "context": "."}
APP = {"dockerfile": "app/Dockerfile", "context": "app"}
ROOT = {"dockerfile": "Dockerfile", "context": "."}


def built(path: str, text: str, **more: str):
    """The builds that are not guessed, without their kind."""
    rows = builds({path: text, **FILES, **more}, "kind")
    return [
        {key: value for key, value in row.items() if key != "kind"}
        for row in rows
        if row["kind"] != "guess"
    ]


def in_order(rows):
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


MAKEFILE = """\
DOCKER ?= docker
FILE := docker/api.Dockerfile
BUILD = $(DOCKER) build --target $(STAGE) \\
>--build-arg V=$(shell git describe)
STAGE = web

.PHONY: image
image: deps ## build it
>@echo start
>$(BUILD) -f $(FILE) .
>cd app && docker build -t $$USER .
>-docker build \\
>  -f app/Dockerfile $(CURDIR)
push:
>docker build $(DIR)
""".replace(">", "\t")


def test_a_makefile():
    files = {"Makefile": MAKEFILE, **FILES}
    assert in_order(built("Makefile", MAKEFILE)) == in_order(
        [API | {"target": "web", "args": {"V": None}}, APP, APP | {"context": "."}]
    )
    assert unresolved(files) == ["Makefile:15: $(DIR) is known only to make"]
    lines = {
        build.source.line for build in found(files).builds if build.kind != "guess"
    }
    assert lines == {10, 11, 12}
    whys = {build.why for build in found(files).builds if build.kind != "guess"}
    assert whys == {"make image"}


def test_a_variable_with_two_values_is_not_known():
    text = "ifdef X\nDIR = app\nelse\nDIR = docker\nendif\na:\n\tdocker build $(DIR)\n"
    assert unresolved({"Makefile": text, **FILES}) == [
        "Makefile:7: $(DIR) is known only to make"
    ]


def test_a_variable_of_a_target_holds_for_its_recipe():
    text = """\
BUILD = docker build $(MORE) .
MORE = --build-arg A=1
web: MORE = --target web
web:
>$(BUILD)
api all: MORE += --target api  # and the argument
api: deps
>$(BUILD)
other:
>$(BUILD)
"""
    text = text.replace(">", "\t")
    assert in_order(built("Makefile", text)) == in_order(
        [
            ROOT | {"target": "web"},
            ROOT | {"target": "api", "args": {"A": "1"}},
            ROOT | {"args": {"A": "1"}},
        ]
    )


@pytest.mark.parametrize(
    "here",
    [
        "$(dir $(lastword $(MAKEFILE_LIST)))",
        "$(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))",
        "$(shell dirname $(realpath $(firstword $(MAKEFILE_LIST))))",
        "$(dir $(FILE))",
    ],
)
def test_the_directory_of_a_makefile_is_known(here):
    text = f"FILE := $(abspath $(lastword $(MAKEFILE_LIST)))\nHERE := {here}\n"
    text += "a:\n\tdocker build -f $(HERE)/Dockerfile $(HERE)\n"
    assert built("app/Makefile", text) == [APP]


def test_a_recipe_that_ends_with_a_continuation():
    text = "a:\n\tdocker build . \\\n\t  --build-arg A=1 \\\n\nb:\n\techo\n"
    assert built("Makefile", text) == [ROOT | {"args": {"A": "1"}}]


def test_a_function_in_a_function_is_named_as_it_is_written():
    text = "a:\n\tdocker build -f $(addsuffix x,$(shell ls)) .\n"
    assert unresolved({"Makefile": text, **FILES}) == [
        "Makefile:2: $(addsuffix x,$(shell ls)) is known only to make"
    ]


def test_a_makefile_below_runs_in_its_directory():
    assert built("app/Makefile", "a:\n\tdocker build .\n") == [APP]
    assert built("app/rules.mk", "a:\n\tdocker build app\n") == [APP]


JUSTFILE = """\
file := "docker/api.Dockerfile"
here := justfile_directory()

image target="web":
    docker build -f {{file}} --build-arg T={{target}} {{here}}

script:
    #!/usr/bin/env bash
    cd app
    docker build .

lost dir:
    docker build {{dir}}
"""
TASKFILE = """\
version: '3'
vars: {FILE: docker/api.Dockerfile}
tasks:
  image:
    cmds:
      - docker build -f {{.FILE}} .
      - cmd: docker build --target {{.T}} app
    vars: {T: web}
  app:
    dir: app
    cmd: docker build .
"""
PACKAGE = """\
{
  "name": "x",
  "scripts": {
    "test": "jest",
    "docker:build": "docker build -f docker/api.Dockerfile ."
  }
}
"""
PYPROJECT = """\
[tool.poe.tasks]
image = "docker build app"
both = [{ cmd = "docker build ." }]
[tool.hatch.envs.default.scripts]
api = ["docker build -f docker/api.Dockerfile ."]
"""
SCRIPT = """\
#!/usr/bin/env bash
set -e
cd "$(dirname "$0")/.."
docker build app
"""


@pytest.mark.parametrize(
    ("path", "text", "rows"),
    [
        ("justfile", JUSTFILE, [API | {"args": {"T": None}}, APP]),
        ("Taskfile.yml", TASKFILE, [API, APP | {"target": "web"}, APP]),
        ("package.json", PACKAGE, [API]),
        ("pyproject.toml", PYPROJECT, [APP, ROOT, API]),
        ("Pipfile", '[scripts]\nimage = "docker build app"\n', [APP]),
        (
            "hatch.toml",
            '[envs.x.scripts]\nimage = ["docker build app"]\nall = "docker build ."\n',
            [APP, ROOT],
        ),
        ("pixi.toml", '[tasks]\nimage.cmd = "docker build app"\n', [APP]),
        ("scripts/build.sh", SCRIPT, [APP]),
        ("scripts/docker-build", SCRIPT, [APP]),
        ("scripts/build.sh", "docker build app\n", [APP]),
        ("app/build.sh", "docker build -f ../docker/api.Dockerfile ..", [API]),
        ("scripts/build.py", SCRIPT, []),
        ("scripts/docker-build", SCRIPT.replace("bash", "python3"), []),
        (
            "Tiltfile",
            "docker_build('a', './app', target='web', build_args={'A': '1', 'B': x})",
            [APP | {"target": "web", "args": {"A": "1", "B": None}}],
        ),
        (
            "Tiltfile",
            "docker_build('a', '.', dockerfile='docker/api.Dockerfile')",
            [API],
        ),
        (
            "Tiltfile",
            "custom_build('a', 'docker build -t $EXPECTED_REF app', ['app'])",
            [APP],
        ),
        (
            "skaffold.yaml",
            "build:\n  artifacts:\n    - {image: a, context: app}\n    - image: b\n      docker: {dockerfile: docker/api.Dockerfile, target: t, buildArgs: {A: '1', B: '{{.X}}'}}\n    - {image: c, jib: {}}\n",
            [APP, API | {"target": "t", "args": {"A": "1", "B": None}}],
        ),
        (
            "fly.toml",
            '[build]\ndockerfile = "docker/api.Dockerfile"\nbuild-target = "web"\n[build.args]\nA = "1"\n',
            [API | {"target": "web", "args": {"A": "1"}}],
        ),
        ("fly.toml", "[build]\n", [ROOT]),
        ("fly.toml", '[build]\nimage = "a"\n', []),
        (
            "render.yaml",
            "services:\n  - {type: web, name: a, runtime: docker, dockerfilePath: ./docker/api.Dockerfile}\n  - {type: web, name: b, env: docker, rootDir: app}\n  - {type: web, name: c, env: python}\n",
            [API, APP],
        ),
        (
            "railway.json",
            '{"build": {"builder": "DOCKERFILE", "dockerfilePath": "/docker/api.Dockerfile"}}',
            [API],
        ),
        ("railway.toml", '[build]\nbuilder = "dockerfile"\n', [ROOT]),
        ("app/app.yaml", "runtime: custom\nenv: flex\n", [APP]),
        (
            ".do/app.yaml",
            "services:\n  - name: a\n    dockerfile_path: app/Dockerfile\n    source_dir: /\n",
            [APP | {"context": "."}],
        ),
        (
            "heroku.yml",
            "build:\n  docker:\n    web: app/Dockerfile\n    worker: {dockerfile: Dockerfile, target: w}\n  config: {A: '1'}\n",
            [APP | {"args": {"A": "1"}}, ROOT | {"target": "w", "args": {"A": "1"}}],
        ),
        ("okteto.yml", "build:\n  a: {context: app}\n", [APP]),
        (
            "cloudbuild.yaml",
            "steps:\n  - name: gcr.io/cloud-builders/docker\n    args: [build, -t, 'gcr.io/$PROJECT_ID/a', -f, '${_FILE}', .]\n  - name: gcr.io/kaniko-project/executor:latest\n    args: [--context=app, --destination=x]\n  - name: gcr.io/cloud-builders/docker\n    entrypoint: bash\n    args: [-c, 'cd app && docker build --target t .']\nsubstitutions: {_FILE: docker/api.Dockerfile}\n",
            [API, APP, APP | {"target": "t"}],
        ),
    ],
)
def test_a_file_that_builds(path, text, rows):
    assert in_order(built(path, text)) == in_order(rows)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deploy/db/fly.toml", "[build]\ndockerfile = 'Dockerfile'\n"),
        ("deploy/db/railway.toml", "[build]\nbuilder = 'dockerfile'\n"),
    ],
)
@pytest.mark.parametrize(
    ("source", "context"),
    [("deploy/db/start.sh", "."), ("start.sh", "deploy/db"), ("gone.sh", "deploy/db")],
)
def test_a_platform_takes_the_directory_that_has_what_is_copied(
    path, text, source, context
):
    files = {
        path: text,
        "deploy/db/Dockerfile": f"FROM falkordb/falkordb:v4\nCOPY {source} /\n",
        "deploy/db/start.sh": "",
    }
    [build] = builds(files, "kind")
    assert build == {
        "dockerfile": "deploy/db/Dockerfile",
        "context": context,
        "kind": "config",
    }


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("justfile", JUSTFILE, "justfile:13: {{dir}} is known only to just"),
        (
            "Tiltfile",
            "\ndocker_build('a', x)\n",
            "Tiltfile:2: docker_build: its arguments are computed",
        ),
        (
            "render.yaml",
            "services:\n  - {env: docker, dockerfilePath: ../../x}\n",
            "render.yaml:2: Render's service: ../../x is outside the repository",
        ),
        (
            "skaffold.yaml",
            "build:\n  artifacts:\n    - {image: a, context: '{{.X}}'}\n",
            "skaffold.yaml:3: skaffold's a: {{.X}} is not known",
        ),
        (
            "fly.toml",
            '[build]\ndockerfile = "gone"\n',
            "fly.toml:1: its Dockerfile gone is not a file of the repository",
        ),
    ],
)
def test_what_is_not_known_is_said(path, text, why):
    assert unresolved({path: text, **FILES}) == [why]


def test_a_command_in_the_comments_of_a_dockerfile():
    text = "# syntax=docker/dockerfile:1\n# Build it from the root:\n#   $ docker build -t x \\\n#     -f docker/api.Dockerfile --target web .\n# docker build elsewhere\nFROM a AS web\n# docker build -f docker/api.Dockerfile docker\n"
    rows = [
        row
        for row in builds({**FILES, "docker/api.Dockerfile": text}, "why", "source")
        if row["dockerfile"] == "docker/api.Dockerfile"
    ]
    assert rows == [
        API
        | {
            "target": "web",
            "why": "a comment in the Dockerfile",
            "source": "docker/api.Dockerfile:3",
        }
    ]


def test_a_script_knows_the_context_better_than_a_comment():
    text = "# docker build -f api.Dockerfile .\nFROM a\n"
    files = {**FILES, "docker/api.Dockerfile": text}
    only = [row for row in builds(files, "kind") if "api" in row["dockerfile"]]
    assert [row["context"] for row in only] == ["docker"]
    script = "docker build -f docker/api.Dockerfile {}\n"
    files["build.sh"] = script.format(".")
    only = [row for row in builds(files, "kind") if "api" in row["dockerfile"]]
    assert [row["context"] for row in only] == ["."]


def test_prose_in_comments_is_no_command():
    text = "# To build it, use docker build and a context.\n# docker build is slow\nFROM a\n"
    assert [row["kind"] for row in builds({"Dockerfile": text}, "kind")] == ["guess"]
    assert unresolved({"Dockerfile": text}) == []


def test_equal_builds_of_all_kinds_are_one():
    files = {
        **FILES,
        "compose.yaml": "services:\n  a:\n    build: app\n",
        "Makefile": "a:\n\tdocker build app\n",
        ".github/workflows/a.yml": "jobs:\n  a:\n    steps:\n      - run: docker build app\n",
        "docker-bake.hcl": 'target "a" {\n  context = "app"\n}\n',
    }
    (row,) = (
        row for row in builds(files, "kind", "sources") if row["context"] == "app"
    )
    assert row["kind"] == "compose"
    assert row["sources"] == [
        "compose.yaml:3",
        "docker-bake.hcl:1",
        ".github/workflows/a.yml:4",
        "Makefile:2",
    ]


def test_what_others_wrote_speaks_of_their_repositories():
    files = {
        **FILES,
        "vendor/x/docker-bake.hcl": 'target "a" {}\n',
        "vendor/x/Makefile": "a:\n\tdocker build app\n",
        "vendor/x/y/Dockerfile": "FROM a\nCOPY app ./\n",
    }
    rows = builds(files, "kind")
    assert {row["kind"] for row in rows} == {"guess"}
    assert rows[-1]["context"] == "vendor/x/y"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "A = $(A)$(A)\na:\n\tdocker build $(A)\n"),
        (
            "Makefile",
            "".join(f"V{n} = $(V{n + 1})$(V{n + 1})\n" for n in range(60))
            + "a:\n\tdocker build $(V0)\n",
        ),
        ("Makefile", "a:\n" + "\tdocker build $(X)\n" * 20_000),
        ("justfile", "a:\n" + "    docker build {{" * 10_000),
        ("Tiltfile", "docker_build(" * 5_000),
        ("Tiltfile", "docker_build('a', " + "-" * 90_000 + "1)"),
        ("package.json", '{"scripts": ' * 5_000 + "docker build"),
        ("pyproject.toml", "a = " + "[" * 20_000 + "docker build"),
        ("a.sh", "docker build " + "${" * 20_000),
        (
            "cloudbuild.yaml",
            "steps: [{name: docker, args: [build, " + "'$' ," * 10_000 + "]}]",
        ),
    ],
)
def test_hostile_files_end_and_are_told_of_by_their_own_name(path, text):
    discovery = found({path: text, **FILES})
    places = [item.source.path for item in discovery.unresolved]
    assert set(places) <= {path}
    assert {item.dockerfile for item in discovery.builds} <= {*FILES, path}


@pytest.mark.parametrize(
    "value",
    ["PROD_NAMESPACE/base:1", "quay.io/NAMESPACE/base", "base:1-...-py3", "'<image>'"],
)
def test_a_placeholder_in_a_comment_is_no_build(value):
    comment = f"# docker build --build-arg BASE={value} .\n"
    [build] = found({"Dockerfile": f"{comment}{PYTHON}"}).builds
    assert build.kind.value == "guess"
    comment = (
        "# docker build --build-arg BASE=quay.io/team/base:1 --build-arg LOG=DEBUG .\n"
    )
    [build] = found({"Dockerfile": f"{comment}{PYTHON}"}).builds
    assert build.kind.value == "script"


@pytest.mark.parametrize(
    ("script", "expected"),
    [("buildah bud x", True), ("podman build x", True), ("docker build x", False)],
)
@pytest.mark.parametrize(
    "instruction",
    [
        'COPY --from="$IMAGE" /a /b',
        "RUN --mount=type=bind,source=.,target=/s,relabel=private make",
        "RUN --mount=type=bind,target=/s,z make",
    ],
)
def test_a_repository_that_builds_with_buildah(script, expected, instruction):
    text = f"FROM a\n{instruction}\n"
    files = {
        "a.sh": f"#!/bin/sh\n{script}\n",
        "Dockerfile": text,
        "b/Dockerfile": "FROM a\n",
    }
    by_path = {build.dockerfile: build.may_be_buildah for build in found(files).builds}
    assert by_path == {"Dockerfile": expected, "b/Dockerfile": False}
