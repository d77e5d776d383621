"""Which commands build the wheel of a project."""

from __future__ import annotations

import pytest

from lightship.shell.project_builds import builds_project
from tests.made import build


@pytest.mark.parametrize(
    ("text", "is_build"),
    [
        ("python -m build", True),
        ("python3.13 -m build --wheel", True),
        ("pyproject-build", True),
        ("uv build", True),
        ("poetry build -f wheel", True),
        ("/opt/bin/hatch build", True),
        ("python setup.py bdist_wheel", True),
        ("python3 setup.py -q sdist", True),
        ("uv sync", False),
        ("poetry install", False),
        ("uv run build", False),
        ("python -m pip install build", False),
        ("python setup.py install", False),
        ("make build", False),
    ],
)
def test_a_command_builds_the_project_or_not(text, is_build):
    (call,) = build(f"FROM debian\nRUN {text}\n").commands()
    assert builds_project(call.command) is is_build
