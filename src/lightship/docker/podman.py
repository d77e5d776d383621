"""Images of podman: through its API socket where one answers, else by its command."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from lightship.docker.connection import Address
from lightship.docker.engine_images import not_there, saved
from lightship.errors import EngineError, ImageNotFoundError
from lightship.image.blob import Stream
from lightship.record import record

# Bytes that a pipe holds where it may: each of the usual 64 kB costs a switch of processes.
_PIPE = 1 << 20
_SHOWN = 2000  # bytes of what podman said


@contextmanager
def podman_stream(name: str) -> Iterator[Stream]:
    """The bytes of `podman image save NAME`, a docker archive. Nothing is ever pulled.

    An ImageNotFoundError where podman has no such image, an EngineError where there is none or it
    refuses.
    """
    socket = _socket()
    with saved(socket, name) if socket else _by_command(name) as stream:
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
def _by_command(name: str) -> Iterator[Stream]:
    _find(name)
    command = ("podman", "image", "save", "--format", "docker-archive", "--", name)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - no shell, and the name stands behind `--`
            command, stdout=subprocess.PIPE, stderr=said, stdin=subprocess.DEVNULL
        )
        assert process.stdout is not None
        try:
            _widen(process.stdout)
            yield _Output(process.stdout, process, said)
        finally:
            process.stdout.close()  # where nobody read to the end, podman ends by a broken pipe
            process.wait()


@record(eq=False)
class _Output:
    """What podman prints; at its end the exit code is looked at."""

    pipe: IO[bytes]
    process: subprocess.Popen[bytes]
    said: IO[bytes]

    def read(self, size: int, /) -> bytes:
        data = self.pipe.read(size)
        if not data and self.process.wait():
            self.said.seek(0)
            raise EngineError(
                f"podman cannot save the image: {_text(self.said.read(_SHOWN))}"
            )
        return data


def _find(name: str) -> None:
    """See that podman has the image: a save that fails in the middle says less."""
    status, _, said = _asked("image", "exists", "--", name)
    if status == 1:
        names = _asked("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")[1].split()
        raise ImageNotFoundError(not_there(name, sorted(set(names)), "podman"))
    if status:
        raise EngineError(f"podman cannot be asked: {said}")


def _asked(*arguments: str) -> tuple[int, str, str]:
    """The exit code, the output and the errors of `podman ARGUMENTS`."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            ("podman", *arguments),  # noqa: S607 - found on PATH, as a user starts it
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
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
