"""Commands that read no file of the project.

They do the same before its sources are copied and after.
"""

from __future__ import annotations

from lightship.shell.commands import Command
from lightship.shell.packages import PackageCommand, read_command
from lightship.shell.python_calls import module_call
from lightship.shell.tree import Redirect

_INDEPENDENT = frozenset(
    """true : echo exit printf set apt-mark apt-key add-apt-repository update-ca-certificates
    useradd groupadd adduser addgroup usermod locale-gen update-locale dpkg-reconfigure corepack
    debconf-set-selections ldconfig mkdir date sleep export nproc dpkg dpkg-architecture uname
    which""".split()
)
_ON_PATHS = frozenset({"rm", "chmod", "chown", "ln"})
_NOT_OF_A_PROJECT = ("/var/", "/tmp/", "/root/.", "/usr/", "/etc/")  # noqa: S108 - compared
_SYSTEM = frozenset({"apt", "apk", "rpm", "zypper"})
_OF_SYSTEM = frozenset({"registry", "group", "removal"})
_ASKING = frozenset(
    {
        "config",
        "config set",
        "self update",
        "cache clean",
        "cache purge",
        "store prune",
        "venv",
    }
)


def is_independent(command: Command) -> bool:
    """Whether a command surely reads nothing of the project's files, and writes none among them."""
    if any(map(_is_of_project, command.redirects)):
        return False
    does = read_command(command)
    if does is not None:
        return _is_independent_install(does)
    if command.name in _ON_PATHS:
        return _names_other_paths(command)
    if module_call(command.words, "venv") is not None:
        return True
    if not command.words:
        return bool(command.assignments)
    return command.name in _INDEPENDENT


def _is_of_project(redirect: Redirect) -> bool:
    """Whether a file is read, or one written that is not of the system: `> app/build.py`."""
    if redirect.operator.startswith("<"):
        return True
    target = redirect.target.value if redirect.target is not None else None
    if redirect.operator.endswith("&") and target is not None and target.isdecimal():
        return False
    return target is None or not target.startswith((*_NOT_OF_A_PROJECT, "/dev/"))


def _names_other_paths(command: Command) -> bool:
    """Whether all paths are of the system, not of a project."""
    for word in command.args:
        path = word.value
        if path is None:
            return False
        if path.startswith("-"):
            continue
        if not path.startswith(_NOT_OF_A_PROJECT):
            return False
    return True


def _is_independent_install(does: PackageCommand) -> bool:
    """Packages from a registry or a distribution, caches and settings."""
    kinds = {package.kind for package in does.packages}
    if does.facts.spelling in _SYSTEM:
        return kinds <= _OF_SYSTEM and not does.reads_more
    if does.action != "install":
        return does.action == "clean" or does.name in _ASKING

    if does.reads_more or not kinds <= {"registry"}:
        return False
    if does.requirements or does.constraints:
        return False
    return _stays_global(does)


def _stays_global(does: PackageCommand) -> bool:
    """npm and its like write into the project unless they install globally."""
    if does.manager in ("pip", "pipx"):
        return True
    if does.name in ("pip install", "tool install"):
        return True
    return does.option("--global") is not None
