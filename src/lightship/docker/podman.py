"""Images of podman: through its API socket where one answers, else by its command."""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from lightship.docker.connection import LONGER, Address
from lightship.docker.engine_images import (
    PATIENCE,
    not_there,
    saved,
    time_to_gather,
)
from lightship.errors import EngineError, ImageNotFoundError
from lightship.image.blob import Stream
from lightship.record import record

# Bytes that a pipe holds where it may: each of the usual 64 kB costs a switch of processes.
_PIPE = 1 << 20
_SHOWN = 2000  # bytes of what podman said
_ENDING = 2.0  # seconds for podman to end by itself
_LONGEST = 19  # digits of a size


@contextmanager
def podman_stream(name: str, patience: float = PATIENCE) -> Iterator[Stream]:
    """The bytes of `podman image save NAME`, a docker archive. Nothing is ever pulled.

    `patience` is as in `engine_stream`. An ImageNotFoundError where podman has no such image, an
    EngineError where there is none, or it refuses or is silent.
    """
    socket = _socket()
    if socket:
        with saved(socket, name, patience=patience) as stream:
            yield stream
    else:
        with _by_command(name, patience) as stream:
            yield stream


def _socket() -> Address | None:
    """CONTAINER_HOST, else the socket of the user, else that of the system."""
    if given := os.environ.get("CONTAINER_HOST"):
        return Address(given, "CONTAINER_HOST", engine="podman")
    folders = (os.environ.get("XDG_RUNTIME_DIR", ""), "/run")
    for folder in filter(None, folders):
        path = os.path.join(folder, "podman/podman.sock")
        if os.access(path, os.R_OK | os.W_OK):
            return Address(f"unix://{path}", engine="podman")
    return None


@contextmanager
def _by_command(name: str, patience: float) -> Iterator[Stream]:
    size = _find(name, patience)
    command = ("podman", "image", "save", "--format", "docker-archive", "--", name)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - no shell, and the name stands behind `--`
            command, stdout=subprocess.PIPE, stderr=said, stdin=subprocess.DEVNULL
        )
        assert process.stdout is not None
        try:
            _widen(process.stdout)
            # podman, too, puts each layer into a file of its own before it sends it
            yield _Output(process, said, time_to_gather(size, patience))
        finally:
            process.stdout.close()  # where nobody read to the end, podman ends by a broken pipe
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for its end; one that is stuck is ended."""
    try:
        process.wait(_ENDING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@record(eq=False)
class _Output:
    """What podman prints; at its end the exit code is looked at."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]
    patience: float

    def read(self, size: int, /) -> bytes:
        pipe = self.process.stdout
        assert pipe is not None
        ready, _, _ = select.select((pipe,), (), (), self.patience)
        if not ready:
            raise EngineError(
                f"podman stopped sending the image: nothing came for {self.patience:.0f} "
                f"seconds{LONGER}"
            )
        data = os.read(pipe.fileno(), size)
        if not data and self.process.wait():
            self.said.seek(0)
            raise EngineError(
                f"podman cannot save the image: {_text(self.said.read(_SHOWN))}"
            )
        return data


def _find(name: str, patience: float) -> int:
    """The bytes of an image of podman's: a save that fails in the middle says less."""
    status, _, said = _asked(patience, "image", "exists", "--", name)
    if status == 1:
        listed = _asked(patience, "image", "ls", "--format", "{{.Repository}}:{{.Tag}}")
        names = sorted(set(listed[1].split()))
        raise ImageNotFoundError(not_there(name, names, "podman"))
    if status:
        raise EngineError(f"podman cannot be asked: {said}")
    size = _asked(patience, "image", "inspect", "--format", "{{.Size}}", "--", name)[1]
    return int(size) if size.isdecimal() and len(size) < _LONGEST else 0


def _asked(patience: float, *arguments: str) -> tuple[int, str, str]:
    """The exit code, the output and the errors of `podman ARGUMENTS`."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            ("podman", *arguments),  # noqa: S607 - found on PATH, as a user starts it
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=patience,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(
            f"podman gives no answer within {patience:g} seconds{LONGER}"
        ) from error
    except OSError as error:
        raise EngineError(
            "podman is not available: no API socket answers, and the command does not start "
            f"({error.strerror})"
        ) from error
    return done.returncode, _text(done.stdout), _text(done.stderr[:_SHOWN])


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").strip()


def _widen(pipe: IO[bytes]) -> None:
    # There is none on Windows, where podman's command is no pipe of ours
    import fcntl  # noqa: PLC0415

    try:
        fcntl.fcntl(pipe.fileno(), getattr(fcntl, "F_SETPIPE_SZ", 1031), _PIPE)
    except OSError:
        return  # a system that has no such pipes
