"""Which RUN do something that nobody can read in the Dockerfile: they run a script, or another language."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.shell.commands import Command
from lightship.shell.interpreters import SHELLS

_READERS = SHELLS | {".", "source", "make", "ansible-playbook", "rake"}
_STARTS = ("./", "../", "/tmp/", "/opt/", "/usr/src/")  # noqa: S108 - paths of the image


def is_unread(build: Build, run: Instruction) -> bool:
    """Whether a RUN does more than its text says."""
    scripts = build.scripts(run)
    return any(
        script.opaque or any(map(_runs_script, script.commands)) for script in scripts
    )


def _runs_script(command: Command) -> bool:
    if command.name in _READERS:
        first = next(
            (word for word in command.args if not word.text.startswith("-")), None
        )
        return not command.has("-c") and (
            first is None or not first.suffix.endswith("activate")
        )
    return bool(command.words) and (
        command.words[0].prefix.startswith(_STARTS) or command.name.endswith(".sh")
    )
