"""Commands that install what the project's own files ask for."""

from __future__ import annotations

import pytest

from lightship.facts.installs.dependencies import Install, installs
from lightship.lint.examples import build_of


def only(body: str) -> Install:
    [install] = installs(build_of(f"WORKDIR /app\n{body}"))
    return install


@pytest.mark.parametrize(
    ("command", "title", "files", "whole", "project"),
    [
        ("pip install -r r.txt", "pip install -r", ("/app/r.txt",), False, False),
        (
            "pip install -r /r.txt -c c",
            "pip install -r",
            ("/r.txt", "/app/c"),
            False,
            False,
        ),
        ("pip install .", "pip install .", (), False, True),
        ("pip install -e ./lib", "pip install ./lib", (), False, True),
        ("uv sync", "uv sync", (), True, True),
        ("uv sync --no-install-project", "uv sync", (), True, False),
        ("uv pip sync r.txt", "uv pip sync", ("/app/r.txt",), False, False),
        ("poetry install --no-root", "poetry install", (), True, False),
        ("poetry install", "poetry install", (), True, True),
        ("pipenv sync", "pipenv sync", (), True, False),
        ("npm ci", "npm ci", (), True, False),
        ("yarn", "yarn", (), True, False),
    ],
)
def test_what_is_installed(command, title, files, whole, project):
    install = only(f"RUN {command}")
    assert (install.title, install.files) == (title, files)
    assert (install.whole, install.project) == (whole, project)


@pytest.mark.parametrize(
    "command",
    [
        "pip install flask",
        "npm install -g yarn",
        "pip install --no-deps .",
        "poetry install --only-root",
        "pip install -r https://a.org/r.txt",
        "uv lock",
    ],
)
def test_what_is_no_install_of_the_project(command):
    assert not installs(build_of(f"RUN {command}"))


@pytest.mark.parametrize(
    ("body", "directory"),
    [
        ("RUN uv sync", "/app"),
        ("RUN cd lib && uv sync", "/app/lib"),
        ("RUN uv sync --project lib", "/app/lib"),
        ("RUN npm --prefix /web ci", "/web"),
        ("RUN yarn --cwd web install", "/app/web"),
        ("RUN uv sync --all-packages", None),
        ("RUN uv sync --project $X", None),
        ("RUN cd $X && uv sync", None),
    ],
)
def test_the_directory_of_the_project(body, directory):
    assert only(body).directory == directory


@pytest.mark.parametrize(
    ("command", "separable", "manifest"),
    [
        ("uv sync", True, None),
        ("pip install -r r.txt", True, None),
        ("pip install .", False, None),
        ("uv pip install .", True, "pyproject.toml"),
        ("uv pip install ./lib/", True, "./lib/pyproject.toml"),
        ("uv pip install . ./lib", False, None),
    ],
)
def test_whether_it_can_do_without_the_sources(command, separable, manifest):
    install = only(f"RUN {command}")
    assert (install.separable, install.manifest) == (separable, manifest)
    assert not install.is_node


def test_node():
    assert only("RUN pnpm install").is_node
