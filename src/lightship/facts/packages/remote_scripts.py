"""Scripts that a RUN fetches and runs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.packages.downloads import Download, downloads
from lightship.record import record
from lightship.shell.commands import Command
from lightship.shell.interpreters import SHELLS
from lightship.shell.python_calls import python_call
from lightship.shell.specs import written
from lightship.text import Span

_INTERPRETERS = ("node", "perl", "php", "python", "ruby")
_SOURCING = frozenset((".", "eval", "source"))
# With them the script is not what comes in
_TAKES_SCRIPT = frozenset({"-c", "-e"})
_INPUT = "/dev/stdin"


@record
class RemoteScript:
    """A file that is fetched and run.

    `span` is where it is fetched, with the shell that it is piped to.
    """

    instruction: Instruction
    url: str
    word: Span
    span: Span


def remote_scripts(build: Build) -> tuple[RemoteScript, ...]:
    """All of them, in the order of the text."""
    return build.once(_remote_scripts)


def _remote_scripts(build: Build) -> tuple[RemoteScript, ...]:
    scripts = list(_fetched(build))
    scripts += _added(build)
    scripts.sort(key=_place)
    return tuple(scripts)


def _place(script: RemoteScript) -> Span:
    return script.span


def _fetched(build: Build) -> Iterator[RemoteScript]:
    for download in downloads(build):
        span = _fetched_and_run(build, download)
        if span is not None:
            yield RemoteScript(
                download.call.instruction,
                download.url,
                download.word.span,
                span,
            )


def _fetched_and_run(build: Build, download: Download) -> Span | None:
    """Where a download is fetched and handed to what runs it; None where nothing does."""
    span = download.call.command.span
    target = download.target
    if target:
        fetching = download.call.instruction
        if _runs_later(build, fetching, span.start, target):
            return span
        return None

    reader = _reader(download)
    if reader is not None:
        end = max(span.end, reader.span.end)
        return Span(span.start, end)
    if _is_handed_over(download):
        return span
    return None


def _added(build: Build) -> Iterator[RemoteScript]:
    """By an ADD that compares no checksum."""
    for adding in build.copyings("ADD"):
        instruction = adding.instruction
        source = adding.sources[0]
        url = source.value
        if url is None or source.kind != "url":
            continue
        target = adding.destination.value
        if target is None:
            continue
        if instruction.flag("checksum"):
            continue

        name = url if target.endswith("/") else target
        start = instruction.span.start
        if _runs_later(build, instruction, start, name):
            span = source.word.span
            yield RemoteScript(instruction, url, span, span)


def is_interpreter(name: str) -> bool:
    """Whether it is a shell, or another program that runs scripts."""
    if name in SHELLS:
        return True
    return name.rstrip("0123456789.") in _INTERPRETERS


def _reader(download: Download) -> Command | None:
    """The interpreter further down the pipe that runs what comes in."""
    call = download.call
    for command in call.script.pipe(call.command):
        if command.stage <= call.command.stage:
            continue
        if not is_interpreter(command.name):
            continue
        if _reads_input(command):
            return command
    return None


def _is_handed_over(download: Download) -> bool:
    """Whether it stands in a substitution whose text is run."""
    script = download.call.script
    fetching = download.call.command
    block = script.blocks[fetching.block]
    if block.kind not in ("substitution", "process"):
        return False
    if block.pipeline < 0:
        return False

    place = (block.pipeline, block.stage)
    for command in script.commands:
        if (command.pipeline, command.stage) != place:
            continue
        if _takes_it(command, block.kind):
            return True
    return False


def _reads_input(command: Command) -> bool:
    """Whether an interpreter runs what comes in: it is given no script of its own."""
    call = python_call(command.words)
    if call is not None:
        if call.kind == "input":
            return True
        return call.name == _INPUT

    options: list[str] = []
    operands: list[str] = []
    for word in command.args:
        text = written(word)
        kind = options if text.startswith("-") else operands
        kind.append(text)

    if not _TAKES_SCRIPT.isdisjoint(options):
        return False
    if "-" in options:
        return True

    letters = "".join(options)
    if command.name in SHELLS and "s" in letters:
        return True
    if command.name == "php" and _begins_with(command, "--"):
        return True
    if not operands:
        return True
    return operands[0] == _INPUT


def _begins_with(command: Command, text: str) -> bool:
    """Whether this is the first argument."""
    if not command.args:
        return False
    first = command.args[0]
    return written(first) == text


def _takes_it(command: Command, kind: str) -> bool:
    """Whether it runs the text of a substitution, or the file of `<(...)`."""
    if command.name in _SOURCING:
        return True
    if not is_interpreter(command.name):
        return False
    if kind == "process":
        return True
    python = python_call(command.words)
    if python is not None:
        return python.kind == "code"
    words = map(written, command.args)
    return not _TAKES_SCRIPT.isdisjoint(words)


def _runs_later(build: Build, first: Instruction, start: int, target: str) -> bool:
    """Whether the file is run after `start`.

    That is in the same RUN, or in a later one of its stage or of one made from it.
    """
    path, _, _ = target.partition("?")
    name = basename(path.rstrip("/"))
    if not name:
        return False
    if "$" in name:
        return False
    stage = build.dockerfile.stage_of(first)
    if stage is None:
        return False

    running = build.once(_running)
    calls = running.get(name, [])
    later = bisect_right(calls, start, key=_start_of)
    for call in calls[later:]:
        run = call.instruction
        if _may_see(build, run, first, stage):
            return True
    return False


def _start_of(call: Invocation) -> int:
    return call.command.span.start


def _may_see(build: Build, run: Instruction, first: Instruction, stage: Stage) -> bool:
    """Whether a RUN has what `first` has brought to its stage."""
    if run.span.end < first.span.end:
        return False
    own = build.dockerfile.stage_of(run)
    if own is None:
        return False
    return stage in build.lineage_of(own)


def _running(build: Build) -> dict[str, list[Invocation]]:
    """The commands that run a file, as a program or as a script, by its name, in their order."""
    running: dict[str, list[Invocation]] = {}
    for call in build.commands():
        for path in _run_by(call.command):
            name = basename(path)
            calls = running.setdefault(name, [])
            calls.append(call)
    for calls in running.values():
        calls.sort(key=_start_of)
    return running


def _run_by(command: Command) -> Iterator[str]:
    """The paths of the program and of the script that a command runs."""
    if not command.words:
        return
    program = written(command.words[0])
    if "/" in program:
        yield program

    call = python_call(command.words)
    if call is not None:
        if call.kind == "file":
            yield call.name
        return

    name = command.name
    is_sourcing = name in (".", "source")
    if not is_sourcing and not is_interpreter(name):
        return
    # The first operand is the script, the rest its arguments
    for word in command.args:
        text = written(word)
        if not text.startswith("-"):
            yield text
            return
