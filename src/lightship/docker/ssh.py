"""An engine over ssh, reached as docker's CLI does.

Each connection is a command: `ssh HOST docker system dial-stdio`.

The SDK's own way needs paramiko even where it calls the ssh client. So each connection to a socket
in a temporary folder, which only its owner can enter, becomes the two ends of such a command.
"""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from lightship.errors import EngineError

_PATIENCE = 30  # seconds until ssh gives up to connect, as docker's CLI has it
# The path of a socket has at most 107 bytes, on macOS 103, of which some are ours
_LONGEST_PLACE = 70
_SHORT_PLACE = "/tmp"  # noqa: S108 - a folder in it that only its owner can enter


@contextmanager
def tunnel(host: str) -> Iterator[str]:
    """`unix://…` of a socket that leads to the engine at `ssh://[USER@]HOST[:PORT][/SOCKET]`."""
    command = ssh_command(host)
    if shutil.which("ssh") is None:
        raise EngineError(
            f"the engine at {host} needs the program ssh, which is not installed"
        )
    with (
        _own_folder(host) as folder,
        socket.socket(socket.AF_UNIX) as listening,
    ):
        path = os.path.join(folder, "docker.sock")
        listening.bind(path)
        listening.listen()
        processes: list[subprocess.Popen[bytes]] = []
        thread = threading.Thread(
            target=_serve, args=(listening, command, processes), daemon=True
        )
        thread.start()
        try:
            yield f"unix://{path}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)  # ends `accept`
            thread.join()
            for process in processes:
                process.terminate()
                process.wait()


def _own_folder(host: str) -> tempfile.TemporaryDirectory[str]:
    """A temporary folder whose path leaves room for the name of a socket."""
    usual = tempfile.gettempdir()
    length = len(os.fsencode(usual))
    place = usual if length <= _LONGEST_PLACE else _SHORT_PLACE
    try:
        return tempfile.TemporaryDirectory(prefix="lightship-", dir=place)
    except OSError as error:
        if place == usual:
            raise
        raise EngineError(
            f"the engine at {host} is reached by a socket, whose path would be too long:"
            f" set TMPDIR to a path of at most {_LONGEST_PLACE} bytes (it has {length}),"
            f" or make {place} writable"
        ) from error


def ssh_command(host: str) -> list[str]:
    """The command that docker's CLI runs for a host (docker/cli, cli/connhelper)."""
    try:
        parts = urlsplit(host)
        name, port = parts.hostname, parts.port
    except ValueError as error:
        raise EngineError(f"{host}: {error}") from error
    if not name or parts.password or parts.query:
        raise EngineError(f"{host}: must be ssh://[USER@]HOST[:PORT][/SOCKET]")
    user = ["-l", unquote(parts.username)] if parts.username else []
    at_port = ["-p", str(port)] if port else []
    at_socket = (
        [f"--host=unix://{shlex.quote(unquote(parts.path))}"]
        if parts.path.strip("/")
        else []
    )
    options = ["-o", f"ConnectTimeout={_PATIENCE}", "-T", *user, *at_port]
    return ["ssh", *options, "--", name, "docker", *at_socket, "system", "dial-stdio"]


def _serve(
    listening: socket.socket,
    command: list[str],
    processes: list[subprocess.Popen[bytes]],
) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return  # it was shut down
        with connection:
            end = connection.fileno()
            processes.append(subprocess.Popen(command, stdin=end, stdout=end))  # noqa: S603
