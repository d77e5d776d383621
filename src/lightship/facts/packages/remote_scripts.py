"""Scripts that a RUN fetches and runs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.packages.downloads import Download, downloads
from lightship.record import record
from lightship.shell.commands import Command
from lightship.shell.interpreters import SHELLS
from lightship.shell.python import python_call
from lightship.shell.specs import written
from lightship.text import Span

_INTERPRETERS = ("node", "perl", "php", "python", "ruby")
_SOURCING = frozenset((".", "eval", "source"))
_TAKES_SCRIPT = frozenset(("-c", "-e", "-m"))  # the script is not what comes in


@record
class RemoteScript:
    """A file that is fetched and run. `span` is where it is fetched, with the shell that it is piped to."""

    instruction: Instruction
    url: str
    word: Span
    span: Span


def remote_scripts(build: Build) -> tuple[RemoteScript, ...]:
    """All of them, in the order of the text."""
    return build.once(_remote_scripts)


def _remote_scripts(build: Build) -> tuple[RemoteScript, ...]:
    found = [*_fetched(build), *_added(build)]
    return tuple(sorted(found, key=lambda each: each.span))


def _fetched(build: Build) -> Iterator[RemoteScript]:
    for each in downloads(build):
        command, instruction = each.found.command, each.found.instruction
        if each.target:
            if _runs_later(build, instruction, command.span.start, each.target):
                yield RemoteScript(instruction, each.url, each.word.span, command.span)
        elif (runner := _reader(each)) is not None:
            span = Span(command.span.start, max(command.span.end, runner.span.end))
            yield RemoteScript(instruction, each.url, each.word.span, span)
        elif _is_handed_over(each):
            yield RemoteScript(instruction, each.url, each.word.span, command.span)


def _added(build: Build) -> Iterator[RemoteScript]:
    """By an ADD that compares no checksum."""
    for adding in build.copyings("ADD"):
        source, target = adding.sources[0], adding.destination.value
        if (
            source.kind != "url"
            or source.value is None
            or target is None
            or adding.instruction.flag("checksum")
        ):
            continue
        name = source.value if target.endswith("/") else target
        if _runs_later(build, adding.instruction, adding.instruction.span.start, name):
            yield RemoteScript(
                adding.instruction, source.value, source.word.span, source.word.span
            )


def is_interpreter(name: str) -> bool:
    """Whether it is a shell, or another program that runs scripts."""
    return name in SHELLS or name.rstrip("0123456789.") in _INTERPRETERS


def _reader(download: Download) -> Command | None:
    """The interpreter further down the pipe that runs what comes in."""
    command = download.found.command
    behind = (
        other
        for other in download.found.script.pipe(command)
        if other.stage > command.stage
    )
    return next(
        (
            other
            for other in behind
            if is_interpreter(other.name) and _reads_input(other)
        ),
        None,
    )


def _is_handed_over(download: Download) -> bool:
    """Whether it stands in a substitution whose text is run."""
    script, command = download.found.script, download.found.command
    block = script.blocks[command.block]
    if block.kind not in ("substitution", "process") or block.pipeline < 0:
        return False
    outer = [
        other
        for other in script.commands
        if other.pipeline == block.pipeline and other.stage == block.stage
    ]
    return any(_takes_it(each, block.kind) for each in outer)


def _reads_input(command: Command) -> bool:
    """Whether an interpreter runs what comes in: it is given no script of its own."""
    call = python_call(command.words)
    if call is not None:
        return call.kind == "input" or call.name == "/dev/stdin"
    words = [written(word) for word in command.args]
    if any(word in _TAKES_SCRIPT for word in words):
        return False
    if command.name in SHELLS and any(
        word.startswith("-") and "s" in word for word in words
    ):
        return True
    operands = [word for word in words if not word.startswith("-")]
    return (
        "-" in words
        or not operands
        or operands[0] == "/dev/stdin"
        or (words[0] == "--" and command.name == "php")
    )


def _takes_it(command: Command, kind: str) -> bool:
    """Whether it runs the text of a substitution, or the file of `<(...)`."""
    if command.name in _SOURCING:
        return True
    if not is_interpreter(command.name):
        return False
    return kind == "process" or any(
        written(word) in _TAKES_SCRIPT for word in command.args
    )


def _runs_later(build: Build, first: Instruction, start: int, target: str) -> bool:
    """Whether the file is run behind `start`: in the same RUN, or a later one of its stage or of one made from it."""
    name = target.partition("?")[0].rstrip("/").rpartition("/")[2]
    stage = build.dockerfile.stage_of(first)
    if not name or "$" in name or stage is None:
        return False
    running = build.once(_running).get(name, [])
    behind = bisect_right(running, start, key=lambda call: call.command.span.start)
    return any(
        _may_see(build, call.instruction, first, stage) for call in running[behind:]
    )


def _may_see(build: Build, run: Instruction, first: Instruction, stage: Stage) -> bool:
    """Whether a RUN has what `first` has brought to its stage."""
    own = build.dockerfile.stage_of(run)
    return (
        run.span.end >= first.span.end
        and own is not None
        and stage in build.lineage_of(own)
    )


def _running(build: Build) -> dict[str, list[Invocation]]:
    """The commands that run a file, as a program or as the script of an interpreter, by its name."""
    found: dict[str, list[Invocation]] = {}
    for call in build.commands():
        for name in _run_by(call.command):
            found.setdefault(name, []).append(call)
    return {
        name: sorted(calls, key=lambda call: call.command.span.start)
        for name, calls in found.items()
    }


def _run_by(command: Command) -> Iterator[str]:
    program = written(command.words[0]) if command.words else ""
    if "/" in program:
        yield program.rpartition("/")[2]
    call = python_call(command.words)
    if call is not None:
        if call.kind == "file":
            yield call.name.rpartition("/")[2]
    elif is_interpreter(command.name) or command.name in (".", "source"):
        script = next(
            (
                text
                for word in command.args
                if not (text := written(word)).startswith("-")
            ),
            "",
        )
        yield script.rpartition("/")[2]
