"""The file of the build context that the image starts with: which it is, how it is run, what may have changed it.

A container runtime looks a name without `/` up in PATH, and takes a relative path from the last WORKDIR. How a file is
run decides what it needs: the kernel wants a mode with `x`, and a first line with `#!` or a program's format
(execve(2)); a shell, and starters such as tini that call execvp(3), do without the `#!`; `sh file` needs neither.
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
from lightship.evaluation.paths import clean, join_workdir
from lightship.evaluation.state import DEFAULT_PATH
from lightship.facts.copies.deliveries import below, delivery
from lightship.facts.start.purpose import start_steps
from lightship.facts.values.unread import is_unread
from lightship.record import record
from lightship.shell.commands import Command, Script, Word
from lightship.shell.interpreters import SHELLS, Interpreter, from_first_line
from lightship.shell.mode_commands import mode_command
from lightship.shell.options import start_options
from lightship.shell.parse import parse
from lightship.shell.programs import program_of
from lightship.shell.starters import INIT, INITS
from lightship.text import Mapped

_DEEPEST = 3  # stages that a file may have come through
_LARGEST = 1 << 17
_HARMLESS = frozenset("chmod chown chgrp ls cat echo test [ [[ mkdir rm".split())
_EDITORS = frozenset("find dos2unix sed perl mv cp ln git tar unzip rsync".split())


@record
class Started:
    """`word` of `command` names what is started.

    `by` is who runs it: kernel, starter (execvp, or a shell that looks for a program) or shell (`sh file`). `init` is
    whether an init such as tini is process 1.
    """

    step: Step
    command: Command
    word: Word
    by: str
    init: bool


@record(eq=False)
class StartFile:
    """A file that is started: `path` is where it stands in the image, `origin` in the context.

    `copyings` are how it came there, the last one first: all but the last are out of other stages. `later` are the RUN
    behind them, which may have changed it.
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
    """The files of the build context that ENTRYPOINT and CMD are known to start; mostly one, or none."""
    return build.once(_find)


def _find(build: Build) -> tuple[StartFile, ...]:
    context = build.context
    if context is None:
        return ()
    found = []
    for each in started(build):
        for path in paths_of(build, each):
            trail = _trail(build, build.lineage, path, 0)
            if trail is None:
                break
            file = next(
                (
                    file
                    for file in context.sent
                    if trail.origin and file.path == trail.origin
                ),
                None,
            )
            if file is not None and file.kind is FileKind.FILE:
                found.append(
                    StartFile(
                        each, path, trail.origin, file, trail.copyings, trail.later
                    )
                )
                break
    return tuple(found)


def started(build: Build) -> Iterator[Started]:
    """What ENTRYPOINT starts, or CMD where that is what is run."""
    init = starts_cmd = False
    for step in start_steps(build):
        scripts = build.scripts(step.instruction)
        if not scripts or len(scripts[0].commands) != 1:
            return
        command = scripts[0].commands[0]
        keyword = step.instruction.keyword
        if keyword == "ENTRYPOINT":
            program = program_of(command.all_words)
            init = any(starter.role == INIT for starter in program.starters)
            if program.awaits_command:
                starts_cmd = True
                continue
        elif not starts_cmd and not _runs_cmd(build):
            return
        word = _program(command)
        if word is not None and word.value:
            init = init or any(map(command.wrapped_by, INITS))
            is_first = scripts[0].shell == "exec" and not command.wrappers
            if word is not command.words[0]:
                by = "shell"
            elif is_first and not starts_cmd:
                by = "kernel"
            else:
                by = "starter"
            yield Started(step, command, word, by, init)
        return


def _runs_cmd(build: Build) -> bool:
    """Whether nothing is given the words of CMD: there is no ENTRYPOINT, and the base image is known to have none."""
    if len(start_steps(build)) > 1:
        return False
    image = read_reference(build.evaluation.root(build.lineage[0]).name)
    return not isinstance(image, str) and is_bare(image)


def _program(command: Command) -> Word | None:
    """The word that names the file: the first, or behind a shell its first operand."""
    if command.name not in SHELLS:
        return command.words[0] if command.words else None
    args = [
        word.value if word.value is not None else word.text for word in command.args
    ]
    _, script = start_options(args)
    if script is not None:
        return None
    return next(
        (
            word
            for word in command.args
            if not word.text.lstrip("'\"").startswith(("-", "+"))
        ),
        None,
    )


def paths_of(build: Build, each: Started) -> Iterator[str]:
    """Where what is started may stand, as absolute paths in the order of the search."""
    final, name = build.final, each.word.value or ""
    if final is None:
        return
    state = build.evaluation.finals[final.index]
    if name.startswith("/"):
        yield clean(name)
    elif "/" not in name and each.by != "shell":
        directories = (state.env.get("PATH") or DEFAULT_PATH).split(":")
        yield from (
            clean(f"{directory}/{name}")
            for directory in directories
            if directory.startswith("/")
        )
    elif state.workdir_known or starts_in_root(
        build.evaluation.root(build.lineage[0]).name
    ):
        yield clean(join_workdir(state.workdir, name).path)


def _trail(
    build: Build, stages: Sequence[Stage], path: str, depth: int
) -> _Trail | None:
    """How the file at `path` came there; None where that is not known, an empty origin where nothing brings it."""
    context = build.context
    items = [item for stage in stages for item in stage.instructions]
    by_item = {copying.instruction: copying for copying in build.copyings()}
    later: list[Instruction] = []
    for item in reversed(items):
        if item.keyword == "RUN":
            later.append(item)
        copying = by_item.get(item)
        if copying is None:
            continue
        brought = delivery(copying)
        if brought is not None and not (item.keyword == "ADD" and _may_unpack(copying)):
            origin = (
                brought.origin(context, path)
                if below(path, brought.root) is not None
                else None
            )
            if origin is not None:
                return _Trail(origin, (copying,), tuple(later))
        elif covers(copying, path):
            source = _source_path(copying, path)
            other = _stage_of(build, copying)
            if other is None or source is None or depth >= _DEEPEST:
                return None
            inner = _trail(build, _lineage(build, other), source, depth + 1)
            if inner is None or not inner.origin:
                return None
            return _Trail(
                inner.origin, (copying, *inner.copyings), (*later, *inner.later)
            )
    return _Trail("", ())


def _may_unpack(copying: Copying) -> bool:
    return any(
        (source.value or "").endswith((".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"))
        for source in copying.sources
    )


def covers(copying: Copying, path: str) -> bool:
    """Whether a COPY that is no plain one of the context may write at `path`."""
    target = _target(copying)
    return (
        target is None
        or below(path, target) is not None
        or below(target, path) is not None
    )


def _target(copying: Copying) -> str | None:
    value = copying.destination.value
    if value is None or copying.before is None:
        return None
    return clean(join_workdir(copying.before.workdir, value).path)


def _source_path(copying: Copying, path: str) -> str | None:
    """The path in the other stage of what stands at `path`; None where that is not plain to see."""
    target = _target(copying)
    if (
        target is None
        or len(copying.sources) != 1
        or copying.sources[0].value is None
        or copying.from_context
    ):
        return None
    source = clean(f"/{copying.sources[0].value}")
    if any(mark in source for mark in "*?["):
        return None
    rest = below(path, target)
    if rest is None:
        return None
    name = source.rpartition("/")[2]
    if not rest or rest == name:
        return source
    return f"{source.rstrip('/')}/{rest}"


def _stage_of(build: Build, copying: Copying) -> Stage | None:
    stage = build.dockerfile.stage_of(copying.instruction)
    sources = build.evaluation.graph.sources[stage.index] if stage is not None else ()
    return next(
        (
            source.stage
            for source in sources
            if source.instruction is copying.instruction
        ),
        None,
    )


def _lineage(build: Build, stage: Stage) -> tuple[Stage, ...]:
    found: list[Stage] = []
    at: Stage | None = stage
    while at is not None and at not in found:
        found.append(at)
        at = build.evaluation.graph.bases[at.index]
    return tuple(reversed(found))


def text_of(build: Build, found: StartFile) -> str | None:
    """Its text; None where it is no text, or a long one."""
    text = (
        build.context.read(found.origin)
        if build.context is not None and found.file.size <= _LARGEST
        else None
    )
    return None if text is None or "\0" in text else text


def interpreter_of(found: StartFile, text: str) -> Interpreter | None:
    """What reads it; None where it does not say, and no shell is told to run it."""
    if found.started.by == "shell":
        return Interpreter(found.started.command.name, frozenset(), True)
    first = from_first_line(text)
    if first is not None:
        return replace(
            first, name=first.name.rstrip("\r"), known=first.name.rstrip("\r") in SHELLS
        )
    return (
        Interpreter("sh", frozenset(), True)
        if found.started.by == "starter" or found.name.endswith(".sh")
        else None
    )


def script_of(build: Build, found: StartFile) -> Script | None:
    """The shell script in it, its spans in its own text; None where it is none, or cannot be read."""
    text = text_of(build, found)
    interpreter = interpreter_of(found, text) if text else None
    if text is None or interpreter is None or not interpreter.known:
        return None
    script = parse(Mapped.plain(text, 0), interpreter.name, interpreter.options)
    return None if script.errors or script.opaque else script


def may_be_rewritten(build: Build, found: StartFile) -> bool:
    """Whether a command of a later RUN may change what stands in the file, or put it elsewhere."""
    return any(
        _may_rewrite(command, found)
        for run in found.later
        for command in _commands(build, run)
    )


def may_be_made_executable(build: Build, found: StartFile) -> bool:
    """Whether a flag of a COPY, or a later RUN, says or may say what mode it has."""
    if any(copying.instruction.flag("chmod") is not None for copying in found.copyings):
        return True
    if may_be_rewritten(build, found) or any(
        is_unread(build, run) for run in found.later
    ):
        return True
    for run in found.later:
        for command in _commands(build, run):
            change = mode_command(command)
            if change is None and command.name == "chmod":
                return True
            if change is not None and any(
                _may_name(word, found.path) for word in change.targets
            ):
                return True
    return False


def _commands(build: Build, run: Instruction) -> Iterator[Command]:
    return (command for script in build.scripts(run) for command in script.commands)


def _may_rewrite(command: Command, found: StartFile) -> bool:
    if command.name in _HARMLESS:
        return False
    names = (found.name, found.origin.rpartition("/")[2])
    texts = [word.text for word in command.words]
    texts += [
        redirect.target.text
        for redirect in command.redirects
        if redirect.target is not None
    ]
    if any(name in text for name in names for text in texts):
        return True
    return command.name in _EDITORS and any(
        _may_name(word, found.path) for word in command.args
    )


def _may_name(word: Word, path: str) -> bool:
    """Whether a word may stand for the file, or a directory above it; of a relative one the directory is not known."""
    value = word.value
    if value is None or word.glob or value in (".", "./", ".."):
        return True
    if not value.startswith("/"):
        return value.rstrip("/").rpartition("/")[2] in path.split("/")
    return below(path, clean(value)) is not None
