"""Which RUN does something that its text does not show: it runs a script, or another language."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.shell.commands import Command
from lightship.shell.interpreters import SHELLS

_READERS = SHELLS | {".", "source", "make", "ansible-playbook", "rake"}
_STARTS = ("./", "../", "/tmp/", "/opt/", "/usr/src/")  # noqa: S108 - paths of the image
_OF_PROJECTS = ("/root/", "/home/", "/srv/", "/app/", "/code/")


def is_unread(build: Build, run: Instruction) -> bool:
    """Whether a RUN does more than its text says."""
    scripts = build.scripts(run)
    read = [script.outer for script in scripts]  # their scripts are in the list too
    for script in scripts:
        if script.opaque:
            return True
        for command in script.commands:
            if command in read:
                continue
            if _runs_script(command):
                return True
    return False


def _runs_script(command: Command) -> bool:
    if command.name in _READERS:
        return _reads_script(command)
    if not command.words:
        return False
    if command.name.endswith(".sh"):
        return True
    program = command.words[0].prefix
    if program.startswith(_STARTS):
        return True
    if "/bin/" in program:
        return False  # `/root/.local/bin/uv`
    return program.startswith(_OF_PROJECTS)


def _reads_script(command: Command) -> bool:
    """Whether a shell or a program like make is given a file, or looks for one.

    The script that activates a virtual environment only sets variables.
    """
    if command.has("-c"):
        return False
    for word in command.args:
        if word.text.startswith("-"):
            continue
        return not word.suffix.endswith("activate")
    return True
