"""Base images and the layer cache: what the examples of their rules leave out."""

from __future__ import annotations

import laws
import pytest

from lightship.base_images import lifetimes
from lightship.base_images.reference import read_reference
from lightship.base_images.variants import releases_of, unnamed
from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.fixes import UNSAFE
from lightship.lint.registry import all_rules
from lightship.pyproject.dependency import read_requirement
from lightship.pyproject.locks import Locked
from lightship.pyproject.musl import is_locked_without, lacks_wheel
from lightship.pyproject.requirement_manifests import of_dependencies, of_requirements

RULES = {rule.id: rule for rule in all_rules()}
IGNORE = {".dockerignore": "Dockerfile\n.dockerignore\n"}


def fixed(rule, text, files=None):
    """What the rule alone makes of the text; the laws hold on the way."""
    return laws.hold(
        build_of(text, None if files is None else IGNORE | files), [RULES[rule]], UNSAFE
    ).text


def messages(rule, text, files=None):
    build = build_of(text, None if files is None else IGNORE | files)
    return [item.finding.message for item in lint(build, [RULES[rule]])]


# Releases


@pytest.mark.parametrize(
    ("image", "names"),
    [
        ("nvidia/cuda:11.8.0-cudnn8-devel-ubuntu20.04", ["Ubuntu 20.04 (focal)"]),
        ("public.ecr.aws/lambda/python:3.8.2023.05.01.10-x86_64", ["Python 3.8"]),
        (
            "ghcr.io/astral-sh/uv:0.4.20-python3.9-bookworm",
            ["Python 3.9", "Debian 12 (bookworm)"],
        ),
        (
            "tiangolo/uvicorn-gunicorn-fastapi:python3.7-alpine3.8",
            ["Python 3.7", "Alpine 3.8"],
        ),
        (
            "mcr.microsoft.com/devcontainers/python:1-3.9-bullseye",
            ["Python 3.9", "Debian 11 (bullseye)"],
        ),
        ("mcr.microsoft.com/devcontainers/python:2-bookworm", ["Debian 12 (bookworm)"]),
        (
            "mcr.microsoft.com/devcontainers/javascript-node:4-20-bullseye",
            ["Debian 11 (bullseye)"],
        ),
        ("python:2", ["Python 2.7"]),
        ("gcc:8-buster", ["Debian 10 (buster)"]),
        ("acme/python:3.8-buster", []),
    ],
)
def test_the_releases_in_a_tag(image, names):
    assert [
        str(part.release) for part in lifetimes.parts(read_reference(image))
    ] == names


@pytest.mark.parametrize(
    ("image", "version", "release", "there"),
    [
        ("python", "3.12", "bookworm", True),
        ("python", "3.9", "trixie", False),
        ("node", "24.19.0", "bookworm", True),
        ("node", "18", "bookworm", False),
        ("openjdk", "11", "bookworm", False),
    ],
)
def test_what_an_image_comes_with(image, version, release, there):
    assert (release in releases_of(image, version)) == there


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("python:3.14-slim", "3.14-slim-trixie"),
        ("node:24-slim", "24-bookworm-slim"),
        ("node:26", "26-trixie"),
        ("php:8.4-fpm", "8.4-fpm-trixie"),
        ("nginx:1.31-otel", "1.31-trixie-otel"),
    ],
)
def test_the_tag_that_names_the_release(image, tag):
    assert getattr(unnamed(read_reference(image)), "tag", None) == tag


@pytest.mark.parametrize(
    "image",
    "python:3.14.1-slim python:slim python python:3.14-alpine python:3.9 redis:8".split(),
)
def test_tags_that_do_not_move_to_another_release(image):
    assert unnamed(read_reference(image)) is None


def test_the_project_that_is_installed_says_which_python():
    text = "FROM python:3.9-slim\nWORKDIR /app\nCOPY api/requirements.txt .\nRUN pip install -r requirements.txt\n"
    files = {
        "pyproject.toml": "[project]\nrequires-python = '>=3.13'\n",
        "api/pyproject.toml": "[project]\nrequires-python = '>=3.9,!=3.11.*'\n",
        "api/requirements.txt": "flask\n",
        "tox.ini": "[tox]\nenvlist = py312\n",
    }
    assert fixed("end-of-life-image", text, files) == text.replace("3.9", "3.12")
    del files["api/pyproject.toml"]
    assert fixed("end-of-life-image", text, files) == text.replace("3.9", "3.13")


def test_alpine_goes_with_python():
    text = "FROM python:3.9-alpine3.22\nRUN pip install flask==3.1.2\n"
    files = {
        "setup.cfg": "[options]\npython_requires = >=3.8\n",
        "tox.ini": "[tox]\nenvlist = py311\n",
    }
    assert fixed("end-of-life-image", text, files) == text.replace(
        "3.9-alpine3.22", "3.11-alpine3.23"
    )


# Wheels for musl


@pytest.mark.parametrize(
    ("requirement", "minor", "lacks"),
    [
        ("torch", "3.13", True),
        ("scikit_learn==1.7.2", "", True),
        ("psutil==7.1.3", "3.13", True),
        ("psutil==7.2.0", "3.13", False),
        ("psutil>=6", "3.13", False),
        ("numpy==1.21.6", "3.9", True),
        ("numpy==1.21.6", "3.13", False),
        ("numpy==1.21.6", "", False),
        ("flask==3.1.2", "3.13", False),
        ("torch; sys_platform == 'darwin'", "3.13", False),
    ],
)
def test_the_table_of_musl(requirement, minor, lacks):
    assert lacks_wheel(read_requirement(requirement), minor) == lacks


def test_a_lock_is_read_for_the_version_of_python():
    wheels = (
        "a-1-cp312-cp312-musllinux_1_2_x86_64.whl",
        "a-1-cp312-cp312-manylinux_2_28_x86_64.whl",
        "a-1-cp313-cp313-manylinux_2_28_x86_64.whl",
    )
    package = Locked("a", "1", wheels, has_sdist=True)
    assert [
        is_locked_without(package, minor) for minor in ("3.12", "3.13", "3.14", "")
    ] == [False, True, False, False]


INSTALL = "RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*"

# Cache mounts


def test_both_findings_of_one_run_are_fixed():
    mount = "--mount=type=cache,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt"
    text = f"RUN {mount} {INSTALL.removeprefix('RUN ')}"
    assert len(messages("cache-mount-emptied", text)) == 2
    assert "rm -rf" not in fixed("cache-mount-emptied", text)


# Manifests


def test_an_environment_file_hands_on_to_pip():
    environment = "dependencies:\n  - numpy\n  - pip:\n    - -r requirements.txt\n"
    files = {"environment.yml": environment, "requirements.txt": "flask\n"}
    context = build_of("", files).context
    assert of_requirements(context, "environment.yml").paths == (
        "environment.yml",
        "requirements.txt",
    )
    context = build_of(
        "", {"environment.yml": "dependencies:\n  - pip:\n    - -e .\n"}
    ).context
    assert of_requirements(context, "environment.yml").refusal


@pytest.mark.parametrize(
    "text",
    [
        "[project]\nname = 'x'\n",
        "[project]\nname = 'x'\ndynamic = ['dependencies']\n",
        "[project]\nname = 'x'\ndependencies = ['a']\n[tool.uv.sources]\na = {path = './a'}\n",
        "[tool.poetry.dependencies]\nflask = '*'\n",
    ],
)
def test_dependencies_that_a_manifest_does_not_state(text):
    assert of_dependencies(
        build_of("", {"pyproject.toml": text}).context, "pyproject.toml"
    ).refusal
