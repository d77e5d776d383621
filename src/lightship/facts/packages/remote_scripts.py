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
from lightship.shell.python_calls import python_call
from lightship.shell.specs import written
from lightship.text import Span

_INTERPRETERS = ("node", "perl", "php", "python", "ruby")
_SOURCING = frozenset((".", "eval", "source"))
# With them the script is not what comes in
_TAKES_SCRIPT = frozenset({"-c", "-e"})


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
    scripts = [*_fetched(build), *_added(build)]
    return tuple(sorted(scripts, key=lambda script: script.span))


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
    if download.target:
        instruction = download.call.instruction
        is_run = _runs_later(build, instruction, span.start, download.target)
        return span if is_run else None
    reader = _reader(download)
    if reader is not None:
        return Span(span.start, max(span.end, reader.span.end))
    return span if _is_handed_over(download) else None


def _added(build: Build) -> Iterator[RemoteScript]:
    """By an ADD that compares no checksum."""
    for adding in build.copyings("ADD"):
        source = adding.sources[0]
        target = adding.destination.value
        if source.kind != "url" or source.value is None:
            continue
        instruction = adding.instruction
        if target is None or instruction.flag("checksum"):
            continue
        name = source.value if target.endswith("/") else target
        if _runs_later(build, instruction, instruction.span.start, name):
            span = source.word.span
            yield RemoteScript(instruction, source.value, span, span)


def is_interpreter(name: str) -> bool:
    """Whether it is a shell, or another program that runs scripts."""
    if name in SHELLS:
        return True
    return name.rstrip("0123456789.") in _INTERPRETERS


def _reader(download: Download) -> Command | None:
    """The interpreter further down the pipe that runs what comes in."""
    fetching = download.call.command
    for command in download.call.script.pipe(fetching):
        if command.stage <= fetching.stage:
            continue
        if is_interpreter(command.name) and _reads_input(command):
            return command
    return None


def _is_handed_over(download: Download) -> bool:
    """Whether it stands in a substitution whose text is run."""
    script = download.call.script
    block = script.blocks[download.call.command.block]
    if block.kind not in ("substitution", "process") or block.pipeline < 0:
        return False
    for command in script.commands:
        if command.pipeline != block.pipeline or command.stage != block.stage:
            continue
        if _takes_it(command, block.kind):
            return True
    return False


def _reads_input(command: Command) -> bool:
    """Whether an interpreter runs what comes in: it is given no script of its own."""
    call = python_call(command.words)
    if call is not None:
        return call.kind == "input" or call.name == "/dev/stdin"

    words = [written(word) for word in command.args]
    options = [word for word in words if word.startswith("-")]
    if not _TAKES_SCRIPT.isdisjoint(options):
        return False
    if "-" in options:
        return True
    if command.name in SHELLS and any("s" in option for option in options):
        return True
    if command.name == "php" and words[:1] == ["--"]:
        return True

    operands = [word for word in words if not word.startswith("-")]
    return not operands or operands[0] == "/dev/stdin"


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
    words = {written(word) for word in command.args}
    return not words.isdisjoint(_TAKES_SCRIPT)


def _runs_later(build: Build, first: Instruction, start: int, target: str) -> bool:
    """Whether the file is run after `start`.

    That is in the same RUN, or in a later one of its stage or of one made from it.
    """
    path, _, _ = target.partition("?")
    _, _, name = path.rstrip("/").rpartition("/")
    stage = build.dockerfile.stage_of(first)
    if not name or "$" in name or stage is None:
        return False
    calls = build.once(_running).get(name, [])
    later = bisect_right(calls, start, key=_start_of)
    runs = [call.instruction for call in calls[later:]]
    return any(_may_see(build, run, first, stage) for run in runs)


def _start_of(call: Invocation) -> int:
    return call.command.span.start


def _may_see(build: Build, run: Instruction, first: Instruction, stage: Stage) -> bool:
    """Whether a RUN has what `first` has brought to its stage."""
    if run.span.end < first.span.end:
        return False
    own = build.dockerfile.stage_of(run)
    return own is not None and stage in build.lineage_of(own)


def _running(build: Build) -> dict[str, list[Invocation]]:
    """The commands that run a file, as a program or as a script, by its name, in their order."""
    running: dict[str, list[Invocation]] = {}
    for call in build.commands():
        for path in _run_by(call.command):
            _, _, name = path.rpartition("/")
            running.setdefault(name, []).append(call)
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
    elif is_interpreter(command.name) or command.name in (".", "source"):
        for word in command.args:
            text = written(word)
            if not text.startswith("-"):
                yield text
                return
