"""A script that ENTRYPOINT or CMD starts, and whether anything may make it but COPY."""

from __future__ import annotations

from dataclasses import replace
from posixpath import basename

from lightship.base_images.known import is_bare, starts_in_root
from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import below
from lightship.evaluation.stages import SCRATCH
from lightship.facts.start.file_trails import trail_of
from lightship.facts.start.started import Started, paths_of
from lightship.shell.commands import Command, Word
from lightship.shell.packages import read_command
from lightship.shell.python_calls import python_call

_FILES = (".sh", ".bash", ".py", ".js", ".rb", ".pl")
_SYSTEM = ("/usr/local/", "/usr/bin/", "/opt/", "/docker-entrypoint", "/etc/", "/bin/")
_ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_INTERPRETERS = ("node", "ruby", "perl")
# They make no files, or none of such a name
_HARMLESS = frozenset(
    """mkdir chmod chown chgrp rm useradd adduser groupadd addgroup usermod passwd set
    cd true : echo export test [ [[ printf date ls cat locale-gen update-ca-certificates
    ldconfig apt-key dpkg-reconfigure add-apt-repository apt-mark pwd which id touch env
    sync sleep exit source .""".split()
)


def is_made_by_nothing(build: Build, started: Started) -> bool:
    """Whether no instruction, base image or mount brings the script that is started."""
    script = script_started(started)
    context = build.context
    if script is None or context is None or not context.is_whole:
        return False
    paths = list(paths_of(build, script))
    if len(paths) != 1:
        return False

    path = paths[0]
    if not base_lacks(build, path):
        return False

    from lightship.facts.start.mounted_files import is_mounted  # noqa: PLC0415 - few get here

    if is_mounted(build, path):
        return False
    if any(may_make(build, step, path) for step in build.shipped_steps):
        return False

    trail = trail_of(build, build.lineage, path, 0)
    return trail is not None and not trail.origin


def script_started(started: Started) -> Started | None:
    """The file that is run, by the kernel, a shell or another interpreter.

    None where its name is not that of a script.
    """
    command = started.command
    call = python_call(command.words)
    if call is not None:
        if call.kind != "file" or call.target is None:
            return None
        started = replace(started, word=call.target, by="shell")
    elif command.name.rstrip("0123456789.") in _INTERPRETERS:
        word = _first_operand(command)
        is_code = command.has("-c", "-e")
        if is_code or word is None or word.value is None:
            return None
        started = replace(started, word=word, by="shell")

    path = started.word.value or ""
    return started if path.endswith(_FILES) else None


def _first_operand(command: Command) -> Word | None:
    for word in command.args:
        if not _is_option(word):
            return word
    return None


def _is_option(word: Word) -> bool:
    return word.text.lstrip("'\"").startswith("-")


def base_lacks(build: Build, path: str) -> bool:
    """Whether the base image is known to have nothing at `path`.

    Not so one of Docker's own that has scripts itself.
    """
    name = build.evaluation.root(build.lineage[0]).name
    if name == SCRATCH:
        return True
    image = read_reference(name)
    if not isinstance(image, str) and is_bare(image):
        return True

    if path.startswith(_SYSTEM) or path.count("/") <= 1:
        return False
    return starts_in_root(name)


def may_make(build: Build, step: Step, path: str) -> bool:
    """Whether an instruction may put a file there by another way than COPY."""
    keyword = step.instruction.keyword
    if keyword == "VOLUME":
        volumes = [volume.rstrip("/") for volume in step.operands]
        return any(below(path, volume) is not None for volume in volumes)
    if keyword == "ADD":
        return any(source.endswith(_ARCHIVES) for source in step.operands[:-1])
    if keyword != "RUN":
        return False

    name = basename(path)
    for script in build.scripts(step.instruction):
        if script.opaque:
            return True
        if not all(_is_harmless(command, name) for command in script.commands):
            return True
    return False


def _is_harmless(command: Command, name: str) -> bool:
    for redirect in command.redirects:
        if redirect.target is not None and name in redirect.target.text:
            return False
    if not command.words or command.name in _HARMLESS:
        return True
    return read_command(command) is not None
