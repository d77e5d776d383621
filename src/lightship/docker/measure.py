"""How long each step of a build takes: one `docker buildx build --no-cache`, watched.

The build's output is `type=cacheonly`: no image and no tag is left, only what the build's steps add to the cache. Seen
with the docker driver of Docker 26.1.5 (buildx 0.13.1), which reports its progress on standard error.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from base64 import b64decode
from binascii import Error
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field
from typing import Any

from lightship.cache.progress import Vertex, statuses, vertexes
from lightship.docker.build import read_arguments
from lightship.errors import EngineError, UsageError
from lightship.inspection.shown import printable, shown
from lightship.record import record

# What may be handed on: what a build needs, and nothing that leaves something behind or changes what is reported.
_OPTIONS = frozenset(
    "--add-host --allow --build-context --builder --cgroup-parent --network --platform --pull --secret --shm-size "
    "--ssh --ulimit".split()
)
_COMMAND = ("docker", "buildx", "build", "--no-cache", "--progress=rawjson", "--output=type=cacheonly")
_LONGEST_NAME = 100  # characters of a step in the progress
_LOG_BYTES = 4096  # of a step, for the error
_LOG_LINES = 12
_PATIENCE = 10  # seconds for a build that is told to end


@record(eq=False, frozen=False)
class _Watched:
    """What a build has said so far: steps for the times, the failed step, the ends of the logs, and other lines."""

    kept: list[str] = field(default_factory=list)
    finished: set[str] = field(default_factory=set)
    failed: Vertex | None = None
    logs: dict[str, bytes] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def measure(
    context: str, dockerfile: str, args: Mapping[str, str], target: str | None = None, options: Sequence[str] = ()
) -> str:
    """Build without the cache; what BuildKit says of its steps, as `cache.times.read_times` reads it.

    `options` are further arguments of `docker build`, such as `--secret`. A line for each finished step goes to
    standard error. An EngineError where docker does not start or the build fails, with the step and the end of its log;
    a UsageError for an option that has no place here. Where this is interrupted, the build ends.
    """
    command = [*_COMMAND, f"--file={dockerfile}", *(f"--build-arg={name}={value}" for name, value in args.items())]
    command += [f"--target={target}"] if target is not None else []
    watched = _Watched()
    with _started([*command, *_checked(options), "--", context]) as process:
        assert process.stderr is not None
        _watch(watched, process.stderr)
        code = process.wait()
    if code:
        raise EngineError(_failure(watched, code))
    return "\n".join(watched.kept)


def _checked(options: Sequence[str]) -> Sequence[str]:
    asked = read_arguments(options)
    wrong = next((flag for flag in asked.flags if flag not in _OPTIONS), asked.context)
    if wrong:
        known = " ".join(sorted(_OPTIONS))
        raise UsageError(f"{shown(wrong)} cannot be handed to a build that is measured, but these can: {known}")
    return options


@contextmanager
def _started(command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """The process, with a group of its own: docker starts buildx, and neither outlives the block."""
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
        raise EngineError(f"docker cannot be started: {getattr(error, 'strerror', None) or error}") from error
    with process:
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)


def _watch(watched: _Watched, lines: Iterable[str]) -> None:
    for status in statuses(lines):
        if isinstance(status, str):
            watched.said = [*watched.said, status.rstrip()][-_LOG_LINES:]
        elif isinstance(status, dict):
            _keep_logs(watched, status.get("logs"))
            for vertex in vertexes(status):
                _see(watched, vertex)
            if "vertexes" in status:
                watched.kept.append(json.dumps({"vertexes": status["vertexes"]}))


def _see(watched: _Watched, vertex: Vertex) -> None:
    if vertex.error:
        watched.failed = watched.failed or (None if vertex.error.endswith("context canceled") else vertex)
    elif vertex.started is not None and vertex.completed is not None and vertex.digest not in watched.finished:
        watched.finished.add(vertex.digest)
        if vertex.name.startswith("[") and not vertex.name.startswith("[internal]") and not vertex.cached:
            seconds = max(vertex.completed - vertex.started, 0.0)
            sys.stderr.write(f"{seconds:8.1f} s  {shown(vertex.name)[:_LONGEST_NAME]}\n")


def _keep_logs(watched: _Watched, logs: Any) -> None:
    for log in logs if isinstance(logs, list) else ():
        if isinstance(log, dict) and isinstance(log.get("data"), str):
            with suppress(Error, ValueError):
                step = str(log.get("vertex"))
                watched.logs[step] = (watched.logs.get(step, b"") + b64decode(log["data"]))[-_LOG_BYTES:]


def _failure(watched: _Watched, code: int) -> str:
    """The step that failed, why, and its last lines; docker's own words where none did."""
    if watched.failed is None:
        said = "\n".join(line for line in watched.said if line.strip())
        return f"the build that was to be measured failed, with exit code {code}: {printable(said)}"
    name, why = shown(watched.failed.name), shown(watched.failed.error)
    log = watched.logs.get(watched.failed.digest, b"").decode("utf-8", "replace").splitlines()[-_LOG_LINES:]
    lines = [f"the build that was to be measured failed at {name}: {why}", *(f"  {shown(line)}" for line in log)]
    return "\n".join(lines)
