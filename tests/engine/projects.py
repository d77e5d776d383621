"""The projects under `tests/projects`: small and real, each with the Dockerfile that people write for it.

`PROJECT/project.toml` says what the project is, and how it is asked whether it works; the rest are its files.
"""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from lightship.build import Build
from lightship.cli import cli
from lightship.dockerfile.parse import parse

ROOT = Path(__file__).parents[2]
PROJECTS = ROOT / "tests" / "projects"
# What lies about on a developer's machine
LEFTOVERS = {
    ".env": "SECRET_KEY=not-for-the-image\n",
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/objects/pack/pack-1.pack": "x" * 1_000_000,
    ".pytest_cache/README.md": "# cache\n",
    ".venv/pyvenv.cfg": "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.13.5\n",
    ".venv/lib/python3.13/site-packages/left_over.py": "x = 1\n" * 200_000,
    "__pycache__/left_over.cpython-313.pyc": "x" * 1000,
}


@dataclass(frozen=True)
class Question:
    """A request to a server, a command in its container, or (`call`) arguments for a container of its own.

    `status` is the answer's: that of HTTP, or the exit code.
    """

    path: str = ""
    json: Any = None
    form: Mapping[str, str] = field(default_factory=dict)
    run: Sequence[str] = ()
    call: Sequence[str] | None = None
    status: int | None = None
    only_status: bool = False

    @property
    def expected(self) -> int:
        """The status that the answer must have."""
        return self.status if self.status is not None else 200 if self.path else 0


@dataclass(frozen=True)
class Project:
    """What a project.toml says.

    `files` is the project's directory where it is not the one of project.toml; `prepare` are scripts that make its
    lock file, in an image with Python and uv; `edit` is a file of its code; `absent` are commands that the
    fixed image must not have; `as_root` and `killed` are reasons why the fixed one still runs as root, or does not stop
    by itself; `unchanged` says that there is nothing to fix; `without` are leftovers with which it never built.
    """

    name: str
    about: str
    quick: bool = False
    files: str = ""
    prepare: Sequence[str] = ()
    edit: str = ""
    port: int = 0
    ready: str = ""
    ready_log: str = ""
    ask: Sequence[Question] = ()
    absent: Sequence[str] = ()
    as_root: str = ""
    killed: str = ""
    unchanged: bool = False
    without: Sequence[str] = ()

    @property
    def is_service(self) -> bool:
        """Whether it runs until it is stopped."""
        return bool(self.ready or self.ready_log)

    def copy_to(self, directory: Path) -> Path:
        """The project as it lies on a developer's machine."""
        source = ROOT / self.files if self.files else PROJECTS / self.name
        shutil.copytree(
            source,
            directory,
            ignore=shutil.ignore_patterns("project.toml", "__pycache__"),
        )
        for path, text in LEFTOVERS.items():
            if path.partition("/")[0] not in self.without:
                file = directory / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        if (venv := directory / ".venv").exists():
            (venv / "bin").mkdir()
            os.symlink("/usr/bin/python3", venv / "bin" / "python")
        return directory


def all_projects() -> Iterator[Project]:
    """Every project, by its name."""
    for path in sorted(PROJECTS.glob("*/project.toml")):
        values = {
            key.replace("-", "_"): value
            for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items()
        }
        asked = [
            Question(**{key.replace("-", "_"): value for key, value in each.items()})
            for each in values["ask"]
        ]
        yield Project(name=path.parent.name, **{**values, "ask": tuple(asked)})


def images_of(directory: Path) -> set[str]:
    """The images that a Dockerfile starts from, copies from or mounts."""
    build = Build(parse((directory / "Dockerfile").read_text(encoding="utf-8")))
    found = {base.name for base in build.evaluation.bases}
    found |= {mount.from_ for run in build.each("RUN") for mount in build.mounts(run)}
    found |= {
        flag.value or ""
        for copy in build.each("COPY")
        for flag in copy.flags
        if flag.name == "from"
    }
    stages = {stage.name for stage in build.dockerfile.stages}
    return (
        {name for name in found if name and not name.isdigit()} - stages - {"scratch"}
    )


def fix(directory: Path) -> None:
    """Fix a project's Dockerfile as a person would who reads the diff and tries the result."""
    done = CliRunner().invoke(
        cli, ["fix", "--no-config", "--unsafe-fixes", str(directory / "Dockerfile")]
    )
    assert done.exit_code == 0, done.output


def found_in(directory: Path) -> list[str]:
    """The rules of the default set that find something."""
    done = CliRunner().invoke(
        cli, ["lint", "--no-config", "--format", "json", str(directory / "Dockerfile")]
    )
    assert done.exit_code in (0, 1), done.output
    return sorted({finding["rule"] for finding in json.loads(done.stdout)})


def texts(directory: Path) -> dict[str, str]:
    """Every file that a fix might change, by its path: not what only lies about."""
    files = (path for path in sorted(directory.rglob("*")) if path.is_file())
    names = {str(path.relative_to(directory)): path for path in files}
    return {
        name: path.read_text("latin-1")
        for name, path in names.items()
        if name not in LEFTOVERS
    }
