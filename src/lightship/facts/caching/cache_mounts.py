"""Where package managers keep what they download, and the cache mounts that keep it from build to build.

Sources: pip.pypa.io (Caching, Configuration), docs.astral.sh/uv (Caching), python-poetry.org and pdm-project.org
(configuration), pipenv.pypa.io (environment variables), docs.npmjs.com and pnpm.io (configuration), bun.sh (install
cache), the XDG Base Directory Specification.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import Mount
from lightship.evaluation.paths import in_workdir
from lightship.facts.installs.requirement_files import environment_of
from lightship.facts.users.current_user import home_of
from lightship.shell.packages import Option
from lightship.text import Edit

TOOLS = ("pip", "uv", "poetry", "pdm", "pipenv", "npm", "pnpm", "bun")
_XDG = (("/.cache/", "XDG_CACHE_HOME"), ("/.local/share/", "XDG_DATA_HOME"))
_TRUE = frozenset(
    ("1", "t", "true", "y", "yes", "on")
)  # what uv takes for yes; pip and PDM take any text for it
_OFFLINE = (
    "--no-index",
    "--dry-run",
    "--offline",
    "--help",
    "--version",
    "--lockfile-only",
    "--package-lock-only",
)


def fills_cache(found: PackageInvocation) -> bool:
    """Whether a command downloads, so that a cache is of use to it."""
    return (
        found.does.installs or found.does.action == "download"
    ) and not found.does.option(*_OFFLINE)


def cache_of(build: Build, found: PackageInvocation) -> str | None:
    """The directory of the cache that one command of TOOLS uses; None where that is not known."""
    facts, env = found.does.facts, environment_of(build, found)
    outer = found.script.outer
    if any(
        wrapper.name in ("sudo", "su", "gosu", "su-exec", "runuser")
        for wrapper in found.command.wrappers
    ):
        return None
    if outer is not None and outer.name in ("su", "runuser", "sudo"):
        return None
    named = [
        *found.does.values(*facts.cache_options),
        *(env[name] for name in facts.cache_env if name in env),
    ]
    if not named and "PNPM_HOME" in env and found.does.manager == "pnpm":
        named = [f"{env['PNPM_HOME']}/store"]
    if named:
        return _absolute(build, found.instruction, named[0])
    home = env["HOME"] if "HOME" in env else home_of(build, found.instruction)
    below = facts.caches[0].removeprefix("/root")
    for start, variable in _XDG:
        if below.startswith(start) and env.get(variable):
            return _absolute(
                build, found.instruction, f"{env[variable]}/{below.removeprefix(start)}"
            )
    return _absolute(build, found.instruction, f"{home}{below}") if home else None


def _absolute(build: Build, instruction: Instruction, path: str | None) -> str | None:
    state = build.evaluation.before(instruction)
    if not path or "$" in path or "~" in path or state is None:
        return None
    return in_workdir(state.workdir, path)


def cache_mounts(build: Build, instruction: Instruction) -> Iterator[tuple[Mount, str]]:
    """The cache mounts of a RUN, each with its target as a path of the image."""
    state = build.evaluation.before(instruction)
    for mount in build.mounts(instruction):
        if mount.type == "cache" and mount.target:
            yield (
                mount,
                in_workdir(state.workdir if state is not None else "/", mount.target),
            )


def lies_in(path: str, directory: str) -> bool:
    """Whether a path is a directory, or below it."""
    return (
        posixpath.commonpath((path, directory)) == directory
        if path.startswith("/")
        else False
    )


def switch(build: Build, found: PackageInvocation) -> Option | str | None:
    """What tells a command to leave its cache alone: an option, or the name of a variable; None without any."""
    return found.does.option(*found.does.facts.no_cache) or switching_variable(
        build, found
    )


def switching_variable(build: Build, found: PackageInvocation) -> str | None:
    """The variable that tells a command to leave its cache alone; None without one."""
    env = environment_of(build, found)
    for name in found.does.facts.no_cache_env:
        value = env.get(name, "")
        if value is None or (
            value and (found.does.manager != "uv" or value.lower() in _TRUE)
        ):
            return name
    return None


def add_mounts(build: Build, instruction: Instruction, mounts: Sequence[str]) -> Edit:
    """Put flags behind those that a RUN has, on lines of their own where the RUN has several lines."""
    instruction = instruction.trigger or instruction
    dockerfile, flags = build.dockerfile, instruction.flags
    text, start = dockerfile.text, instruction.line.offset(instruction.operands.start)
    if flags:
        gap = text[flags[-1].span.end : start]
        gap = gap if "\n" in gap and "#" not in gap else " "
        return Edit.insert(flags[-1].span.end, "".join(gap + mount for mount in mounts))
    plain = instruction.form == "shell" and not instruction.heredocs
    several = plain and (len(mounts) > 1 or "\n" in instruction.span.of(text))
    gap = f" {dockerfile.escape}{dockerfile.newline}    " if several else " "
    return Edit.insert(start, "".join(mount + gap for mount in mounts))
