"""Which packages of a lock file an install takes."""

from __future__ import annotations

import pytest

from lightship.facts.installs.locked_packages import locked_packages
from lightship.lint.examples import build_of

UV = """
[[package]]
name = "shop"
source = { editable = "." }
dependencies = [{ name = "flask", extra = ["async"] }]
[package.optional-dependencies]
db = [{ name = "psycopg" }]
[package.dev-dependencies]
dev = [{ name = "pytest" }]
[[package]]
name = "flask"
dependencies = [{ name = "click" }]
[package.optional-dependencies]
async = [{ name = "asgiref" }]
[[package]]
name = "click"
[[package]]
name = "asgiref"
[[package]]
name = "psycopg"
[[package]]
name = "pytest"
"""
POETRY = """
[[package]]
name = "flask"
groups = ["main"]
[[package]]
name = "pytest"
groups = ["dev"]
[[package]]
name = "psycopg"
optional = true
groups = ["main"]
"""
FILES = {"uv.lock": UV, "poetry.lock": POETRY, "pyproject.toml": ""}


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("uv sync", "shop flask click asgiref"),
        ("uv sync --extra db", "shop flask click asgiref psycopg"),
        ("uv sync --package flask", ""),
        ("uv sync --only-group dev", ""),
        ("poetry install", "flask"),
        ("poetry install --only main,dev", "flask"),
        ("poetry install --only dev", ""),
        ("pip install -r r.txt", ""),
        ("uv pip install flask", ""),
    ],
)
def test_packages(command, names):
    build = build_of(f"WORKDIR /app\nCOPY . .\nRUN {command}", FILES)
    [found] = build.packages("uv", "poetry", "pip")
    assert locked_packages(build, found) == set(names.split())


def test_a_lock_that_is_not_there():
    build = build_of("COPY pyproject.toml .\nRUN uv sync", FILES)
    [found] = build.packages("uv")
    assert locked_packages(build, found) == set()


@pytest.mark.parametrize(
    ("marker", "is_taken"),
    [
        ("platform_python_implementation != 'CPython'", False),
        ("sys_platform == 'win32'", False),
        ("platform_system == 'Linux' and platform_machine == 'aarch64'", True),
        ("python_version < '3.11'", True),
        ("sys_platform == 'win32' or extra == 'a'", True),
        ("sys_platform ==", True),
    ],
)
def test_a_marker_for_another_system_leaves_a_package_out(marker, is_taken):
    uv = UV.replace('{ name = "click" }', f'{{ name = "click", marker = "{marker}" }}')
    poetry = f'{POETRY}[[package]]\nname = "click"\ngroups = ["main"]\n'
    for markers in (f'"{marker}"', f'{{ main = "{marker}" }}'):
        files = {**FILES, "uv.lock": uv, "poetry.lock": f"{poetry}markers = {markers}"}
        for command in ("uv sync", "poetry install"):
            build = build_of(f"WORKDIR /app\nCOPY . .\nRUN {command}", files)
            [found] = build.packages("uv", "poetry")
            assert ("click" in locked_packages(build, found)) is is_taken
