"""Plain `pip install lightship` lints and fixes; what else needs an extra says which."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from source_trees import imported_packages

from lightship.cli.extras import EXTRAS, advice

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]
MODULES = {
    "backports.zstd": "backports",
    "cyclonedx-python-lib": "cyclonedx",
    "packageurl-python": "packageurl",
    "protobuf": "google",
    "pyyaml": "yaml",
    "license-expression": "license_expression",
    "spdx-python-model": "spdx_python_model",
    "spdx-tools": "spdx_tools",
}
WITHOUT = "import sys; sys.modules.update(dict.fromkeys({modules!r})); from lightship.cli import main; main()"


def modules_of(requirements):
    names = (Requirement(text).name for text in requirements)
    return {MODULES.get(name, name) for name in names if name != "lightship"}


def run_without(extras, *arguments, cwd):
    """`lightship ARGUMENTS` where the modules of these extras cannot be imported."""
    modules = [module for extra in extras for module in EXTRAS[extra]]
    command = (sys.executable, "-c", WITHOUT.format(modules=modules), *arguments)
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, check=False, encoding="utf-8"
    )


@pytest.fixture
def project(tmp_path):
    (tmp_path / "Dockerfile").write_text(
        "FROM debian:trixie-slim\nRUN pip install flask\n"
    )
    (tmp_path / "a.dockerbuild").write_bytes(b"\x1f\x8b")
    (tmp_path / "build.log").write_text("#1 [1/1] RUN a\n#1 DONE 1.0s\n")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'a'\n")
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3008]\n")
    return tmp_path


def test_the_table_is_that_of_the_project():
    extras = dict(PROJECT["optional-dependencies"])
    everything = extras.pop("all")
    assert {name: set(modules) for name, modules in EXTRAS.items()} == {
        name: modules_of(requirements) for name, requirements in extras.items()
    }
    (requirement,) = map(Requirement, everything)
    assert requirement.extras == set(extras)


def test_every_module_that_is_imported_comes_with_the_project_or_an_extra():
    known = modules_of(PROJECT["dependencies"]) | {
        module for all_ in EXTRAS.values() for module in all_
    }
    ours = {*sys.stdlib_module_names, *known, "lightship", "compression"}
    foreign = {
        name: path for name, path in imported_packages().items() if name not in ours
    }
    assert foreign == {}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("--help",),
        ("lint", "--fail-on", "none"),
        ("fix", "--diff"),
        ("rules", "pip-cache-kept"),
        ("config",),
        ("context", "--format", "html"),
        ("proof", "list"),
        ("parse", "Dockerfile"),
        ("completion", "bash"),
    ],
)
def test_without_extras_lightship_lints_and_fixes(arguments, project):
    done = run_without(EXTRAS, *arguments, cwd=project)
    assert done.returncode == 0
    assert "error" not in done.stderr


@pytest.mark.parametrize(
    ("extra", "arguments"),
    [
        ("image", ("inspect", "image.tar")),
        ("image", ("compare", "one.tar", "two.tar")),
        ("image", ("prove", "Dockerfile", "Dockerfile")),
        ("git", ("cache", "replay")),
        ("ci", ("ci", "trend", "a.dockerbuild")),
        ("tui", ("explore", "image.tar")),
    ],
)
def test_an_absent_extra_is_said_with_the_line_to_type(extra, arguments, project):
    done = run_without([extra], *arguments, cwd=project)
    assert done.returncode == 2
    assert done.stderr == (
        f"error: this needs the extra `{extra}`, which is not installed: pip install 'lightship[{extra}]'\n"
    )


def test_one_line_names_all_that_a_command_needs(project):
    done = run_without(EXTRAS, "explore", "image.tar", cwd=project)
    assert done.stderr.endswith("pip install 'lightship[tui]'\n")
    tui = map(Requirement, PROJECT["optional-dependencies"]["tui"])
    assert any(needed.extras == {"image"} for needed in tui)


def test_what_a_change_rebuilds_needs_no_extra_for_images(project):
    done = run_without(
        ["image"], "cache", "explain", "--change", "Dockerfile", cwd=project
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_log_of_a_build_needs_no_extra(project):
    done = run_without(["ci"], "ci", "trend", "build.log", cwd=project)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_module_that_is_nobodys_is_no_missing_extra():
    assert advice(ModuleNotFoundError("No module named 'x'", name="x")) is None


@pytest.mark.parametrize(
    ("prefix", "line"),
    [
        ("/home/a/.local/share/uv/tools/lightship", "uv tool install 'lightship[git]'"),
        (
            "/home/a/.local/pipx/venvs/lightship",
            "pipx install --force 'lightship[git]'",
        ),
        (
            "C:\\Users\\a\\pipx\\venvs\\lightship",
            "pipx install --force 'lightship[git]'",
        ),
        ("/home/a/project/.venv", "pip install 'lightship[git]'"),
    ],
)
def test_the_line_is_for_the_tool_that_installed_lightship(prefix, line, monkeypatch):
    monkeypatch.setattr(sys, "prefix", prefix)
    assert advice(ModuleNotFoundError("", name="pygit2")).endswith(line)
