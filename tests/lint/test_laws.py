"""The laws of fixes on Dockerfiles that are awkward on purpose; `tests/laws.py` says what they are."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import laws
import pytest
from every import every

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.files.folder_context import open_context
from lightship.lint.examples import build_of
from lightship.lint.fixes import SAFE, UNSAFE
from lightship.lint.registry import all_rules
from lightship.text import decode

AWKWARD = sorted((Path(__file__).parent / "awkward").iterdir())
CONTEXT = {
    "requirements.txt": "flask==3.1.0\n",
    "app.py": "print()\n",
    "pyproject.toml": "[project]\nname = 'x'\n",
}


@pytest.mark.parametrize("path", AWKWARD, ids=lambda path: path.name)
@pytest.mark.parametrize("allowed", [SAFE, UNSAFE], ids=["safe", "unsafe"])
def test_law_of_fixes_without_a_context(path, allowed):
    laws.hold(Build(parse(decode(path.read_bytes()))), all_rules(), allowed)


@pytest.mark.parametrize("path", AWKWARD, ids=lambda path: path.name)
def test_law_of_fixes_in_a_context(path):
    laws.hold(build_of(decode(path.read_bytes()), CONTEXT), all_rules(), SAFE)


TESTS = Path(__file__).parents[1]
PROJECTS = sorted(TESTS.glob("projects/*/Dockerfile"))
SPECIMENS = sorted(
    path
    for path in TESTS.rglob("*Dockerfile*")
    if path.is_file() and path.suffix != ".py"
)


def test_safe_fixes_of_all_our_dockerfiles_bring_no_finding():
    def law(path: Path) -> None:
        dockerfile = parse(decode(path.read_bytes()))
        if not dockerfile.problems:
            laws.hold(Build(dockerfile), all_rules(), SAFE)

    assert SPECIMENS
    every([(str(path.relative_to(TESTS)), path) for path in SPECIMENS], law)


def test_safe_fixes_of_whole_projects_bring_no_finding(tmp_path):
    """Each is a repository of its own: around it here, all of ours would be read for it."""

    def law(path: Path) -> None:
        folder = tmp_path / path.parent.name
        copytree(path.parent, folder)
        dockerfile = parse(decode(path.read_bytes()))
        context = open_context(folder, "Dockerfile")
        laws.hold(Build(dockerfile, context, path="Dockerfile"), all_rules(), SAFE)

    assert PROJECTS
    every([(path.parent.name, path) for path in PROJECTS], law)
