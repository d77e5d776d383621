"""What the files beside a Dockerfile say of how its image is run."""

from __future__ import annotations

import re

from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.facts.installs.project_commands import project_installs, runs_at_start
from lightship.facts.start.purpose import start_commands
from lightship.regex import regex
from lightship.rules.security.root_user.beside import READMES, beside

# Programs that hand files out to a mounted directory
_PACKAGERS = frozenset("cp install mv rsync tar unzip zip".split())
# In the container: reports of coverage, new migrations, dependencies that are locked again
_WRITING_COMMAND = regex(
    r"\bdocker(?:[ -]compose)? (?:run|exec)\b[^\n]*"
    r"\b(?:pytest|coverage|makemigrations|alembic revision|pip-compile)\b"
)
_ROOT_MOUNT = regex(r":/root/\w|:/root/\.\w|target=/root/")
# They write below node_modules, or beside it; one of these is in each
_DEVELOPERS = (
    "reflex",
    "react-scripts",
    "ng",
    "webpack",
    "next",
    "nuxt",
    "astro",
    "vite",
)
_DEVELOPMENT = regex(
    r"\breflex\s+run\b|react-scripts\s+start|\bng\s+serve|webpack(?:-dev-server|\s+serve)|\b(?:next|nuxt|astro)\s+dev"
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
    if _only_packages(build) or _mounts_root(build) or _writes_by_hand(build):
        return True
    return _syncs_at_start(build) or _serves_for_development(build)


def _only_packages(build: Build) -> bool:
    """Whether the image copies its files to a mounted directory."""
    return any(command.name in _PACKAGERS for command in start_commands(build))


def _mounts_root(build: Build) -> bool:
    """Whether the manual mounts a directory of root's home."""
    return any(_ROOT_MOUNT.search(text) for text in beside(build, READMES))


def _writes_by_hand(build: Build) -> bool:
    """Whether the manual has its readers run in the container what writes beside the sources."""
    return any(_WRITING_COMMAND.search(text) for text in beside(build, READMES))


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
        text = " ".join(words)
        if any(mark in text for mark in _DEVELOPERS) and _DEVELOPMENT.search(text):
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
