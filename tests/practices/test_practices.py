"""The seven practices of the article "Dockerfile practices": each Don't is a small project that is found, fixed, clean.

`PROJECT/expected` holds what `fix --unsafe-fixes` makes of `PROJECT/project`, file by file.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from lightship.cli import cli

HERE = Path(__file__).parent
# What each project is there for, and how its rules call it
FOUND = {
    "full-end-of-life-image": {"end-of-life-image", "full-base-image"},
    "sources-before-dependencies": {"sources-before-dependencies"},
    "build-tools-in-final-stage": {"build-tools-in-final-stage"},
    "nothing-ignored": {"needless-files-copied", "secret-file-copied"},
    "latest-image": {"latest-image"},
    "apt-in-pieces": {
        "update-alone",
        "apt-without-yes",
        "apt-recommends",
        "pip-cache-kept",
    },
    "runs-as-root": {"root-user"},
}
# What no fix can choose: which version
A_PERSON_CHOOSES = {"latest-image"}


def found(project: Path) -> set[str]:
    """The ids of what the default rules find."""
    done = CliRunner().invoke(
        cli, ["lint", "--no-config", "--format", "json", str(project)]
    )
    assert done.exit_code in (0, 1), done.output
    return {finding["rule"] for finding in json.loads(done.stdout)}


def texts(project: Path) -> dict[str, str]:
    """Every file of a project, by its path inside."""
    return {
        str(path.relative_to(project)): path.read_text(encoding="utf-8")
        for path in project.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(HERE / request.param / "project", tmp_path / "project"))


def expected(name: str) -> dict[str, str]:
    """The files that the fix changes or writes; none where needs your decision."""
    directory = HERE / name / "expected"
    return texts(directory) if directory.is_dir() else {}


def fix(project: Path, *options: str) -> None:
    done = CliRunner().invoke(cli, ["fix", "--no-config", *options, str(project)])
    assert done.exit_code == 0, done.output


def test_each_practice_has_its_project() -> None:
    assert {path.name for path in HERE.iterdir() if (path / "project").is_dir()} == set(
        FOUND
    )


@pytest.mark.parametrize(
    ("project", "rules"), FOUND.items(), indirect=["project"], ids=FOUND
)
def test_found(project: Path, rules: set[str]) -> None:
    assert rules <= found(project)


@pytest.mark.parametrize("name", FOUND)
def test_fixed_into(name: str, tmp_path: Path) -> None:
    project = Path(shutil.copytree(HERE / name / "project", tmp_path / "project"))
    before = texts(project)
    fix(project, "--unsafe-fixes")
    assert texts(project) == before | expected(name)


@pytest.mark.parametrize(
    ("project", "rules"), FOUND.items(), indirect=["project"], ids=FOUND
)
def test_clean_afterwards(project: Path, rules: set[str]) -> None:
    fix(project, "--unsafe-fixes")
    assert found(project) == rules & A_PERSON_CHOOSES


@pytest.mark.parametrize("project", FOUND, indirect=True)
def test_a_diff_writes_nothing(project: Path) -> None:
    before = texts(project)
    fix(project, "--unsafe-fixes", "--diff")
    assert texts(project) == before
