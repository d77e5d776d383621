"""A Docker engine of the tests' own, and containers that it runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from short import short_folder

TOOLS = ("dockerd", "docker", "mmdebstrap", "nsenter")
LONGEST_START = 300
GRACE = 7  # seconds before the engine kills; its own default is 10
ENOUGH_MEMORY = 6_000_000_000  # bytes, for what an engine of the tests writes
# Where Debian puts it
BUILDX = tuple(
    f"/usr/{name}/docker/cli-plugins/docker-buildx" for name in ("libexec", "lib")
)
ASKING = Path(__file__).with_name("asking.py")


def why_not() -> str:
    """Why no engine can start here; empty where one can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"no {', '.join(missing)} on this machine"
    return "" if os.geteuid() == 0 else "an engine must be started by root"


def surroundings() -> dict[str, str]:
    """The environment as it is now.

    pytest sets a variable of its own for each step of a test. A thread that unpacks `os.environ`
    meanwhile may ask for one that is gone.
    """
    values = ((name, os.environ.get(name)) for name in list(os.environ))
    return {name: value for name, value in values if value is not None}


def _words(command: str, *arguments: str) -> tuple[str, ...]:
    """`docker COMMAND`; docker starts buildx twice, once to ask it who it is."""
    buildx = next(filter(os.path.exists, BUILDX), "")
    if command == "buildx" and buildx:
        return (buildx, *arguments)
    return ("docker", command, *arguments)


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    status: int
    output: str


@dataclass(frozen=True)
class Engine:
    """A running engine, behind its socket."""

    socket: Path

    def tried(
        self, *arguments: str, stdin: Path | None = None, both: bool = False
    ) -> Done:
        """What `docker ARGUMENTS` comes to, with what it prints, on both streams if asked."""
        environment = {
            **surroundings(),
            "DOCKER_HOST": f"unix://{self.socket}",
            "DOCKER_BUILDKIT": "1",
        }
        with open(stdin or os.devnull, "rb") as data:
            done = subprocess.run(
                _words(*arguments),
                stdin=data,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                encoding="utf-8",
            )
        return Done(
            done.returncode,
            done.stdout + done.stderr if both or done.returncode else done.stdout,
        )

    def docker(self, *arguments: str, stdin: Path | None = None) -> str:
        """What `docker ARGUMENTS` prints; a failure is an assertion with all that it said."""
        done = self.tried(*arguments, stdin=stdin)
        assert done.status == 0, f"docker {' '.join(arguments)}\n{done.output}"
        return done.output.strip()

    def build(self, directory: Path, tag: str, *options: str) -> float:
        """Build a directory's Dockerfile as a person would, with the host's network; how many seconds it took."""
        start = time.monotonic()
        self.docker(
            "buildx",
            "build",
            "--network",
            "host",
            "--load",
            "--tag",
            tag,
            *options,
            str(directory),
        )
        return time.monotonic() - start

    def config(self, tag: str) -> dict[str, Any]:
        """The image's own configuration: user, command, environment ..."""
        (image,) = json.loads(self.docker("image", "inspect", tag))
        return image["Config"]

    def size(self, tag: str) -> int:
        """Bytes of the image."""
        return int(self.docker("image", "inspect", "--format", "{{.Size}}", tag))

    def called(self, tag: str, *arguments: str, entrypoint: str = "") -> Done:
        """A container of the image that runs to its end, without a network; with another entrypoint also as root."""
        options = ("--user", "0", "--entrypoint", entrypoint) if entrypoint else ()
        return self.tried("run", "--rm", "--network", "none", *options, tag, *arguments)

    @contextmanager
    def started(self, tag: str) -> Iterator[Container]:
        """A container of the image, with a network of its own: no other program's port is in its way."""
        container = Container(
            self, self.docker("run", "--detach", "--network", "none", tag)
        )
        try:
            yield container
        finally:
            self.docker("rm", "--force", container.name)


@dataclass(frozen=True)
class Container:
    """A container that was started."""

    engine: Engine
    name: str

    def asked(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """The answer to an HTTP request from inside the container's network; None where nobody listens."""
        process = self.engine.docker("inspect", "--format", "{{.State.Pid}}", self.name)
        assert process != "0", f"the container ended:\n{self.logs()}"
        inside = ("nsenter", "--target", process, "--net", sys.executable, str(ASKING))
        done = subprocess.run(
            inside,
            input=json.dumps(request),
            capture_output=True,
            text=True,
            check=True,
            encoding="utf-8",
        )
        return json.loads(done.stdout)

    def told(self, *command: str) -> Done:
        """A command in the container, as the user that it runs as."""
        return self.engine.tried("exec", self.name, *command)

    def logs(self) -> str:
        """All that it has printed."""
        return self.engine.tried("logs", self.name, both=True).output

    def await_answer(self, port: int, path: str) -> float:
        """How many seconds it takes to the first good answer at `path`."""
        return self._await(
            lambda: (
                (self.asked({"port": port, "path": path}) or {"status": 500})["status"]
                < 400
            )
        )

    def await_log(self, pattern: str) -> float:
        """How many seconds it takes until it has printed that."""
        return self._await(lambda: re.search(pattern, self.logs()) is not None)

    def _await(self, ready: Any) -> float:
        start = time.monotonic()
        while not ready():
            assert time.monotonic() < start + LONGEST_START, (
                f"never ready:\n{self.logs()}"
            )
            time.sleep(0.1)
        return time.monotonic() - start

    def stopped(self) -> tuple[float, int]:
        """Stop it as `docker stop` does: after how many seconds it was gone, and with which exit code."""
        start = time.monotonic()
        self.engine.docker("stop", "--time", str(GRACE), self.name)
        seconds = time.monotonic() - start
        return seconds, int(
            self.engine.docker("inspect", "--format", "{{.State.ExitCode}}", self.name)
        )


@contextmanager
def engine_folder(*, large: bool = False) -> Iterator[Path]:
    """A folder for an engine, outside pytest's: an engine leaves mounts behind, which pytest cannot clear away."""
    folder = new_engine_folder(large=large)
    try:
        yield folder
    finally:
        remove_engine_folder(folder)


def new_engine_folder(*, large: bool = False) -> Path:
    """In memory where there is enough: on some disks it takes half a minute to remove an engine's files.

    What is `large` stays on the disk.
    """
    folder = short_folder("lightship-engine-")
    if not large and _available_memory() >= ENOUGH_MEMORY:
        mount = ("mount", "-t", "tmpfs", "-o", f"size={ENOUGH_MEMORY}", "tmpfs")
        subprocess.run((*mount, folder), check=False)
    return folder


def _available_memory() -> int:
    """In bytes; 0 where the kernel does not say."""
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 0


def remove_engine_folder(folder: Path) -> None:
    """With all that is mounted in it, and on it."""
    lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    mounts = [line.split()[4] for line in lines]
    for mount in reversed(mounts):
        if mount == str(folder) or mount.startswith(f"{folder}/"):
            subprocess.run(("umount", "--lazy", mount), check=False)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def engine(folder: Path, *options: str) -> Iterator[Engine]:
    """An engine with all that it writes in `folder`; it is stopped by its own process. `options` are dockerd's."""
    with open(_log(folder), "w", encoding="utf-8") as log:
        daemon = subprocess.Popen(_command(folder, *options), stdout=log, stderr=log)
    try:
        started = engine_in(folder)
        _until_it_answers(started, _log(folder), lambda: daemon.poll() is None)
        yield started
    finally:
        daemon.terminate()
        daemon.wait(LONGEST_START)


def engine_in(folder: Path) -> Engine:
    """The engine that runs with all that it writes in `folder`."""
    return Engine(folder / "docker.sock")


def start_detached(folder: Path) -> Engine:
    """An engine that goes on after this process, until `stop_detached`."""
    with open(_log(folder), "w", encoding="utf-8") as log:
        command = ("setsid", "--fork", *_command(folder))
        subprocess.run(command, stdout=log, stderr=log, check=True)
    started = engine_in(folder)
    _until_it_answers(started, _log(folder), lambda: True)
    return started


def stop_detached(folder: Path) -> None:
    """Stop the engine of `folder`, and wait until it is gone."""
    process = int((folder / "pid").read_text(encoding="utf-8"))
    os.kill(process, signal.SIGTERM)
    for _ in range(5 * LONGEST_START):
        if not _runs(process):
            return
        time.sleep(0.2)
    raise AssertionError(_log(folder).read_text(encoding="utf-8"))


def _runs(process: int) -> bool:
    """Whether it is there and has not ended: nobody may have asked yet how it ended."""
    with suppress(OSError):
        state = (
            Path(f"/proc/{process}/stat")
            .read_text(encoding="utf-8")
            .rpartition(")")[2]
            .split()[0]
        )
        return state != "Z"
    return False


def _log(folder: Path) -> Path:
    return folder / "dockerd.log"


def _command(folder: Path, *options: str) -> tuple[str | Path, ...]:
    places = (
        "--data-root",
        folder / "data",
        "--exec-root",
        folder / "exec",
        "--pidfile",
        folder / "pid",
    )
    network = ("--iptables=false", "--ip6tables=false", "--bridge=none")
    listening = ("-H", f"unix://{folder / 'docker.sock'}")
    return ("dockerd", *places, *listening, *network, *options)


def _until_it_answers(started: Engine, log: Path, is_alive: Callable[[], bool]) -> None:
    for _ in range(5 * LONGEST_START):
        assert is_alive(), log.read_text(encoding="utf-8")
        if started.tried("version").status == 0:
            return
        time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8"))
