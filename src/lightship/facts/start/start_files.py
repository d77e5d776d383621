"""The file of the build context that the image starts with.

Which it is, how it is run, and what may have changed it. A container runtime looks a name without
`/` up in PATH, and takes a relative path from the last WORKDIR. How a file is run decides what it
needs. The kernel wants a mode with `x`, and a first line with `#!` or a program's format
(execve(2)). A shell, and starters such as tini that call execvp(3), do without the `#!`. `sh file`
needs neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lightship.base_images.known import is_bare, starts_in_root
from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.context.files import File, FileKind
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.copies import Copying
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import below, clean, in_workdir
from lightship.evaluation.state import DEFAULT_PATH
from lightship.facts.copies.deliveries import delivery
from lightship.facts.start.purpose import start_steps
from lightship.facts.values.unread import is_unread
from lightship.record import record
from lightship.shell.commands import Command, Script, Word
from lightship.shell.interpreters import SHELLS, Interpreter, from_first_line
from lightship.shell.mode_commands import mode_command
from lightship.shell.parse import parse
from lightship.shell.programs import program_of
from lightship.shell.shell_options import start_options
from lightship.shell.starters import INIT, INITS
from lightship.text import Mapped

_DEEPEST = 3  # stages that a file may have come through
_LARGEST = 1 << 17
_ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_HARMLESS = frozenset("chmod chown chgrp ls cat echo test [ [[ mkdir rm".split())
_EDITORS = frozenset("find dos2unix sed perl mv cp ln git tar unzip rsync".split())


@record
class Started:
    """`word` of `command` names what is started.

    `by` is who runs it: kernel, starter (execvp, or a shell that looks for a program) or shell
    (`sh file`). `init` says that an init such as tini is process 1.
    """

    step: Step
    command: Command
    word: Word
    by: str
    init: bool


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
        return self.path.rpartition("/")[2]


@record
class _Trail:
    """As in StartFile; `origin` is empty where nothing brings the file."""

    origin: str
    copyings: tuple[Copying, ...] = ()
    later: tuple[Instruction, ...] = ()


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
        trail = _trail(build, build.lineage, path, 0)
        if trail is None:
            return None
        file = _sent(build, trail.origin)
        if file is not None and file.kind is FileKind.FILE:
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


def started(build: Build) -> Iterator[Started]:
    """What ENTRYPOINT starts, or CMD where that is what is run."""
    has_init = False
    starts_cmd = False
    for step in start_steps(build):
        scripts = build.scripts(step.instruction)
        if not scripts or len(scripts[0].commands) != 1:
            return
        command = scripts[0].commands[0]

        if step.instruction.keyword == "CMD":
            if not starts_cmd and not _runs_cmd(build):
                return
        else:
            program = program_of(command.all_words)
            has_init = any(starter.role == INIT for starter in program.starters)
            if program.awaits_command:
                starts_cmd = True
                continue

        word = _program(command)
        if word is not None and word.value:
            is_exec = scripts[0].shell == "exec"
            by = _runner(command, word, alone=is_exec and not starts_cmd)
            init = has_init or any(map(command.wrapped_by, INITS))
            yield Started(step, command, word, by, init)
        return


def _runs_cmd(build: Build) -> bool:
    """Whether CMD is what is run: there is no ENTRYPOINT, and the base image has none for sure."""
    if len(start_steps(build)) > 1:
        return False
    image = read_reference(build.evaluation.root(build.lineage[0]).name)
    return not isinstance(image, str) and is_bare(image)


def _program(command: Command) -> Word | None:
    """The word that names the file: the first, or the first operand of a shell."""
    if command.name not in SHELLS:
        return command.words[0] if command.words else None
    args = command.argument_texts
    _, script = start_options(args)
    if script is not None:
        return None

    for word in command.args:
        text = word.text.lstrip("'\"")
        if not text.startswith(("-", "+")):
            return word
    return None


def _runner(command: Command, word: Word, alone: bool) -> str:
    """Who runs the file; `alone` is whether the container runtime starts the command itself."""
    if word is not command.words[0]:
        return "shell"
    return "kernel" if alone and not command.wrappers else "starter"


def paths_of(build: Build, start: Started) -> Iterator[str]:
    """Where what is started may stand, as absolute paths in the order of the search."""
    if build.final is None:
        return
    state = build.evaluation.finals[build.final.index]
    name = start.word.value or ""
    if name.startswith("/"):
        yield clean(name)
        return
    if "/" not in name and start.by != "shell":
        search_path = state.env.get("PATH") or DEFAULT_PATH
        for directory in search_path.split(":"):
            if directory.startswith("/"):
                yield clean(f"{directory}/{name}")
        return

    root = build.evaluation.root(build.lineage[0])
    if state.workdir_known or starts_in_root(root.name):
        yield in_workdir(state.workdir, name)


def _trail(
    build: Build, stages: Sequence[Stage], path: str, depth: int
) -> _Trail | None:
    """How the file at `path` came there, in the stages that were built upon one another.

    None where that is not known, an empty origin where nothing brings it.
    """
    by_item = {copying.instruction: copying for copying in build.copyings()}
    later: list[Instruction] = []
    for stage in reversed(stages):
        for item in reversed(stage.instructions):
            if item.keyword == "RUN":
                later.append(item)
            copying = by_item.get(item)
            if copying is None:
                continue
            if _is_plain(copying):
                origin = _origin(build, copying, path)
                if origin is not None:
                    return _Trail(origin, (copying,), tuple(later))
            elif covers(copying, path):
                return _trail_through(build, copying, path, tuple(later), depth)
    return _Trail("", ())


def _is_plain(copying: Copying) -> bool:
    """Whether it brings files of the build context as they are."""
    if delivery(copying) is None:
        return False
    return copying.instruction.keyword != "ADD" or not _may_unpack(copying)


def _origin(build: Build, copying: Copying, path: str) -> str | None:
    """The path in the build context of what a plain COPY puts at `path`; None for nothing."""
    brought = delivery(copying)
    if brought is None or build.context is None:
        return None
    if below(path, brought.root) is None:
        return None
    return brought.origin(build.context, path)


def _trail_through(
    build: Build,
    copying: Copying,
    path: str,
    later: tuple[Instruction, ...],
    depth: int,
) -> _Trail | None:
    """How the file came into the stage that a COPY takes it from."""
    stage = _stage_of(build, copying)
    source = _source_path(copying, path)
    if stage is None or source is None or depth >= _DEEPEST:
        return None
    trail = _trail(build, build.lineage_of(stage), source, depth + 1)
    if trail is None or not trail.origin:
        return None
    return _Trail(
        trail.origin,
        (copying, *trail.copyings),
        (*later, *trail.later),
    )


def _may_unpack(copying: Copying) -> bool:
    values = (source.value or "" for source in copying.sources)
    return any(value.endswith(_ARCHIVES) for value in values)


def covers(copying: Copying, path: str) -> bool:
    """Whether a COPY that is not a plain one of the context may write at `path`."""
    target = _target(copying)
    if target is None or below(path, target) is not None:
        return True
    return below(target, path) is not None


def _target(copying: Copying) -> str | None:
    value = copying.destination.value
    if value is None or copying.before is None:
        return None
    return in_workdir(copying.before.workdir, value)


def _source_path(copying: Copying, path: str) -> str | None:
    """The path in the other stage of what stands at `path`; None where that is not plain to see."""
    target = _target(copying)
    if target is None or copying.from_context or len(copying.sources) != 1:
        return None
    value = copying.sources[0].value
    if value is None:
        return None
    source = clean(f"/{value}")
    rest = below(path, target)
    if rest is None or any(mark in source for mark in "*?["):
        return None

    # A file is copied to the target itself, or into it by its name
    _, _, name = source.rpartition("/")
    if not rest or rest == name:
        return source
    return f"{source.rstrip('/')}/{rest}"


def _stage_of(build: Build, copying: Copying) -> Stage | None:
    """The stage that `COPY --from` takes from."""
    stage = build.dockerfile.stage_of(copying.instruction)
    if stage is None:
        return None
    for source in build.evaluation.graph.sources[stage.index]:
        if source.instruction is copying.instruction:
            return source.stage
    return None


def text_of(build: Build, file: StartFile) -> str | None:
    """The text of a start file; None for a program, and for a long text."""
    if build.context is None or file.file.size > _LARGEST:
        return None
    text = build.context.read(file.origin)
    return None if text is None or "\0" in text else text


def interpreter_of(file: StartFile, text: str) -> Interpreter | None:
    """What reads it; None where it does not say, and no shell is told to run it."""
    if file.started.by == "shell":
        return Interpreter(file.started.command.name, frozenset(), True)
    first = from_first_line(text)
    if first is not None:
        name = first.name.rstrip("\r")
        return replace(first, name=name, known=name in SHELLS)
    if file.started.by == "starter" or file.name.endswith(".sh"):
        return Interpreter("sh", frozenset(), True)
    return None


def script_of(build: Build, file: StartFile) -> Script | None:
    """The shell script in it, its spans in its own text; None where none can be read."""
    text = text_of(build, file)
    if not text:
        return None
    interpreter = interpreter_of(file, text)
    if interpreter is None or not interpreter.known:
        return None
    script = parse(Mapped.plain(text, 0), interpreter.name, interpreter.options)
    return None if script.errors or script.opaque else script


def may_be_rewritten(build: Build, file: StartFile) -> bool:
    """Whether a command of a later RUN may change what stands in the file, or put it elsewhere."""
    for run in file.later:
        for command in _commands(build, run):
            if _may_rewrite(command, file):
                return True
    return False


def may_be_made_executable(build: Build, file: StartFile) -> bool:
    """Whether a flag of a COPY, or a later RUN, says or may say what mode it has."""
    for copying in file.copyings:
        if copying.instruction.flag("chmod") is not None:
            return True
    if may_be_rewritten(build, file):
        return True
    for run in file.later:
        if is_unread(build, run):
            return True
        for command in _commands(build, run):
            if _may_change_mode(command, file.path):
                return True
    return False


def _commands(build: Build, run: Instruction) -> Iterator[Command]:
    for script in build.scripts(run):
        yield from script.commands


def _may_change_mode(command: Command, path: str) -> bool:
    change = mode_command(command)
    if change is None:
        return command.name == "chmod"
    return any(_may_name(word, path) for word in change.targets)


def _may_rewrite(command: Command, file: StartFile) -> bool:
    _, _, name_in_context = file.origin.rpartition("/")
    for text in _texts_of(command):
        if file.name in text or name_in_context in text:
            return True
    if command.name not in _EDITORS:
        return False
    return any(_may_name(word, file.path) for word in command.args)


def _texts_of(command: Command) -> Iterator[str]:
    """The targets of a command's redirects, and its words where it may write to what they name."""
    for redirect in command.redirects:
        if redirect.target is not None and not redirect.operator.startswith("<"):
            yield redirect.target.text
    if command.name not in _HARMLESS:
        for word in command.words:
            yield word.text


def _may_name(word: Word, path: str) -> bool:
    """Whether a word may stand for the file, or a directory above it.

    Of a relative path the directory is not known.
    """
    value = word.value
    if value is None or word.glob or value in (".", "./", ".."):
        return True
    if value.startswith("/"):
        return below(path, clean(value)) is not None
    _, _, name = value.rstrip("/").rpartition("/")
    return name in path.split("/")
