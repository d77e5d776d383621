"""Where package managers keep what they download, and the cache mounts that keep it between builds.

Sources: pip.pypa.io (Caching, Configuration), docs.astral.sh/uv (Caching), python-poetry.org and
pdm-project.org (configuration), pipenv.pypa.io (environment variables), docs.npmjs.com and pnpm.io
(configuration), bun.sh (install cache), the XDG Base Directory Specification.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import Mount
from lightship.evaluation.paths import in_workdir
from lightship.facts.installs.requirement_files import environment_of
from lightship.facts.users.current_user import home_of
from lightship.regex import regex
from lightship.shell.packages import Option
from lightship.shell.starters import USERS
from lightship.text import Edit

TOOLS = (
    "pip",
    "uv",
    "poetry",
    "pdm",
    "pipenv",
    "npm",
    "pnpm",
    "bun",
)
# Below a home, and the variable that names another place
_XDG = (
    ("/.cache/", "XDG_CACHE_HOME"),
    ("/.local/share/", "XDG_DATA_HOME"),
)
# What a path of each tool's cache has in it; pnpm has had its store in other places, by version
# and file system
_WORDS = {tool: frozenset({tool}) for tool in TOOLS if tool != "pnpm"} | {
    "poetry": frozenset({"poetry", "pypoetry"}),
    "pipenv": frozenset({"pip", "pipenv"}),
}
_PARTS = regex(r"[/._-]+")
# What uv takes for yes; pip and PDM take any text for it
_TRUE = frozenset("1 t true y yes on".split())
_OFFLINE = (
    "--no-index",
    "--dry-run",
    "--offline",
    "--help",
    "--version",
    "--lockfile-only",
    "--package-lock-only",
)


def fills_cache(call: PackageInvocation) -> bool:
    """Whether a command downloads, so that a cache is of use to it."""
    does = call.does
    if does.option(*_OFFLINE):
        return False
    return does.installs or does.action == "download"


def cache_of(build: Build, call: PackageInvocation) -> str | None:
    """The directory of the cache that one command of TOOLS uses; None where that is not known."""
    if _runs_as_another(call):
        return None
    instruction = call.instruction
    env = environment_of(build, call)
    named = _named_cache(call, env)
    if named is not None:
        return _absolute(build, instruction, named)

    caches = call.does.facts.caches
    below_home = caches[0].removeprefix("/root")
    for start, variable in _XDG:
        directory = env.get(variable)
        if not directory:
            continue
        if below_home.startswith(start):
            rest = below_home.removeprefix(start)
            path = f"{directory}/{rest}"
            return _absolute(build, instruction, path)

    home = env["HOME"] if "HOME" in env else home_of(build, instruction)
    if not home:
        return None
    path = f"{home}{below_home}"
    return _absolute(build, instruction, path)


def _runs_as_another(call: PackageInvocation) -> bool:
    """Whether a command changes the user, whose home may be another."""
    wrappers = {wrapper.name for wrapper in call.command.wrappers}
    if not USERS.isdisjoint(wrappers):
        return True
    outer = call.script.outer
    if outer is None:
        return False
    return outer.name in USERS


def _named_cache(call: PackageInvocation, env: Mapping[str, str | None]) -> str | None:
    """What an option or a variable names; empty for a variable whose value is not known."""
    does = call.does
    facts = does.facts
    for value in does.values(*facts.cache_options):
        return value
    for name in facts.cache_env:
        if name in env:
            return env[name] or ""

    if does.manager != "pnpm":
        return None
    if "PNPM_HOME" not in env:
        return None
    home = env["PNPM_HOME"]
    return f"{home}/store"


def _absolute(build: Build, instruction: Instruction, path: str) -> str | None:
    state = build.evaluation.before(instruction)
    if state is None or not path:
        return None
    if "$" in path or "~" in path:
        return None
    return in_workdir(state.workdir, path)


def cache_mounts(build: Build, instruction: Instruction) -> Iterator[tuple[Mount, str]]:
    """The cache mounts of a RUN, each with its target as a path of the image."""
    workdir = "/"
    state = build.evaluation.before(instruction)
    if state is not None:
        workdir = state.workdir

    for mount in build.mounts(instruction):
        if mount.type != "cache":
            continue
        if mount.target:
            target = in_workdir(workdir, mount.target)
            yield mount, target


def meant_for(target: str) -> frozenset[str]:
    """The tools whose cache a mount is probably for, by the words of its path."""
    tools = set()
    parts = _PARTS.split(target)
    for tool, words in _WORDS.items():
        if not words.isdisjoint(parts):
            tools.add(tool)
    return frozenset(tools)


def lies_in(path: str, directory: str) -> bool:
    """Whether a path is a directory, or below it."""
    if not path.startswith("/"):
        return False
    both = (path, directory)
    return posixpath.commonpath(both) == directory


def switch(build: Build, call: PackageInvocation) -> Option | str | None:
    """What tells a command to leave its cache alone: an option, or the name of a variable."""
    options = call.does.facts.no_cache
    option = call.does.option(*options)
    if option is not None:
        return option
    return switching_variable(build, call)


def switching_variable(build: Build, call: PackageInvocation) -> str | None:
    """The variable that tells a command to leave its cache alone; None without one."""
    env = environment_of(build, call)
    for name in call.does.facts.no_cache_env:
        value = env.get(name, "")
        if value is None:
            return name  # it is set, to what is not known
        if _is_yes(call.does.manager, value):
            return name
    return None


def _is_yes(manager: str, value: str) -> bool:
    if manager == "uv":
        return value.lower() in _TRUE
    return bool(value)


def add_mounts(build: Build, instruction: Instruction, mounts: Sequence[str]) -> Edit:
    """Put flags after those that a RUN has.

    They get lines of their own where the RUN has several lines.
    """
    instruction = instruction.trigger or instruction
    dockerfile = build.dockerfile
    start = instruction.line.offset(instruction.operands.start)
    if instruction.flags:
        last = instruction.flags[-1].span.end
        gap = dockerfile.text[last:start]
        if "\n" not in gap or "#" in gap:
            gap = " "
        added = [f"{gap}{mount}" for mount in mounts]
        flags = "".join(added)
        return Edit.insert(last, flags)

    gap = " "
    if _takes_lines(build, instruction, mounts):
        gap = f" {dockerfile.escape}{dockerfile.newline}    "
    added = [f"{mount}{gap}" for mount in mounts]
    flags = "".join(added)
    return Edit.insert(start, flags)


def _takes_lines(build: Build, instruction: Instruction, mounts: Sequence[str]) -> bool:
    """Whether a RUN without flags gets each mount on a line of its own."""
    if instruction.form != "shell":
        return False
    if instruction.heredocs:
        return False
    if len(mounts) > 1:
        return True
    text = instruction.span.of(build.dockerfile.text)
    return "\n" in text
