"""Which commands an image needs to succeed, and which may fail without harm."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.packages import PackageCommand, read_command

_CONDA = frozenset({"conda", "mamba", "micromamba"})
# `while read r; do …; done < requirements.txt`, `for r in $(cat requirements.txt)`
_OF_REQUIREMENTS = regex(r"(?:<|\bcat)\s*\S*requirements\S*")
_PIP = frozenset({"pip", "uv"})
_INSTALLERS = frozenset({"pip", "setuptools", "wheel"})
_FETCHERS = frozenset({"curl", "wget"})
BUILDERS = frozenset({"make", "cmake", "ninja"})
# What hardly fails, and then means something
_PLAIN = frozenset(
    """: cd cp chmod chown configure echo export ldconfig printf set tar touch true umask unzip
    xz""".split()
)
_NEEDED = frozenset({"update", "upgrade", "download"})
_CLEANS_QUIETLY = frozenset("apt apt-get dnf yum microdnf".split())


def fails_for_a_reason(command: Command) -> bool:
    """Whether a failure of it surely means harm.

    Not so `rm -rf` of a directory that is mounted, `pip cache purge` where pip keeps no cache,
    or `find -exec rm -rf`, which fail each time; nor what fails where all is done already.
    """
    if command.name in _PLAIN:
        return True
    if command.name == "mkdir" and command.has("-p"):
        return True

    does = read_command(command)
    if does is None:
        return bool(title_of(command))
    if does.action == "clean":
        return does.manager in _CLEANS_QUIETLY
    if does.name == "check-update":
        return False  # its status says whether there is an update
    return does.installs or does.action in _NEEDED


def title_of(command: Command) -> str:
    """A command without which the image is not what it should be; empty for any other."""
    does = read_command(command)
    if does is not None:
        if not does.installs or _upgrades_installer(does):
            return ""
        if command.name != does.manager:
            return f"{does.manager} {does.name}"
        return f"{command.name} {does.name}".strip()

    if command.name == "git" and command.has("clone"):
        return "git clone"
    if command.name in _FETCHERS or command.name in BUILDERS:
        return command.name
    return ""


def _upgrades_installer(does: PackageCommand) -> bool:
    """Whether it brings nothing but a newer pip and its like: the image is complete without."""
    names = [package.name.lower() for package in does.packages]
    return bool(names) and does.manager in _PIP and _INSTALLERS.issuperset(names)


def is_made_up_for(build: Build, run: Instruction, command: Command) -> bool:
    """Whether pip only fetches packages early: a later install brings or misses what it lacks.

    So it is where conda takes what it has of the requirements, and pip the others.
    """
    does = read_command(command)
    if does is not None and does.manager in _CONDA:
        text = run.span.of(build.dockerfile.text)
        return bool(_OF_REQUIREMENTS.search(text)) and _installs_later(build, command)
    if does is None or does.manager != "pip" or not does.option("--no-deps"):
        return False

    for later in build.packages("pip", action="install"):
        is_after = later.instruction.span.start > run.span.start
        if is_after and not later.does.option("--no-deps"):
            return True
    return False


def _installs_later(build: Build, command: Command) -> bool:
    for later in build.packages("pip", "uv", action="install"):
        if later.command.span.start > command.span.end:
            return True
    return False


def is_go_get(command: Command) -> bool:
    """`go get` outside of a module always fails since Go 1.18, which the author has lived with."""
    return command.name == "go" and command.has("get")
