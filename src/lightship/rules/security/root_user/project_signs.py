"""What the files beside a Dockerfile say of how its image is run."""

from __future__ import annotations

import re
from posixpath import dirname

from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.facts.installs.project_commands import project_installs, runs_at_start
from lightship.facts.start.purpose import start_commands
from lightship.regex import regex

# Programs that hand files out to a mounted directory
_PACKAGERS = frozenset("cp install mv rsync tar unzip zip".split())
_ACTION = regex(r"(?m)^\s*using:\s*['\"]?docker\b")
_ACTIONS = ("action.yml", "action.yaml")
_READMES = ("README.md", "README.rst", "README.txt", "README")
_ROOT_MOUNT = regex(r":/root/\w|:/root/\.\w|target=/root/")
# They write below node_modules, or beside it
_DEVELOPMENT = regex(
    r"react-scripts\s+start|\bng\s+serve|webpack(?:-dev-server|\s+serve)|\b(?:next|nuxt|astro)\s+dev"
    r"|\bvite(?!\s+(?:build|preview))\b"
)
_NODE_MANAGERS = ("npm", "yarn", "pnpm", "bun")
_LEAVES_OUT = (
    "--no-dev",
    "--no-default-groups",
    "--no-group",
    "--no-install-project",
    "--no-install-workspace",
)


def is_run_as_root(build: Build) -> bool:
    """Whether the project shows that its containers write to what only root may write to."""
    if _only_packages(build) or _is_action(build) or _mounts_root(build):
        return True
    return _syncs_at_start(build) or _serves_for_development(build)


def _only_packages(build: Build) -> bool:
    """Whether the image copies its files to a mounted directory."""
    return any(command.name in _PACKAGERS for command in start_commands(build))


def _is_action(build: Build) -> bool:
    """Whether GitHub runs it: actions write to a workspace of root.

    Source: docs.github.com, "Dockerfile support for GitHub Actions", USER.
    """
    return any(_ACTION.search(text) for text in _beside(build, _ACTIONS))


def _mounts_root(build: Build) -> bool:
    """Whether the manual mounts a directory of root's home."""
    return any(_ROOT_MOUNT.search(text) for text in _beside(build, _READMES))


def _beside(build: Build, names: tuple[str, ...]) -> list[str]:
    """The texts of those files at the root of the context and beside the Dockerfile."""
    context = build.context
    if context is None:
        return []
    folders = dict.fromkeys(("", dirname(build.path or "")))
    texts = []
    for folder in folders:
        for name in names:
            text = context.read(f"{folder}/{name}".lstrip("/"))
            if text:
                texts.append(text)
    return texts


def _syncs_at_start(build: Build) -> bool:
    """Whether `uv run` installs at the start what the build has left out."""
    if not runs_at_start(build):
        return False
    syncs = [item for item in project_installs(build) if item.does.name == "sync"]
    return bool(syncs) and syncs[-1].does.option(*_LEAVES_OUT) is not None


def _serves_for_development(build: Build) -> bool:
    """Whether a development server of JavaScript is started, which keeps a cache beside it."""
    for command in start_commands(build):
        words = [value for value in command.values if value]
        if _DEVELOPMENT.search(" ".join(words)):
            return True
        if command.name not in _NODE_MANAGERS:
            continue
        names = [
            word for word in words[1:] if not word.startswith("-") and word != "run"
        ]
        if names and _runs_development(build, names[0]):
            return True
    return False


def _runs_development(build: Build, name: str) -> bool:
    """Whether a script of a package.json starts such a server."""
    entry = re.compile(rf'"{re.escape(name)}"\s*:\s*"([^"]*)"')
    for text in sources_of(build, ("package.json",)):
        script = entry.search(text)
        if script is not None and _DEVELOPMENT.search(script[1]):
            return True
    return False
