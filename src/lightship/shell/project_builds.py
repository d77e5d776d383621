"""Commands that build a wheel or a source archive of a project, and nothing of what it needs."""

from __future__ import annotations

from lightship.shell.tree import Command

_FRONTENDS = frozenset("flit hatch pdm poetry uv".split())
_OF_SETUP = ("bdist_wheel", "sdist")


def builds_project(command: Command) -> bool:
    """Whether it is `python -m build`, `uv build`, `setup.py bdist_wheel` or similar."""
    if command.name == "pyproject-build":
        return True
    words = list(command.argument_texts)
    if command.name in _FRONTENDS:
        return words[:1] == ["build"]
    if not command.name.startswith("python"):
        return False
    return words[:2] == ["-m", "build"] or command.has(*_OF_SETUP)
