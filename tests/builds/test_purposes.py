"""What an image is for, and the signs that tell it."""

from __future__ import annotations

import pytest
from builds.repository import found

from lightship.build import Build
from lightship.builds.purpose_names import FOR_WORK, is_example_path
from lightship.dockerfile.parse import parse
from lightship.facts.stages.final_image import is_for_development

FROM = "FROM python:3.13-slim\n"


def purposes(files):
    return {
        (item.dockerfile, item.target): item.purpose.value
        for item in found(files).builds
    }


def of_one(dockerfile: str, path: str = "Dockerfile") -> str:
    return next(iter(purposes({path: dockerfile}).values()))


def of_service(service: str, dockerfile: str = FROM, name: str = "compose.yaml") -> str:
    files = {name: f"services:\n  {service}\n", "Dockerfile": dockerfile}
    return next(iter(purposes(files).values()))


@pytest.mark.parametrize(
    ("command", "script", "expected"),
    [
        ('["npm", "start"]', "ng serve", "development"),
        ('["npm", "run", "start"]', "PORT=80 react-scripts start", "development"),
        ("yarn start", "node server.js", "unknown"),
        ("pnpm run preview", "vite --host", "unknown"),
        ("node start", "ng serve", "unknown"),
    ],
)
def test_what_a_script_of_package_json_does(command, script, expected):
    manifest = f'{{"scripts": {{"build": "ng build", "start": "{script}"}}}}'
    files = {
        "web/Dockerfile": f"FROM node:24\nCMD {command}\n",
        "web/package.json": manifest,
    }
    assert list(purposes(files).values()) == [expected]


@pytest.mark.parametrize(
    ("path", "purpose"),
    [
        ("Dockerfile", "unknown"),
        ("Dockerfile.dev", "development"),
        ("Dockerfile-test", "test"),
        ("ci.Dockerfile", "ci"),
        ("prod.Dockerfile", "production"),
        ("Dockerfile.device", "unknown"),
        ("docker/local/Dockerfile", "development"),
        (".devcontainer/Dockerfile", "development"),
        ("binder/Dockerfile", "development"),
        ("tests/e2e/Dockerfile", "test"),
        ("shop/functional/env/Dockerfile", "test"),
        (".circleci/Dockerfile", "ci"),
        (".github/workflows/Dockerfile", "ci"),
        ("latest/Dockerfile", "unknown"),
        ("compose/production/web/Dockerfile", "production"),
        ("tools/lint/Dockerfile.prod", "production"),
        ("docker/Dockerfile.pylint", "ci"),
        ("docker/testbed/db/Dockerfile", "test"),
        ("pkg/testdata/app/Dockerfile", "test"),
        ("examples/fixtures/Dockerfile", "test"),
        ("acceptance_tests/app/Dockerfile", "test"),
        ("k8s_itests/Dockerfile", "test"),
        ("docker/local-pytest/Dockerfile", "test"),
        ("unittests/Dockerfile", "test"),
        ("pytest_plugin/Dockerfile", "unknown"),
        ("docker/itest/api/Dockerfile", "test"),
        ("test-server/Dockerfile", "test"),
        ("contest/Dockerfile", "unknown"),
        ("archived/cuda-12/Dockerfile", "development"),
        (".viewer-tmp/Dockerfile", "development"),
        (".templates/Dockerfile", "unknown"),
        ("extras/packaging/linux/Dockerfile", "tool"),
        ("docker/testbed/postgresql/Dockerfile", "test"),
    ],
)
def test_the_path_of_the_dockerfile(path, purpose):
    assert of_one(FROM, path) == purpose


@pytest.mark.parametrize(
    ("service", "purpose"),
    [
        ("web: {build: .}", "unknown"),
        ("web: {build: {context: ., target: development}}", "development"),
        ("web: {build: {context: ., target: unit-tests}}", "test"),
        ("web: {build: {context: ., target: runtime}}", "production"),
        ("web: {build: ., profiles: [dev]}", "development"),
        ("e2e: {build: .}", "test"),
        ("web_builder: {build: .}", "tool"),
        ("deploy: {build: .}", "production"),
        ("deploy-prod: {build: .}", "production"),
        # It deploys something, and is not what is deployed
        ("deploy-contracts: {build: .}", "unknown"),
    ],
)
def test_the_target_the_profile_and_the_name_of_a_service(service, purpose):
    assert of_service(service) == purpose


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("docker-compose.dev.yml", "development"),
        ("compose.prod.yaml", "production"),
        ("docker-compose.ci.yml", "ci"),
        ("compose.override.yaml", "development"),
        ("compose.watch.yaml", "development"),
        ("compose.watcher.yaml", "unknown"),
        ("docker-compose.override.unit_tests.yml", "test"),
        ("docker-compose.base.yml", "unknown"),
    ],
)
def test_the_name_of_the_compose_file(name, purpose):
    assert of_service("web: {build: .}", name=name) == purpose


@pytest.mark.parametrize(
    ("dockerfile", "purpose"),
    [
        ('FROM a\nCMD ["gunicorn", "app:app"]\n', "unknown"),
        ('FROM a\nCMD ["uvicorn", "app:app", "--reload"]\n', "development"),
        ("FROM a\nCMD make test-robottelo\n", "test"),
        ('FROM a\nCMD ["make", "-s", "tests"]\n', "test"),
        ("FROM a\nCMD make serve\n", "unknown"),
        ("FROM a\nCMD make testimonials\n", "unknown"),
        ('FROM a\nCMD -c "pip install -r a.txt -t $OUT"\n', "tool"),
        ("FROM a\nCMD pip install --target=/out flask\n", "tool"),
        ('FROM a\nCMD ["dpkg-buildpackage", "-us", "-uc"]\n', "tool"),
        ("FROM a\nCMD pip install flask && serve -t 3\n", "unknown"),
        (
            'FROM a\nENTRYPOINT ["uvicorn"]\nCMD ["app:app", "--reload"]\n',
            "development",
        ),
        ("FROM a\nCMD python manage.py runserver 0.0.0.0:8000\n", "development"),
        ('FROM a\nCMD ["npm", "run", "dev"]\n', "development"),
        ("FROM a\nCMD sleep infinity\n", "development"),
        ('FROM a\nCMD ["bash", "-c", "tail -f /dev/null"]\n', "development"),
        ("FROM a\nCMD sh -c 'exec sleep infinity'\n", "development"),
        ("FROM a\nCMD sh -c 'serve; sleep infinity'\n", "unknown"),
        ("FROM a\nCMD ng serve --host 0.0.0.0\n", "development"),
        ('FROM a\nCMD ["npx", "react-scripts", "start"]\n', "development"),
        ("FROM a\nCMD nginx && tail -f /dev/null\n", "unknown"),
        ("FROM a\nCMD cd /app && ./node_modules/.bin/vite; true\n", "development"),
        ("FROM a\nCMD vitest-report serve-tests\n", "unknown"),
        ('FROM a\nCMD ["pytest", "-q"]\n', "test"),
        ('FROM a\nENTRYPOINT ["python", "-m", "pytest"]\n', "test"),
        ('FROM a\nCMD ["npm", "test"]\n', "test"),
        ('FROM a\nCMD ["pre-commit", "run"]\n', "ci"),
        ("FROM cimg/python:3.13\n", "ci"),
        ("FROM public.ecr.aws/sam/build-python3.12:latest\n", "tool"),
        ("FROM quay.io/pypa/manylinux_2_28_x86_64\n", "tool"),
        ("FROM gcr.io/oss-fuzz-base/base-builder-python\n", "test"),
        ("FROM mcr.microsoft.com/devcontainers/python:3.13\n", "development"),
        # The stage that is built says it, or the one that it starts from
        ('FROM a AS b\nCMD ["pytest"]\nFROM b\n', "test"),
        ('FROM a AS b\nCMD ["pytest"]\nFROM c\nCMD ["app"]\n', "unknown"),
        ('FROM a AS b\nCMD ["pytest"]\nFROM b\nCMD ["app"]\n', "unknown"),
    ],
)
def test_what_the_container_starts_and_is_based_on(dockerfile, purpose):
    assert of_one(dockerfile) == purpose


@pytest.mark.parametrize(
    ("path", "purpose"),
    [("tests/io/Dockerfile", "test"), ("docker/io/Dockerfile", "production")],
)
def test_the_stage_for_production_of_an_image_for_tests_is_for_tests(path, purpose):
    compose = f"services: {{web: {{build: {{context: ., dockerfile: {path}, target: prod}}}}}}"
    files = {"compose.yaml": compose, path: "FROM debian:13 AS prod\n"}
    assert purposes(files) == {(path, "prod"): purpose}


def test_an_image_that_is_pushed_is_for_production_where_nothing_else_tells():
    def workflow(inputs):
        step = (
            f"      - uses: docker/build-push-action@v6\n        with: {{{inputs}}}\n"
        )
        path = ".github/workflows/a.yml"
        return {path: f"jobs:\n  a:\n    steps:\n{step}", "Dockerfile": FROM}

    assert purposes(workflow("push: true")) == {("Dockerfile", None): "production"}
    assert purposes(workflow("push: false")) == {("Dockerfile", None): "unknown"}
    assert purposes(workflow("push: true, target: dev")) == {
        ("Dockerfile", "dev"): "development"
    }


@pytest.mark.parametrize(
    ("outputs", "purpose"),
    [
        ("type=image,name=acme/shop-${{ matrix.part }}:latest", "unknown"),
        ("type=image,name=acme/shop,push=false", "unknown"),
        ("type=image,name=acme/shop-${{ matrix.part }},push=true", "production"),
        ("type=image,name=acme/shop,push=${{ inputs.push }}", "production"),
        ("type=registry", "production"),
        ("${{ inputs.outputs }}", "production"),
    ],
)
def test_an_output_pushes_where_it_says_so(outputs, purpose):
    step = f"      - uses: docker/build-push-action@v6\n        with: {{outputs: '{outputs}'}}\n"
    files = {
        ".github/workflows/a.yml": f"jobs:\n  a:\n    steps:\n{step}",
        "Dockerfile": FROM,
    }
    assert purposes(files) == {("Dockerfile", None): purpose}


def test_a_platform_runs_what_it_builds_for_others():
    files = {"fly.toml": "[build]\n", "Dockerfile": FROM}
    assert purposes(files) == {("Dockerfile", None): "production"}
    files = {"Tiltfile": "docker_build('a', '.')", "Dockerfile": FROM}
    assert purposes(files) == {("Dockerfile", None): "unknown"}


@pytest.mark.parametrize(
    ("outputs", "purpose"),
    [
        ("type=image,name=acme/${{ github.ref_name }}:latest", "unknown"),
        ("type=image,name=acme/app,push=true", "production"),
        ("type=registry", "production"),
        ("${{ inputs.outputs }}", "production"),
    ],
)
def test_an_output_of_an_action_pushes_where_it_says_so(outputs, purpose):
    workflow = (
        "on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: docker/build-push-action@v6\n"
        f"        with: {{context: ., outputs: '{outputs}'}}\n"
    )
    files = {".github/workflows/image.yml": workflow, "Dockerfile": FROM}
    assert purposes(files) == {("Dockerfile", None): purpose}


def test_what_is_shipped_is_for_production_no_matter_who_else_builds_it():
    files = {
        "compose.override.yaml": "services:\n  web: {build: .}\n",
        "fly.toml": "[build]\n",
        "Dockerfile": FROM,
    }
    assert purposes(files) == {("Dockerfile", None): "production"}


def test_actions_and_development_containers_say_it():
    files = {
        "action.yml": "runs: {using: docker, image: Dockerfile}\n",
        "Dockerfile": FROM,
        ".devcontainer/devcontainer.json": '{"build": {"dockerfile": "x.txt"}}',
        ".devcontainer/x.txt": FROM,
    }
    assert set(purposes(files).values()) == {"tool", "development"}


@pytest.mark.parametrize(
    ("stages", "purpose"),
    [
        (f"{FROM[:-1]} AS release\nFROM release AS unit-tests\n", "test"),
        (f"{FROM[:-1]} AS dev\nFROM dev AS release\n", "production"),
        (f"{FROM[:-1]} AS base\nFROM base\n", "unknown"),
    ],
)
def test_the_name_of_the_last_stage_where_no_target_is_named(stages, purpose):
    assert of_one(stages) == purpose


@pytest.mark.parametrize(
    ("command", "script", "purpose"),
    [
        ("./start-dev.sh", None, "development"),
        (
            '["/app/docker/server_run.sh"]',
            "exec python manage.py runserver 0.0.0.0:8000",
            "development",
        ),
        ('["/app/docker/server_run.sh"]', "python manage.py migrate\npytest\n", "test"),
        (
            '["/app/docker/server_run.sh"]',
            "# python manage.py runserver\nexec ./serve",
            "unknown",
        ),
        (
            '["/app/docker/server_run.sh"]',
            "if [ $DEBUG ]; then python manage.py runserver; else gunicorn app; fi",
            "unknown",
        ),
        (
            '["/app/docker/server_run.sh"]',
            "# gunicorn app\nuvicorn app:app --reload",
            "development",
        ),
        ("./start.sh", None, "unknown"),
    ],
)
def test_the_script_that_is_started(command, script, purpose):
    files = {"Dockerfile": f"{FROM}CMD {command}\n"}
    if script is not None:
        files["docker/server_run.sh"] = f"#!/bin/bash\n{script}\n"
    assert next(iter(purposes(files).values())) == purpose


@pytest.mark.parametrize(
    "path",
    ["Dockerfile.dev", "compose/local/Dockerfile", "ci.Dockerfile", "a/Dockerfile"],
)
def test_a_dockerfile_without_a_repository_is_told_by_the_same_words(path):
    build = Build(parse(FROM), path=path)
    assert is_for_development(build) == (of_one(FROM, path) in FOR_WORK)


@pytest.mark.parametrize(
    ("path", "purpose"),
    [
        ("docker/Dockerfile.oldev", "development"),
        ("docker/Dockerfile.udev", "unknown"),
        (".cursor/Dockerfile", "development"),
        ("eval/fixtures/shop/Dockerfile", "test"),
        ("test_data/puzzle/Dockerfile", "test"),
        ("etc/test/runtime.Dockerfile", "test"),
        ("etc/runtime.Dockerfile", "production"),
    ],
)
def test_an_image_for_developers_and_tests_by_its_place(path, purpose):
    assert of_one(FROM, path) == purpose


def test_the_last_stage_of_a_dockerfile_for_tests_is_for_tests():
    files = {
        "compose.yaml": "services:\n  web:\n    build:\n      context: .\n"
        "      dockerfile: etc/test/Dockerfile\n      target: final\n",
        "etc/test/Dockerfile": f"{FROM[:-1]} AS final\n",
    }
    assert purposes(files) == {("etc/test/Dockerfile", "final"): "test"}


@pytest.mark.parametrize(
    ("comment", "purpose"),
    [
        ("# Dockerfile to run tests", "test"),
        (
            "# syntax=docker/dockerfile:1\n# A full install with test dependencies",
            "test",
        ),
        ("# Single-stage build for development with a watcher", "development"),
        ("# Dev image for the shop (autoreload)", "development"),
        ("# Not for development: the production image", "unknown"),
        ("# Our tests need Chrome", "unknown"),
        ("# The container for CI, with all linters", "ci"),
        ("# An image in CI/CD pipelines and at home", "unknown"),
        ("# An isolated workspace for Shop development", "development"),
    ],
)
def test_the_comment_at_the_head_says_what_the_image_is_for(comment, purpose):
    assert of_one(f"{comment}\n{FROM}") == purpose


@pytest.mark.parametrize(
    ("lines", "purpose"),
    [
        ("# This container is an isolated workspace for development.\n", "development"),
        ("RUN make\n# A workspace for development\n", "unknown"),
        ('LABEL Summary="Storage container for CI"\n', "ci"),
        ('LABEL org.opencontainers.image.description="Test image"\n', "test"),
        ('LABEL description="The web-based development environment"\n', "unknown"),
        ('LABEL description="The shop" maintainer="CI image team"\n', "unknown"),
    ],
)
def test_the_comment_below_from_and_the_description_say_it_too(lines, purpose):
    assert of_one(f"{FROM}{lines}") == purpose
    assert of_one(f"{FROM}{lines}{FROM}") == ("unknown" if "#" in lines else purpose)


def test_an_image_in_which_its_builder_runs_pytest_is_for_tests():
    script = "docker build -t shop-check .\ndocker run shop-check {}\n"
    programs = {
        "pytest tests": "test",
        "\\\n  pylint shop": "ci",
        "sh -c serve": "unknown",
        "serve": "unknown",
    }
    for program, purpose in programs.items():
        files = {"check.sh": script.format(program), "Dockerfile": FROM}
        assert purposes(files) == {("Dockerfile", None): purpose}


def test_an_image_with_the_name_of_a_registry_is_tested_before_it_is_pushed():
    name = "registry.example.com/shop/api:latest"
    script = f"docker build -t {name} .\ndocker run {name} pytest tests\n"
    assert purposes({"check.sh": script, "Dockerfile": FROM}) == {
        ("Dockerfile", None): "unknown"
    }


def test_a_stage_that_a_workflow_builds_beside_the_pushed_image_is_for_ci():
    step = "      - uses: docker/build-push-action@v6\n        with: {{{}}}\n"
    steps = step.format("push: false, target: frontend") + step.format("push: true")
    files = {
        ".github/workflows/a.yml": f"jobs:\n  a:\n    steps:\n{steps}",
        "Dockerfile": f"{FROM[:-1]} AS frontend\nFROM python:3.13-slim\n",
    }
    assert purposes(files) == {
        ("Dockerfile", "frontend"): "ci",
        ("Dockerfile", None): "production",
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("examples/lambda/Dockerfile", True),
        ("docs/Samples/app/Dockerfile", True),
        ("demo-app/server/Dockerfile", True),
        ("s7_deployment/exercise_files/Dockerfile", True),
        ("docker/Dockerfile.demo", True),
        ("a/Dockerfile.base.before", True),
        ("a/exercise_files/web.dockerfile", True),
        ("docs/recipes/whisper/Dockerfile", True),
        ("doc/Dockerfile", True),
        ("services/docs/Dockerfile", False),
        ("docs-api/Dockerfile", False),
        ("democracy/Dockerfile", False),
        ("example-core/Dockerfile", False),
        ("app/Dockerfile.example", False),
    ],
)
def test_a_directory_tells_an_example(path, expected):
    assert is_example_path(path) is expected


TESTED = """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker build -t shop .
      - run: docker run shop pytest
"""


@pytest.mark.parametrize(
    ("push", "expected"), [("", "test"), ("      - run: docker push shop\n", "unknown")]
)
def test_an_image_that_is_tested_before_it_is_pushed_is_not_for_tests(push, expected):
    files = {".github/workflows/ci.yml": TESTED + push, "Dockerfile": FROM}
    assert purposes(files)["Dockerfile", None] == expected


@pytest.mark.parametrize(
    ("path", "purpose"),
    [
        ("integration/read-file/Dockerfile", "test"),
        ("extras/packaging/linux/Dockerfile", "tool"),
        ("docker/testbed/postgresql/Dockerfile", "test"),
        ("docker/Dockerfile.pylint", "ci"),
        ("integrations/slack/Dockerfile", "unknown"),
    ],
)
def test_directories_of_what_is_only_tried_or_packed(path, purpose):
    assert of_one(FROM, path) == purpose


@pytest.mark.parametrize(
    ("comment", "purpose"),
    [
        (
            "# DEPRECATED: This Dockerfile is no longer used.\n# Production image",
            "development",
        ),
        ("# This file is kept for reference only.", "development"),
        ("# The file is read by make. Python 2 is deprecated.", "unknown"),
    ],
)
def test_a_dockerfile_that_is_no_longer_used_is_kept_as_an_archive_is(comment, purpose):
    assert of_one(f"{comment}\n{FROM}") == purpose


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "README.md",
            "# Shop\n\n**This repository is archived.** Use shop2.\n",
            "development",
        ),
        ("web/README.md", "# DEPRECATED\n\nSee ../new.\n", "development"),
        ("web/README.rst", "This directory has been deprecated.\n", "development"),
        ("web/README.md", "# Shop\n\nPython 2 is deprecated.\n", "unknown"),
        ("web/README.md", "# Archive of songs\n", "unknown"),
        ("other/README.md", "# DEPRECATED\n", "unknown"),
    ],
)
def test_a_manual_says_that_it_is_given_up(path, text, expected):
    files = {"web/Dockerfile": "FROM a\nCMD app\n", path: text}
    assert list(purposes(files).values()) == [expected]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# DEPRECATED", "development"),
        ("# Deprecated: use Dockerfile.api", "development"),
        ("# This image is no longer maintained", "development"),
        ("# Deprecated options are read from the environment", "unknown"),
    ],
)
def test_a_comment_says_that_it_is_given_up(comment, expected):
    assert of_one(f"{comment}\nFROM a\nCMD app\n") == expected


RUNSERVER = "    command: python manage.py runserver 0.0.0.0:80\n"
WORKER = "  worker:\n    build: .\n    command: [celery, -A, shop, worker]\n"


@pytest.mark.parametrize(
    ("compose", "cmd", "expected"),
    [
        (RUNSERVER, "", "development"),
        (RUNSERVER + WORKER, "CMD python main.py", "development"),
        ("    entrypoint: npm run dev\n", "", "development"),
        (
            "    command:\n      - uvicorn\n      - shop:app\n      - --reload\n",
            "",
            "development",
        ),
        (RUNSERVER, "CMD gunicorn shop", "unknown"),
        (RUNSERVER + WORKER.replace("celery", "gunicorn"), "", "unknown"),
        (RUNSERVER + "  bot:\n    build: .\n", "CMD python bot.py", "unknown"),
        ("    command: gunicorn shop\n", "", "unknown"),
        ("    command: pytest\n", "", "unknown"),
    ],
)
def test_what_the_services_of_compose_start(compose, cmd, expected):
    files = {
        "compose.yaml": f"services:\n  web:\n    build: .\n{compose}",
        "Dockerfile": f"FROM a\n{cmd}\n",
    }
    assert purposes(files) == {("Dockerfile", None): expected}


def test_a_compose_file_for_production_may_run_the_same_image():
    files = {
        "compose.yaml": f"services:\n  web:\n    build: .\n{RUNSERVER}",
        "Dockerfile": FROM,
    }
    override = "services:\n  web:\n    {}\n    command: ./start.sh\n"
    assert purposes(files) == {("Dockerfile", None): "development"}
    production = files | {"compose_prod.yaml": override.format("restart: always")}
    assert purposes(production) == {("Dockerfile", None): "unknown"}
    other = files | {"compose_prod.yaml": override.format("build: web")}
    other["web/Dockerfile"] = FROM
    assert purposes(other)["Dockerfile", None] == "development"


@pytest.mark.parametrize(
    ("path", "purpose"),
    [
        ("tests/integration/contexts/compose.yaml", "test"),
        ("deploy/compose.yaml", "unknown"),
        ("compose.yaml", "unknown"),
    ],
)
def test_a_dockerfile_inside_another_file_lies_where_that_lies(path, purpose):
    compose = (
        "services:\n  web:\n    build:\n      context: .\n      dockerfile_inline: |\n"
        "        FROM busybox\n        RUN touch /flag\n"
    )
    assert list(purposes({path: compose}).values()) == [purpose]


@pytest.mark.parametrize(
    ("environment", "volume", "purpose"),
    [
        ("{FLASK_ENV: development}", "./app:/app", "development"),
        ("[ENVIRONMENT=dev]", "..:/app", "development"),
        ("{FLASK_DEBUG: 1}", ".:/app", "development"),
        ('{DEBUG: "true"}', ".:/app", "development"),
        ('{DEBUG: "false"}', ".:/app", "unknown"),
        ("[FLASK_DEBUG=true]", ".:/app", "development"),
        ("{FLASK_DEBUG: 0}", ".:/app", "unknown"),
        ("{FLASK_DEBUG: 1}", "data:/app", "unknown"),
        ("{FLASK_ENV: production}", "./app:/app", "unknown"),
        ("{FLASK_ENV: development}", "data:/app", "unknown"),
        ("{FLASK_ENV: development}", "/var/run/docker.sock:/s", "unknown"),
        ("{SHOP_ENVELOPE: dev}", "./app:/app", "unknown"),
    ],
)
def test_a_service_with_mounted_sources_that_a_variable_calls_development(
    environment, volume, purpose
):
    section = f"{{build: ., environment: {environment}, volumes: ['{volume}']}}"
    assert of_service(f"web: {section}") == purpose


_USES = {
    "of a stage": (
        "FROM shop:codec AS codec\nFROM a\nCOPY --from=codec /x /x\n",
        "tool",
    ),
    "of the image": ("FROM a\nCOPY --from=shop:codec /x /x\n", "tool"),
    "as the base": ("FROM shop:codec\nCOPY --from=shop:codec /x /x\n", "unknown"),
    "as a base below": (
        "FROM shop:codec AS b\nFROM b\nCOPY --from=b /x /x\n",
        "unknown",
    ),
    "of another tag": ("FROM a\nCOPY --from=shop /x /x\n", "unknown"),
    "not at all": ("FROM shop:codec AS unused\nFROM a\n", "unknown"),
}


@pytest.mark.parametrize("use", _USES)
def test_a_stage_in_a_file_of_its_own_is_pulled_by_nobody(use):
    text, purpose = _USES[use]
    files = {
        "codec.Dockerfile": "FROM a\nRUN make\n",
        "Dockerfile": text,
        "build.sh": "docker build -t shop:codec -f codec.Dockerfile .\n",
    }
    assert purposes(files)["codec.Dockerfile", None] == purpose


def test_what_is_pushed_is_pulled_though_others_copy_from_it():
    files = {
        "codec.Dockerfile": "FROM a\nRUN make\n",
        "Dockerfile": _USES["of the image"][0],
        "build.sh": "docker build --push -t shop:codec -f codec.Dockerfile .\n",
    }
    assert purposes(files)["codec.Dockerfile", None] != "tool"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("  itest: {build: itest}", "test"),
        ("  run: {build: itest, profiles: [test]}", "test"),
        (
            "  itest: {build: itest}\n  proxy: {image: nginx, ports: ['80:80']}",
            "unknown",
        ),
        ("  itest: {build: itest}\n  jobs: {image: redis, restart: always}", "unknown"),
        ("  worker: {build: itest}", "unknown"),
    ],
)
def test_what_compose_builds_beside_its_tests_alone_is_for_tests(more, expected):
    files = {
        "compose.yaml": f"services:\n  kafka: {{build: kafka, expose: ['9092']}}\n{more}\n",
        "kafka/Dockerfile": FROM,
        "itest/Dockerfile": FROM,
    }
    assert purposes(files)["kafka/Dockerfile", None] == expected
    # Somebody else may build it for another purpose
    built = {**files, "Makefile": "image:\n\tdocker build -t acme/kafka kafka\n"}
    assert purposes(built)["kafka/Dockerfile", None] == "unknown"


def test_another_stage_beside_that_of_the_tests_is_what_they_test():
    services = "services:\n  tests: {build: {context: ., target: check}}\n  web: {build: {context: ., target: app}}\n"
    files = {
        "compose.yaml": services,
        "Dockerfile": "FROM python:3.14 AS app\nFROM app AS check\n",
    }
    assert purposes(files)["Dockerfile", "app"] == "unknown"


WORKFLOW = """\
on: push
jobs:
  e2e:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: .
          push: {}
          tags: {}
"""


@pytest.mark.parametrize(
    ("run", "push", "expected"),
    [
        ("pip install -r requirements-dev.txt", "false", "test"),
        ("pip install -r requirements/test.txt -rci.txt", "false", "test"),
        ("pip install -r requirements-dev.txt", "true", "production"),
        ("pip install -r requirements.txt -r requirements-dev.txt", "false", "unknown"),
        ("pip install -r requirements-dev.txt.lock", "false", "unknown"),
        ("pip install flask", "false", "unknown"),
    ],
)
def test_what_ci_alone_builds_with_packages_for_work_is_for_tests(run, push, expected):
    files = {
        "Dockerfile": f"{FROM}RUN {run}\n",
        ".github/workflows/e2e.yml": WORKFLOW.format(push, "shop:e2e"),
    }
    assert list(purposes(files).values()) == [expected]


def test_what_compose_starts_with_packages_for_work_says_nothing():
    dockerfile = f"{FROM}RUN pip install -r requirements-dev.txt\n"
    assert of_service("web: {build: .}", dockerfile) == "unknown"
