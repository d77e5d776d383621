"""Containers of two images: started, looked at, compared. A part of fixes_built.py.

A container gets no network. Where a compose file starts the service it gets what is said there: command,
environment, named volumes. What is mounted from the host is left out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from engine.engine_process import Container, Engine

# What a container gets before it is looked at: at least, and at most
LEAST_SECONDS = 6
MOST_SECONDS = 90
# It has settled when it printed nothing and used no processor for so long
QUIET_SECONDS = 5
_STATE = "{{.State.Running}} {{.State.ExitCode}} {{.State.Pid}}"
_DOCKER = "/usr/bin/docker"
_LIMITS = ("--network", "none", "--memory", "1500m", "--pids-limit", "512")

_PASSING = re.compile(
    r"__pycache__|\.pyc$|/\.git/|/\.cache(?:/|$)"
    r"|^/(?:tmp|run|dev|proc|sys|var/run|var/cache|var/log|var/lib/(?:apt|dpkg))(?:/|$)"
    r"|^/usr/share/(?:doc|man|info|locale|lintian|bash-completion)/"
)
_HOME = re.compile(r"^/(?:root|home/[^/]+)")
_VARYING = re.compile(r"0x[0-9a-f]+|[0-9a-f]{12,}|\d+")
_TROUBLE = re.compile(
    r"permission denied|read-only file system|no such file or directory|not found|no module named",
    re.IGNORECASE,
)


class Service(NamedTuple):
    """What a compose file says of a container: as options of `docker run`, and its command."""

    options: Sequence[str] = ()
    command: Sequence[str] = ()


class Start(NamedTuple):
    """What came of a container.

    `code` is its exit code, None while it runs; `answers` are status and type of the answer to GET /
    at each port; `health` is the exit code of its health check; `written` are paths.
    """

    code: int | None
    answers: Mapping[int, str]
    health: int | None
    log: str
    written: frozenset[str]

    @property
    def works(self) -> bool:
        """Whether it runs, or ended well."""
        return self.code in {None, 0}


def service_in(compose_file: Path, name: str) -> Service:
    """A service of a compose file; an empty one where the file cannot be read or has none of that name."""
    command = [_DOCKER, "compose", "--profile", "*", "--file", compose_file.name]
    done = subprocess.run(
        [*command, "config", "--format", "json"],
        cwd=compose_file.parent,
        capture_output=True,
        timeout=60,
        check=False,
    )
    if done.returncode or not done.stdout:
        return Service()
    services = json.loads(done.stdout).get("services") or {}
    return _as_service(services.get(name) or {})


def _as_service(said: Mapping[str, Any]) -> Service:
    options: list[str] = []
    for key, value in (said.get("environment") or {}).items():
        options += ["--env", f"{key}={value or ''}"]
    for volume in said.get("volumes") or ():
        if volume["type"] == "volume":
            options += ["--volume", volume["target"]]
    if said.get("user"):
        options += ["--user", str(said["user"])]

    entrypoint = said.get("entrypoint") or []
    command = [*entrypoint[1:], *(said.get("command") or ())]
    if entrypoint:
        options += ["--entrypoint", entrypoint[0]]
    return Service(options, command)


def started(engine: Engine, tag: str, service: Service) -> Start:
    """Start a container, wait until it has settled, and look at it."""
    run = ["run", "--detach", *_LIMITS, *service.options, tag, *service.command]
    done = engine.tried(*run)
    if done.status:
        return Start(done.status, {}, None, done.output, frozenset())

    container = Container(engine, done.output.strip().splitlines()[-1])
    try:
        code = _settled(container)
        is_running = code is None
        answers = _answers(container) if is_running else {}
        health = _health(container) if is_running else None
        return Start(code, answers, health, container.logs(), _written(container))
    finally:
        engine.tried("rm", "--force", "--volumes", container.name)


def _settled(container: Container) -> int | None:
    """Its exit code; None where it still runs after it has been quiet for a while.

    Where the image exposes a port it is waited for.
    """
    awaits_port = _inspected(container, "{{json .Config.ExposedPorts}}") != "null"
    began = changed = time.monotonic()
    last = ("", "")
    while time.monotonic() - began < MOST_SECONDS:
        is_running, code, process = _inspected(container, _STATE).split()
        if is_running == "false":
            return int(code)

        now = time.monotonic()
        activity = (container.logs(), _processor_use(container))
        if activity != last or "R" in activity[1]:
            last, changed = activity, now
        has_settled = now - changed > QUIET_SECONDS and now - began > LEAST_SECONDS
        if has_settled and (not awaits_port or _listening(int(process))):
            break
        time.sleep(0.5)
    return None


def _processor_use(container: Container) -> str:
    """The state of each of its processes and the seconds that it has used: R is one that runs now."""
    return container.engine.tried("top", container.name, "-o", "pid,s,cputimes").output


def _inspected(container: Container, form: str) -> str:
    return container.engine.docker("inspect", "--format", form, container.name)


def _answers(container: Container) -> dict[int, str]:
    """What it answers to GET / at each port that something listens on."""
    process = int(_inspected(container, "{{.State.Pid}}"))
    answers = {}
    for port in sorted(_listening(process)):
        with suppress(AssertionError, subprocess.CalledProcessError):
            answer = container.asked({"port": port, "path": "/"})
            answers[port] = (
                f"{answer['status']} {answer['type']}" if answer else "no HTTP"
            )
    return answers


def _listening(process: int) -> set[int]:
    """The ports that something in a process's network listens on."""
    ports = set()
    for name in ("tcp", "tcp6"):
        with suppress(OSError):
            lines = (
                Path(f"/proc/{process}/net/{name}")
                .read_text(encoding="utf-8")
                .splitlines()
            )
            rows = [line.split() for line in lines[1:]]
            listening = [row[1] for row in rows if row[3] == "0A"]
            ports |= {int(place.rpartition(":")[2], 16) for place in listening}
    return ports


def _health(container: Container) -> int | None:
    """The exit code of the image's own health check; None where it has none."""
    check = json.loads(_inspected(container, "{{json .Config.Healthcheck}}")) or {}
    kind, *command = check.get("Test") or ["NONE"]
    if kind == "NONE":
        return None
    shell = ["sh", "-c"] if kind == "CMD-SHELL" else []
    return container.told(*shell, *command).status


def _written(container: Container) -> frozenset[str]:
    """The files that it wrote outside its volumes."""
    lines = container.engine.docker("diff", container.name).splitlines()
    paths = {line[2:] for line in lines if line[:1] in {"A", "C"}}
    # The folders above what was written are listed as well
    folders = {path.rpartition("/")[0] for path in paths}
    return frozenset(path for path in paths - folders if not _PASSING.search(path))


def in_words(start: Start) -> str:
    """A container in a few words."""
    if start.code is not None:
        lines = [line.strip() for line in start.log.splitlines() if line.strip()]
        last = lines[-1].replace("\t", " ")[:160] if lines else ""
        return f"exit {start.code}: {last}"
    ports = ", ".join(f"{port}: {answer}" for port, answer in start.answers.items())
    health = "" if start.health is None else f"; health {start.health}"
    return f"runs; {ports or 'no port'}{health}"


def verdict(before: Start, after: Start) -> str:
    """Whether the second does what the first did."""
    if _has_lost(before, after):
        return "broken"
    if after.works and not before.works:
        return "better"

    paths = [
        [_HOME.sub("~", path) for path in each.written] for each in (before, after)
    ]
    unwritten = _kind(paths[0]) - _kind(paths[1])
    if _trouble(after) - _trouble(before) or unwritten:
        return "cannot tell"
    if before.works:
        return "same: starts"
    logs = [_kind(start.log.splitlines()) for start in (before, after)]
    is_alike = before.code == after.code and logs[0] == logs[1]
    return "same: fails alike" if is_alike else "cannot tell"


def _has_lost(before: Start, after: Start) -> bool:
    """Whether something worked before, and does not work after."""
    has_ended = before.code is None and after.code is not None
    has_failed = before.works and not after.works
    is_silent = not set(before.answers.items()) <= set(after.answers.items())
    is_ill = before.health == 0 and after.health != 0
    return has_ended or has_failed or is_silent or is_ill


def _trouble(start: Start) -> set[str]:
    return {word.lower() for word in _TROUBLE.findall(start.log)}


def _kind(lines: Sequence[str]) -> frozenset[str]:
    """The lines without numbers, times and addresses."""
    return frozenset(_VARYING.sub("#", line.strip()) for line in lines)


def details(engine: Engine, tags: Sequence[str], starts: Sequence[Start]) -> str:
    """What an eye needs: both logs, what each wrote, and the files of one image alone."""
    parts = []
    for name, start in zip(("before", "after"), starts, strict=True):
        parts += [f"== {name}: {in_words(start)}", start.log[-6000:], "-- wrote"]
        parts += sorted(start.written)

    before, after = (_files(engine, tag) for tag in tags)
    gone, new = sorted(before - after), sorted(after - before)
    parts += [f"== {len(gone)} files are gone", *gone[:400]]
    parts += [f"== {len(new)} files are new", *new[:200]]
    return "\n".join(parts) + "\n"


def _files(engine: Engine, tag: str) -> frozenset[str]:
    """The paths of an image's files, without caches and documentation."""
    with _exported(engine, tag) as export:
        listed = subprocess.run(
            ["/usr/bin/tar", "--list"],
            stdin=export.stdout,
            capture_output=True,
            check=False,
        )
    names = listed.stdout.decode(errors="replace").splitlines()
    paths = [f"/{name}" for name in names]
    return frozenset(path for path in paths if not _PASSING.search(path))


@contextmanager
def _exported(engine: Engine, tag: str) -> Iterator[subprocess.Popen[bytes]]:
    """The files of an image as a tar archive, in a pipe."""
    name = engine.docker("create", "--entrypoint", "none", tag)
    environment = {**os.environ, "DOCKER_HOST": f"unix://{engine.socket}"}
    try:
        with subprocess.Popen(
            [_DOCKER, "export", name], env=environment, stdout=subprocess.PIPE
        ) as export:
            yield export
    finally:
        engine.tried("rm", "--force", name)
