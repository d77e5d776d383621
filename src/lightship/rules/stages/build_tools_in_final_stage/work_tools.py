"""Tools with which people or agents work on code: an image of those alone means its compiler."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.build import Invocation
from lightship.shell.packages import PackageCommand, read_command

# Formatters, checkers, test runners, agents and what installs those, of PyPI and npm
_WORK_TOOLS = frozenset(
    """@anthropic-ai/claude-code @google/gemini-cli @openai/codex aider-chat autopep8 bandit
    basedpyright black clang-format codespell coverage debugpy eslint flake8 hypothesis ipdb ipython
    isort jest mocha mypy nox opencode-ai pip pipx playwright poetry pre-commit prettier pylint
    pyright pytest pytest-asyncio pytest-cov pytest-timeout pytest-xdist ruff setuptools tox ts-node
    tsx typescript uv vitest virtualenv wheel yapf""".split()
)
# They say little: an image of a program has them as well
_COMMON = frozenset("pip pipx poetry setuptools uv virtualenv wheel".split())
_ENOUGH = 2


def are_work_tools(calls: Iterable[Invocation]) -> bool:
    """Whether all that these commands do is to install such tools by name, and several of them."""
    telling: set[str] = set()
    for call in calls:
        does = read_command(call.command)
        if does is None:
            return False
        if not _names_tools_alone(does):
            return False
        names = {package.name.lower() for package in does.packages}
        telling |= names - _COMMON
    return len(telling) >= _ENOUGH


def _names_tools_alone(does: PackageCommand) -> bool:
    if does.action == "clean":
        return True
    packages = does.packages
    if does.action != "install" or does.reads_more:
        return False
    if not packages:
        return False
    for package in packages:
        if package.kind != "registry":
            return False
        if package.name.lower() not in _WORK_TOOLS:
            return False
    return True
