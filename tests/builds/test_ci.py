"""GitLab CI, other CI, Jenkins, actions of Docker and development containers."""

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
    rows = builds({path: text, **FILES, **more}, "kind", "source")
    return [
        {key: value for key, value in row.items() if key not in ("kind", "source")}
        for row in rows
        if row["kind"] != "guess"
    ]


def in_order(rows):
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def lines(path: str, text: str):
    return [
        build.source.line
        for build in found({path: text, **FILES}).builds
        if build.kind != "guess"
    ]


GITLAB = """\
include:
  - local: /ci/common.yml
variables:
  FILE: docker/api.Dockerfile
default:
  before_script:
    - cd app
.build:
  script:
    - docker build $ARGS .
  variables:
    ARGS: --target base
web:
  extends: .build
  variables:
    ARGS: --target web
root:
  before_script: []
  script:
    - |
      set -e
      docker build -f $FILE $CI_PROJECT_DIR
kaniko:
  before_script: []
  script:
    - /kaniko/executor --context "${CI_PROJECT_DIR}/app" --dockerfile "$CI_PROJECT_DIR/app/Dockerfile" --build-arg A=1 --destination x
matrix:
  parallel:
    matrix:
      - DIR: [., app]
  before_script: []
  script: docker build $DIR
shared:
  before_script: []
  script:
    - !reference [.common, script]
"""


def test_gitlab():
    common = ".common:\n  script:\n    - docker build --target common .\n"
    rows = built(".gitlab-ci.yml", GITLAB, **{"ci/common.yml": common})
    assert in_order(rows) == in_order(
        [
            ROOT,
            ROOT | {"target": "common"},
            APP | {"target": "web"},
            APP | {"args": {"A": "1"}},
            APP,
            API,
        ]
    )


def test_commands_of_another_file_are_named_by_it():
    files = {
        ".gitlab-ci.yml": "include: ci/a.yml\na:\n  script:\n    - !reference [.b, script]\n",
        "ci/a.yml": ".b:\n  script:\n    - true\n    - docker build app\n",
        **FILES,
    }
    (build,) = (item for item in found(files).builds if item.kind == "gitlab")
    assert (build.source.path, build.source.line) == ("ci/a.yml", 4)


def test_gitlab_names_job_kind_and_line():
    (build,) = (
        item
        for item in found({".gitlab-ci.yml": GITLAB, **FILES}).builds
        if item.dockerfile == "docker/api.Dockerfile"
    )
    assert (build.kind, build.why) == ("gitlab", "docker build in job root")
    assert (
        GITLAB.splitlines()[build.source.line - 1].strip().startswith("docker build -f")
    )


def test_gitlab_jobs_that_extend_one_another_end():
    text = "a:\n  extends: b\nb:\n  extends: a\n  script: docker build .\n"
    assert built(".gitlab-ci.yml", text) == [ROOT]


CIRCLE = """\
version: 2.1
commands:
  image:
    parameters:
      dir: {type: string, default: app}
    steps:
      - run: docker build << parameters.dir >>
jobs:
  build:
    working_directory: ~/repo
    environment: {FILE: docker/api.Dockerfile}
    steps:
      - checkout
      - run:
          name: image
          command: |
            docker build -f $FILE .
      - run: {command: docker build ., working_directory: ~/repo/app}
      - when:
          condition: true
          steps:
            - docker/build: {path: app, docker-context: .}
"""
AZURE = """\
variables: {x: y}
steps:
  - script: docker build -f docker/api.Dockerfile $(Build.SourcesDirectory)
  - bash: |
      docker build .
    workingDirectory: $(System.DefaultWorkingDirectory)/app
  - task: Docker@2
    inputs:
      command: buildAndPush
      Dockerfile: app/Dockerfile
      buildContext: .
  - task: Docker@2
    inputs: {command: push}
  - task: Docker@2
    inputs: {command: build, Dockerfile: $(file)}
"""
DRONE = """\
kind: pipeline
steps:
  - name: image
    image: plugins/docker
    settings:
      dockerfile: docker/api.Dockerfile
      target: web
      build_args: [A=1, B]
  - name: sh
    image: docker
    commands:
      - cd app
      - docker build .
"""
WOODPECKER = """\
steps:
  image:
    image: woodpeckerci/plugin-docker-buildx
    settings: {context: app, platforms: "linux/amd64,linux/arm64"}
"""
BITBUCKET = """\
pipelines:
  default:
    - step:
        script:
          - export DIR=app
          - docker build $BITBUCKET_CLONE_DIR/$DIR
"""
JENKINS = """\
pipeline {
  agent { dockerfile { filename 'Dockerfile'; dir 'app' } }
  stages {
    stage('x') {
      steps {
        sh 'docker build -f docker/api.Dockerfile .'
        sh(script: '''
          cd app
          docker build --target x .
        ''')
        script { docker.build("a:${env.TAG}", "--target web -f docker/api.Dockerfile .") }
        sh "docker build ${DIR}"
      }
    }
  }
}
"""


@pytest.mark.parametrize(
    ("path", "text", "rows"),
    [
        (
            ".circleci/config.yml",
            CIRCLE,
            [APP, APP | {"context": "."}, API],
        ),
        ("azure-pipelines.yml", AZURE, [APP, APP | {"context": "."}, API]),
        (".travis.yml", "script:\n  - docker build app\n", [APP]),
        (
            ".drone.yml",
            DRONE,
            [APP, API | {"target": "web", "args": {"A": "1", "B": None}}],
        ),
        (
            ".woodpecker.yml",
            WOODPECKER,
            [APP | {"platforms": ["linux/amd64", "linux/arm64"]}],
        ),
        ("bitbucket-pipelines.yml", BITBUCKET, [APP]),
        (".buildkite/pipeline.yml", "steps:\n  - command: docker build app\n", [APP]),
        (
            "Jenkinsfile",
            JENKINS,
            [APP, APP | {"target": "x"}, API | {"target": "web"}, API],
        ),
    ],
)
def test_other_ci(path, text, rows):
    assert in_order(built(path, text)) == in_order(rows)


def test_a_macro_of_a_ci_system_is_no_value():
    azure = """strategy:
  matrix:
    new: {python.version: 3.14-slim}
steps:
- script: docker build --build-arg PYTHON=$PY_VER --build-arg MODE=$MODE app
  env: {PY_VER: $(python.version), MODE: fast}
"""
    rows = [APP | {"args": {"PYTHON": None, "MODE": "fast"}}]
    assert built("azure-pipelines.yml", azure) == rows


def test_what_other_ci_leaves_open_is_said():
    assert [
        place.partition(": ")[2]
        for place in unresolved({"azure-pipelines.yml": AZURE, **FILES})
    ] == ["the task Docker: $(file) is known only in a run"]
    assert unresolved({"Jenkinsfile": JENKINS, **FILES}) == [
        "Jenkinsfile:12: DIR is not set"
    ]


def test_a_line_is_that_of_the_command():
    assert sorted(lines("Jenkinsfile", JENKINS)) == [2, 6, 9, 11]


def test_an_action_of_docker_is_built_in_its_directory():
    text = "runs:\n  using: docker\n  image: Dockerfile\n"
    (build,) = (
        item
        for item in found({"app/action.yml": text, **FILES}).builds
        if item.kind == "action"
    )
    assert (build.dockerfile, build.context, build.purpose.value) == (
        "app/Dockerfile",
        "app",
        "tool",
    )
    assert build.source.line == 3


@pytest.mark.parametrize("image", ["docker://alpine", "../../../x"])
def test_an_action_of_another_image_is_not_built(image):
    text = f"runs:\n  using: docker\n  image: {image}\n"
    assert built("app/action.yml", text) == []


DEVCONTAINER = """\
// what it is
{
  "name": "x", /* two
  lines */
  "build": {
    "dockerfile": "Dockerfile",
    "context": "..",
    "target": "dev",
    "args": {"A": "1", "B": "${localEnv:B}"},
  },
  "url": "https://a.b//c",
}
"""


def test_a_development_container():
    rows = built(
        ".devcontainer/devcontainer.json",
        DEVCONTAINER,
        **{".devcontainer/Dockerfile": PYTHON},
    )
    assert rows == [
        {
            "dockerfile": ".devcontainer/Dockerfile",
            "context": ".",
            "target": "dev",
            "args": {"A": "1", "B": None},
        }
    ]
    text = '{"dockerFile": "Dockerfile"}'
    more = {".devcontainer/py/Dockerfile": PYTHON}
    assert built(".devcontainer/py/devcontainer.json", text, **more) == [
        {"dockerfile": ".devcontainer/py/Dockerfile", "context": ".devcontainer/py"}
    ]


def test_a_development_container_of_compose():
    text = '{"dockerComposeFile": ["../compose.yaml", "extend.yml"], "service": "web"}'
    files = {
        ".devcontainer/devcontainer.json": text,
        "compose.yaml": "services:\n  web:\n    build: .\n",
        ".devcontainer/extend.yml": "services:\n  web:\n    build: {target: dev}\n",
        **FILES,
    }
    assert ROOT | {"target": "dev"} in builds(files)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            ".devcontainer/devcontainer.json",
            '{"build": {"dockerfile": "x" ' + "/*" * 200_000,
        ),
        ("Jenkinsfile", "docker build dockerfile " + "sh '''" * 50_001),
        ("Jenkinsfile", "docker build " + 'docker.build("' * 50_000),
        (".gitlab-ci.yml", "a:\n  script: docker build " + "$(" * 20_000),
        (".travis.yml", "script: " + "[" * 50_000 + "docker build"),
    ],
)
def test_hostile_files_end_and_are_told_of_by_their_own_name(path, text):
    discovery = found({path: text, **FILES})
    places = [item.source.path for item in discovery.unresolved]
    assert set(places) <= {path}
    assert {item.dockerfile for item in discovery.builds} <= {*FILES, path}
