"""Commands that read no variables but their own: package managers, tools of the system."""

from __future__ import annotations

from collections.abc import Collection

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.shell.commands import Command, Script
from lightship.shell.packages import PackageCommand, read_command
from lightship.shell.python_calls import is_python, module_call

_PLAIN = frozenset(
    ": [ add-apt-repository addgroup adduser apt-key apt-mark awk basename bunzip2 bzip2 cat cd"
    " chmod chown corepack cp curl cut date debconf-set-selections dirname dos2unix dpkg"
    " dpkg-reconfigure echo egrep exit export false fgrep find gpg grep groupadd groupmod gunzip"
    " gzip head id install ldconfig ln locale-gen localedef ls md5sum mkdir mktemp mv nproc popd"
    " printf pushd pwd rm rmdir rpm rpmkeys sed set sha1sum sha256sum sha512sum sleep sort tail"
    " tar tee test touch tr true truncate umask uname unlink unset unxz unzip update-alternatives"
    " update-ca-certificates update-locale useradd userdel usermod wc wget which xz".split()
)
# Subcommands of package managers that only ask or set something
_ASKING = frozenset("cache check config env freeze list python show store venv".split())


def plain_commands(build: Build, run: Instruction) -> list[Command] | None:
    """The commands of a RUN; None where one of them may read any variable."""
    scripts = build.scripts(run)
    if not scripts:
        return None
    commands: list[Command] = []
    for script in scripts:
        if script.opaque or script.errors:
            return None
        commands += script.commands
    if all(_is_plain(command, scripts) for command in commands):
        return commands
    return None


def _is_plain(command: Command, scripts: Collection[Script]) -> bool:
    does = read_command(command)
    if does is not None:
        return _is_plain_manager(does)
    if command.name in (".", "source"):
        return any(word.suffix.endswith("activate") for word in command.args)
    if is_python(command.name):
        return module_call(command.words, "venv") is not None
    if command.name in _PLAIN or not command.words:
        return True
    # Of `sh -c` the script inside is looked at by itself
    return any(script.outer is command for script in scripts)


def _is_plain_manager(does: PackageCommand) -> bool:
    """Whether it runs no code of the project: a package of a directory may read anything."""
    for package in does.packages:
        if package.editable or package.kind in ("directory", "url"):
            return False
    if does.action != "other":
        return True
    subcommand, _, _ = does.name.partition(" ")
    return subcommand in _ASKING
