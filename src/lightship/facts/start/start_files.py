"""The file of the build context that the image starts with.

Which it is, how it is run, and what may have changed it. A container runtime looks a name without
`/` up in PATH, and takes a relative path from the last WORKDIR. How a file is run decides what it
needs. The kernel wants a mode with `x`, and a first line with `#!` or a program's format
(execve(2)). A shell, and starters such as tini that call execvp(3), do without the `#!`. `sh file`
needs neither.
"""

from __future__ import annotations

from dataclasses import replace
from posixpath import basename

from lightship.build import Build
from lightship.context.files import File, FileKind
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Copying
from lightship.evaluation.dispatch import Step
from lightship.facts.start.file_trails import trail_of
from lightship.facts.start.started import Started, paths_of, started
from lightship.record import record
from lightship.shell.commands import Script
from lightship.shell.interpreters import SHELLS, Interpreter, from_first_line
from lightship.shell.parse import parse
from lightship.text import Mapped

_LARGEST = 1 << 17
_SH = Interpreter("sh", frozenset(), True)


@record(eq=False)
class StartFile:
    """A file that is started: `path` is where it stands in the image, `origin` in the context.

    `copyings` are how it came there, the last one first: all but the last are out of other stages.
    `later` are the RUN after them, which may have changed it.
    """

    started: Started
    path: str
    origin: str
    file: File
    copyings: tuple[Copying, ...]
    later: tuple[Instruction, ...]

    @property
    def name(self) -> str:
        return basename(self.path)


def start_files(build: Build) -> tuple[StartFile, ...]:
    """The files of the build context that ENTRYPOINT and CMD are known to start.

    Mostly there is one, or none.
    """
    return build.once(_start_files)


def _start_files(build: Build) -> tuple[StartFile, ...]:
    if build.context is None:
        return ()
    files = []
    for start in started(build):
        file = _file_of(build, start)
        if file is not None:
            files.append(file)
    return tuple(files)


def _file_of(build: Build, start: Started) -> StartFile | None:
    """The file at the first of the paths where it may stand."""
    for path in paths_of(build, start):
        trail = trail_of(build, build.lineage, path, 0)
        if trail is None:
            return None

        file = _sent(build, trail.origin)
        if file is None or file.kind is not FileKind.FILE:
            continue
        return StartFile(
            start,
            path,
            trail.origin,
            file,
            trail.copyings,
            trail.later,
        )
    return None


def _sent(build: Build, path: str) -> File | None:
    """The file at a path of the build context that is sent."""
    if build.context is None or not path:
        return None
    for file in build.context.sent:
        if file.path == path:
            return file
    return None


def text_of(build: Build, file: StartFile) -> str | None:
    """The text of a start file; None for a program, and for a long text."""
    context = build.context
    if context is None:
        return None
    if file.file.size > _LARGEST:
        return None
    text = context.read(file.origin)
    if text is None or "\0" in text:
        return None
    return text


def interpreter_of(file: StartFile, text: str) -> Interpreter | None:
    """What reads it; None where it does not say, and no shell is told to run it."""
    started = file.started
    if started.by == "shell":
        return Interpreter(started.command.name, frozenset(), True)
    first = from_first_line(text)
    if first is not None:
        name = first.name.rstrip("\r")
        is_known = name in SHELLS
        return replace(first, name=name, known=is_known)
    if started.by == "starter":
        return _SH
    if file.name.endswith(".sh"):
        return _SH
    return None


def script_of_own_base(build: Build, step: Step) -> Script | None:
    """The shell script that CMD or ENTRYPOINT names, where a base image of the repository has it.

    It is the only file of that name in the build context: which instruction of another Dockerfile
    brings it there is not asked.
    """
    context = build.context
    image = build.root_image(step.stage)
    if context is None or image is None:
        return None
    if not build.is_own_image(image):
        return None

    name = _only_program(build, step)
    if not name.endswith(".sh"):
        return None
    named = [file for file in context.files if file.name == name]
    if len(named) != 1:
        return None
    [file] = named
    if file.size > _LARGEST:
        return None

    text = context.read(file.path) or ""
    interpreter = from_first_line(text) or _SH
    return _read_script(text, interpreter)


def _only_program(build: Build, step: Step) -> str:
    """The name of the one program that an instruction starts; empty where it is not one."""
    scripts = build.scripts(step.instruction)
    if not scripts:
        return ""
    commands = scripts[0].commands
    if len(commands) != 1:
        return ""
    return basename(commands[0].name)


def _read_script(text: str, interpreter: Interpreter) -> Script | None:
    source = Mapped.plain(text, 0)
    script = parse(source, interpreter.name, interpreter.options)
    if script.errors or script.opaque:
        return None
    return script


def script_of(build: Build, file: StartFile) -> Script | None:
    """The shell script in it, its spans in its own text; None where none can be read."""
    text = text_of(build, file)
    if not text:
        return None
    interpreter = interpreter_of(file, text)
    if interpreter is None or not interpreter.known:
        return None
    return _read_script(text, interpreter)
