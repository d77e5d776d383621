"""Commands that read no file of the project: they do the same before its sources are copied and after."""

from __future__ import annotations

from lightship.shell.commands import Command
from lightship.shell.packages import PackageCommand, read_command
from lightship.shell.python import module_call

_INDEPENDENT = frozenset(
    """true : echo exit printf set apt-mark apt-key add-apt-repository update-ca-certificates useradd groupadd adduser
    addgroup usermod locale-gen update-locale dpkg-reconfigure corepack debconf-set-selections ldconfig mkdir date
    sleep export nproc dpkg dpkg-architecture uname which""".split()
)
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
    """Whether a command surely reads nothing of the project's files."""
    if any(redirect.operator.startswith("<") for redirect in command.redirects):
        return False
    does = read_command(command)
    if does is not None:
        return _is_independent_install(does)
    if command.name in ("rm", "chmod", "chown", "ln"):
        return all(
            _is_absolute(word.value)
            for word in command.args
            if not (word.value or "").startswith("-")
        )
    if module_call(command.words, "venv") is not None:
        return True
    return command.name in _INDEPENDENT or (
        not command.words and bool(command.assignments)
    )


def _is_independent_install(does: PackageCommand) -> bool:
    """Packages from a registry or a distribution, caches and settings: not the project's own files."""
    if does.facts.spelling in ("apt", "apk", "rpm", "zypper"):
        return (
            all(
                package.kind in ("registry", "group", "removal")
                for package in does.packages
            )
            and not does.reads_more
        )
    if does.action == "install":
        plain = (
            all(package.kind == "registry" for package in does.packages)
            and not does.reads_more
        )
        return (
            plain
            and not does.requirements
            and not does.constraints
            and _stays_global(does)
        )
    return does.action == "clean" or does.name in _ASKING


def _stays_global(does: PackageCommand) -> bool:
    """npm and its like write into the project unless they install globally."""
    return (
        does.manager in ("pip", "pipx")
        or does.name in ("pip install", "tool install")
        or bool(does.option("--global"))
    )


def _is_absolute(path: str | None) -> bool:
    return path is not None and path.startswith(_NOT_OF_A_PROJECT)


_NOT_OF_A_PROJECT = ("/var/", "/tmp/", "/root/.", "/usr/", "/etc/")  # noqa: S108 - nothing is written there
