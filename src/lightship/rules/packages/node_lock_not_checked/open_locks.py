"""The lock file that an install of Node packages may ignore, and whether package.json agrees."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from lightship.build import Build, PackageInvocation
from lightship.context.wildcards import has_wildcards
from lightship.facts.copies.deliveries import deliveries
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.project_files import presence
from lightship.facts.installs.requirement_files import environment_of
from lightship.rules.packages.node_lock_not_checked.node_locks import fits
from lightship.shell.commands import Command

LOCKS = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
    "yarn": ("yarn.lock",),
    "pnpm": ("pnpm-lock.yaml",),
    "bun": ("bun.lock", "bun.lockb"),
}
MANIFEST = "package.json"
CLASSIC = "# yarn lockfile v1"
SETTLED = (
    "--frozen-lockfile",
    "--no-frozen-lockfile",
    "--immutable",
    "--pure-lockfile",
    "--no-lockfile",
    "--no-package-lock",
    "--package-lock-only",
    "--lockfile-only",
    "--offline",
    "--force",
    "--global",
)
_INSTALLS = frozenset({"install", "i", "in", "ins", "add", ""})
_NO = frozenset({None, "", "0", "false"})


def is_for_no_lock(build: Build, install: Install) -> bool:
    """Whether it is the branch for a project without a lock file:
    `if [ -f package-lock.json ]; then npm ci; else npm install; fi`.
    """
    script = install.script
    if not script.inside(install.command, "if"):
        return False
    tests = script.named("[", "[[", "test")
    names = LOCKS[install.tool]
    if not any(posixpath.basename(word) in names for word in _words(tests)):
        return False
    for other in build.packages(*LOCKS, of=install.instruction):
        if other.command is install.command or not other.does.installs:
            continue
        if other.does.name == "ci" or other.does.option(*SETTLED):
            return True
    return False


def _words(commands: Iterable[Command]) -> Iterator[str]:
    for command in commands:
        yield from command.argument_texts


def open_lock(build: Build, install: Install) -> str:
    """The lock file of the context that the install may ignore; empty without one."""
    does = install.does
    context = build.context
    if context is None or install.directory is None:
        return ""
    if does.name not in _INSTALLS or does.option(*SETTLED):
        return ""
    if any(word.value is None for word in does.operands):
        return ""  # may be any option

    for name in LOCKS[install.tool]:
        path = posixpath.join(install.directory, name)
        lock = presence(build, install.instruction, path)
        if lock.is_there and lock.origin:
            text = context.read(lock.origin) or ""
            if _insists(build, install, text) or _is_optional(build, lock.origin):
                return ""
            return lock.origin
    return ""


def _is_optional(build: Build, lock: str) -> bool:
    """Whether COPY names the lock file by a pattern that is for it alone: `yarn.lock*`.

    The image is built without it, too, as when it is made in a container for the first time.
    """
    name = posixpath.basename(lock)
    for _, delivery in deliveries(build):
        if delivery is None:
            continue
        for source in delivery.sources:
            pattern = posixpath.basename(source)
            if not has_wildcards(pattern) or fnmatchcase(MANIFEST, pattern):
                continue
            if fnmatchcase(name, pattern):
                return True
    return False


def _insists(build: Build, install: Install, lock: str) -> bool:
    """Whether the tool insists on the lock file by itself, because CI is set."""
    is_classic = install.tool == "yarn" and CLASSIC in lock
    if install.tool not in ("yarn", "pnpm") or is_classic:
        return False
    call = PackageInvocation(
        install.instruction, install.script, install.command, install.does
    )
    return environment_of(build, call).get("CI") not in _NO


def is_left_over(build: Build, install: Install, lock: str) -> bool:
    """Whether a stale lock file stands beside that of another tool, to which the project moved."""
    context = build.context
    if context is None or lock_fits(build, lock) is not False:
        return False
    folder = posixpath.dirname(lock)
    for tool, names in LOCKS.items():
        if tool == install.tool:
            continue
        if any(context.exists(posixpath.join(folder, name)) for name in names):
            return True
    return False


def lock_fits(build: Build, lock: str) -> bool | None:
    """Whether the lock file has all that package.json asks for; None where that is not known."""
    if build.context is None:
        return None
    folder = posixpath.dirname(lock)
    manifest = build.context.read(posixpath.join(folder, MANIFEST))
    text = build.context.read(lock)
    if not manifest or not text:
        return None
    return fits(posixpath.basename(lock), text, manifest)
