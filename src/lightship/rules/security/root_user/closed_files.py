"""What the image starts, or a directory of it, that only its owner may use."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING

from lightship.build import Build
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.start_files import start_files

if TYPE_CHECKING:
    from lightship.shell.mode_commands import ModeCommand

_OWNER_RUNS = 0o100
_OTHERS_RUN = 0o001
_OTHERS = 0o007
_PLAIN_FILE = 0o644
_OF_SYSTEM = ("/etc/", "/var/lib/", "/var/spool/", "/usr/")


def closes_files(build: Build) -> bool:
    """Whether only the owner can run what is started, or read what a RUN or COPY closes."""
    if any(_runs_for_owner(file.file.mode) for file in start_files(build)):
        return True
    for step in build.shipped_steps:
        flag = step.instruction.flag("chmod")
        if flag is None:
            continue
        mode = flag.value or ""
        if _is_closed(mode):
            return True

    started = set(_started_names(build))
    for call in build.commands("chmod", "install", "find"):
        if call.instruction not in build.shipped:
            continue
        from lightship.shell.mode_commands import mode_command  # noqa: PLC0415 - few RUN set a mode

        change = mode_command(call.command)
        if change is None:
            continue
        if _closes(change, started):
            return True
    return False


def _started_names(build: Build) -> Iterator[str]:
    """The last parts of the words that start something."""
    for command in start_commands(build):
        for value in command.values:
            name = basename(value or "")
            if name:
                yield name


def _closes(change: ModeCommand, started: set[str]) -> bool:
    from lightship.shell.mode_bits import changed  # noqa: PLC0415 - as above

    paths = [target.value or target.text for target in change.targets]
    mode = changed(_PLAIN_FILE, change.text)
    is_started = any(_may_be_started(path, started) for path in paths)
    runs_for_owner = mode is not None and _runs_for_owner(mode)
    if is_started and runs_for_owner:
        return True
    if not _is_closed(change.text):
        return False
    return not all(path.startswith(_OF_SYSTEM) for path in paths)


def _may_be_started(path: str, started: set[str]) -> bool:
    name = basename(path)
    stem, star, ending = name.partition("*")
    if not star:
        return name in started
    for other in started:
        if not other.startswith(stem):
            continue
        if other.endswith(ending):
            return True
    return False


def _runs_for_owner(mode: int) -> bool:
    if mode & _OTHERS_RUN:
        return False
    return bool(mode & _OWNER_RUNS)


def _is_closed(text: str) -> bool:
    """Whether a mode in digits gives nothing to others."""
    from lightship.shell.mode_bits import octal  # noqa: PLC0415 - as above

    bits = octal(text)
    if bits is None:
        return False
    return not bits & _OTHERS
