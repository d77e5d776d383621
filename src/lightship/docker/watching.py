"""One `docker buildx build --progress=rawjson`: started, watched, and ended.

It gives the steps, the logs, and why the build failed.

Seen with the docker driver of Docker 26.1.5 (buildx 0.13.1), which reports its progress on standard
error.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field
from typing import Any

from lightship.cache.times.buildkit_progress import Vertex, statuses, vertexes
from lightship.cache.times.plain_log import MOST_NAMES
from lightship.docker.image_build import read_arguments
from lightship.docker.unreached_hosts import is_refused_request, unreached_line
from lightship.errors import EngineError, UsageError
from lightship.record import record
from lightship.wording.printable import escaped, printable

# What may be handed on: what a build needs, and nothing that leaves something behind or changes
# what is reported.
_OPTIONS = frozenset(
    "--add-host --allow --build-context --builder --cgroup-parent --network --platform --pull "
    "--secret --shm-size "
    "--ssh --ulimit".split()
)
COMMAND = ("docker", "buildx", "build", "--progress=rawjson")
_CONTEXT = "[internal] load build context"
_NAMED_CONTEXT = "[context "  # --build-context
_SENDING = "transferring "
_LOG_BYTES = 4096  # of a step, for the error
_LOG_LINES = 12
_LONGEST_LINE = 2000  # characters of what docker says beside its progress
_MOST_KEPT = 64 << 20  # characters of progress
_PATIENCE = 10  # seconds for a build that is told to end
_FULL = ("no space left on device", "disk quota exceeded")
_GONE = (  # as docker, buildx and gRPC say it
    "cannot connect to the docker daemon",
    "error during connect",
    "error reading from server",
    "code = unavailable",
    "closing transport",
    "unexpected eof",
    "connection refused",
    "connection reset",
)
_IS_FULL = "the engine's disk is full"
_FAULTS = {
    _IS_FULL: _FULL,
    "the engine went away during a build": _GONE,
    "buildx has no such builder": ("no builder ",),
}
# What BuildKit says of a RUN, after the text of its command.
_OF_A_PROCESS = "did not complete successfully"

Finished = Callable[[Vertex], None]


@record(eq=False, frozen=False)
class Watched:
    """What a build has said so far: steps and their times, the failed step, the ends of the logs.

    Other lines that it said are kept too.

    `sent` is bytes of context by steps; `code` the exit code, `late` whether the build was ended
    since its time was up.
    """

    kept: list[str] = field(default_factory=list)
    size: int = 0  # characters of `kept`
    steps: dict[str, Vertex] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    failed: Vertex | None = None
    logs: dict[str, bytes] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)
    code: int = 0
    late: bool = False


def checked(options: Sequence[str]) -> Sequence[str]:
    """Further arguments of `docker build`; a UsageError for one that has no place here."""
    asked = read_arguments(options)
    wrong = next((flag for flag in asked.flags if flag not in _OPTIONS), asked.context)
    if wrong:
        known = " ".join(sorted(_OPTIONS))
        raise UsageError(
            f"{escaped(wrong)} cannot be handed to a build that is measured, but these can: {known}"
        )
    return options


def watch_build(
    command: Sequence[str], finished: Finished, patience: float | None = None
) -> Watched:
    """Run a build to its end, or until `patience` seconds are over.

    `finished` is told of each step when it ends.

    An EngineError where docker does not start. Where this is interrupted, the build ends.
    """
    watched = Watched()
    with _started(command) as process, _limited(watched, process, patience):
        assert process.stderr is not None
        _watch(watched, process.stderr, finished)
        watched.code = process.wait()
    return watched


@contextmanager
def _started(command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """The process, with a group of its own.

    docker starts buildx, and neither outlives the block.
    """
    environment = {**os.environ, "DOCKER_BUILDKIT": "1"}
    none, pipe = subprocess.DEVNULL, subprocess.PIPE
    try:
        process = subprocess.Popen(  # noqa: S603 - what the user asks for
            command,
            stdin=none,
            stdout=none,
            stderr=pipe,
            env=environment,
            process_group=0,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, ValueError) as error:
        raise EngineError(
            f"{command[0]} cannot be started: {getattr(error, 'strerror', None) or error}"
        ) from error
    with process:
        try:
            yield process
        finally:
            _end(process)


@contextmanager
def _limited(
    watched: Watched, process: subprocess.Popen[str], patience: float | None
) -> Iterator[None]:
    """The process is ended when its time is up."""

    def end() -> None:
        watched.late = process.poll() is None
        _end(process)

    if patience is None:
        yield
        return
    timer = threading.Timer(patience, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end(process: subprocess.Popen[str]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)


def _watch(watched: Watched, lines: Iterable[str], finished: Finished) -> None:
    for status in statuses(lines):
        if isinstance(status, str):
            watched.said = [*watched.said, status.rstrip()[:_LONGEST_LINE]][
                -_LOG_LINES:
            ]
        elif isinstance(status, dict):
            _keep_logs(watched, status.get("logs"))
            for vertex in vertexes(status):
                _see(watched, vertex, finished)
            _keep_sent(watched, status.get("statuses"))
            _keep(watched, status)


def _keep(watched: Watched, status: dict[str, Any]) -> None:
    if "vertexes" in status and watched.size < _MOST_KEPT:
        watched.kept.append(json.dumps({"vertexes": status["vertexes"]}))
        watched.size += len(watched.kept[-1])


def _see(watched: Watched, vertex: Vertex, finished: Finished) -> None:
    if vertex.digest in watched.steps or len(watched.steps) < MOST_NAMES:
        before = watched.steps.get(vertex.digest, vertex)
        watched.steps[vertex.digest] = (
            before
            if vertex.completed is None and before.completed is not None
            else vertex
        )
    if vertex.error:
        watched.failed = watched.failed or (
            None if vertex.error.endswith("context canceled") else vertex
        )
    elif (
        vertex.started is not None
        and vertex.completed is not None
        and vertex.digest not in watched.finished
    ):
        watched.finished.add(vertex.digest)
        finished(vertex)


def _keep_logs(watched: Watched, logs: Any) -> None:
    for log in logs if isinstance(logs, list) else ():
        if isinstance(log, dict) and isinstance(log.get("data"), str):
            with suppress(Error, ValueError):
                step = str(log.get("vertex"))
                watched.logs[step] = (
                    watched.logs.get(step, b"") + b64decode(log["data"])
                )[-_LOG_BYTES:]


def _keep_sent(watched: Watched, statuses: Any) -> None:
    """Bytes of the context alone.

    The Dockerfile and its ignore file are sent too, by steps of their own.
    """
    for status in statuses if isinstance(statuses, list) else ():
        if not isinstance(status, dict) or not str(status.get("id")).startswith(
            _SENDING
        ):
            continue
        step, size = str(status.get("vertex")), status.get("current")
        name = watched.steps[step].name if step in watched.steps else ""
        if (
            isinstance(size, int)
            and size > 0
            and name.startswith((_CONTEXT, _NAMED_CONTEXT))
        ):
            watched.sent[step] = max(watched.sent.get(step, 0), size)


def failure(watched: Watched) -> str:
    """The step that failed and why, then the last lines of its log.

    Where no step failed, the exit code and docker's own words.
    """
    failed = watched.failed
    if failed is None:
        said = "\n".join(line for line in watched.said if line.strip())
        return f"exit code {watched.code}\n{printable(said)}"

    # The name of the step has the command, which BuildKit's error repeats
    why = failed.error.rpartition(f"{_OF_A_PROCESS}: ")[2]
    why = why.replace("exit code: ", "exit code ")
    first = f"{escaped(failed.name)}: {escaped(why)}"

    log = watched.logs.get(failed.digest, b"").decode("utf-8", "replace")
    lines = log.splitlines()[-_LOG_LINES:]
    return "\n".join([first, *(f"  {escaped(line)}" for line in lines)])


def _telling(watched: Watched) -> list[str]:
    """The lines that say why a build failed.

    They are of the log of a command, of BuildKit's own error, or docker's words without either.
    """
    failed = watched.failed
    if failed is None:
        text = "\n".join(watched.said)
    elif _OF_A_PROCESS in failed.error:
        log = watched.logs.get(failed.digest, b"")
        text = log.decode("utf-8", "replace")
    else:
        text = failed.error
    return text.splitlines()


def unreached(watched: Watched) -> str:
    """The line of a failed build that says that a host was not reached; empty without one."""
    return unreached_line(_telling(watched))


def engines_fault(watched: Watched) -> str:
    """Why the build failed, in a line, for what no Dockerfile can help; empty for all else.

    Such as a full disk, or an engine that went away.
    """
    faults = _FAULTS
    if watched.failed is not None and _OF_A_PROCESS in watched.failed.error:
        faults = {_IS_FULL: _FULL}
    for line in _telling(watched):
        if is_refused_request(line):
            continue
        for why, words in faults.items():
            if any(word in line.lower() for word in words):
                said = line.strip().removeprefix("ERROR: ")
                return f"{why}: {escaped(said)}"
    return ""
