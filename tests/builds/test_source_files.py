"""Which files may say how images are built, by their names."""

from __future__ import annotations

import pytest

from lightship.builds.source_files import KINDS, may_speak

SPEAKING = """
compose.yaml docker-compose.prod.yml dev.compose.yml docker-bake.hcl docker-bake.override.json
Makefile GNUmakefile Makefile.docker rules.mk justfile .justfile ci.just Taskfile.yml Tiltfile
web.tiltfile package.json pyproject.toml Pipfile hatch.toml pixi.toml scripts/build.sh bin/release docker_build
skaffold.yaml render.yaml railway.json railway.toml fly.toml fly.staging.toml app.yaml
app.dev.yaml cloudbuild.yaml api-cloudbuild.json heroku.yml okteto.yml
.github/workflows/ci.yml .gitea/workflows/a.yaml action.yml tools/action.yaml
.devcontainer/devcontainer.json .devcontainer.json .devcontainer/gpu/devcontainer.json
.gitlab-ci.yml deploy.gitlab-ci.yml .gitlab/build.yml Jenkinsfile Jenkinsfile.nightly
ci/web.jenkinsfile .circleci/config.yml azure-pipelines.yml .travis.yml bitbucket-pipelines.yml
.buildkite/pipeline.yml appveyor.yml .cirrus.yml .drone.yml .woodpecker/build.yaml
""".split()
SILENT = """
Dockerfile docker/Dockerfile Containerfile README.md main.py requirements.txt uv.lock .dockerignore
src/app.py composer.lock setup.cfg logo.png .env
""".split()


@pytest.mark.parametrize("path", SPEAKING)
def test_it_may_speak(path):
    assert may_speak(path)


@pytest.mark.parametrize("path", SILENT)
def test_it_does_not_speak(path):
    assert not may_speak(path)


@pytest.mark.parametrize("path", [*SPEAKING, *SILENT])
def test_the_quick_look_at_a_name_leaves_nothing_out(path):
    name = path.rpartition("/")[2]
    fitting = [
        kind for kind in KINDS if kind.pattern.fullmatch(name if kind.is_name else path)
    ]
    assert may_speak(path) == bool(fitting)
