"""Commands in a running container, and its log.

Both are bounded in time and size, whatever the container does.

The SDK's own way to attach takes the bare socket, which loses what came in one piece with the head
of the answer, and has no limit of time. Without an `Upgrade` the engine sends the same frames as
the body of its answer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lightship.errors import EngineError
from lightship.record import record

NOT_FOUND = (
    126,
    127,
)  # exit codes of a command that there is not, or that cannot be started
_HEADER = 8
_STDERR = 2
_PIECE = 1 << 16
_TRIES, _PAUSE = 4, 0.2
_NOT_STARTED = (
    b"OCI runtime exec failed",
    b"connection reset by peer",
)  # of runc, before the command was there


@record
class Said:
    """What a command came to.

    `code` is None where it did not end in time, or could not start as the container ended.

    `out` is the start of what it printed; `late` where its time was up.
    """

    code: int | None
    out: bytes = b""
    late: bool = False


def told(
    client: Any,
    container: str,
    command: Sequence[str],
    patience: float,
    most: int,
    *,
    errors: bool = True,
) -> Said:
    """Run a command in a container as the image's user.

    It may take so many seconds, and so many bytes of what it prints are kept.

    `errors` tells whether what goes to standard error is part of that. What the runtime itself
    fails to start, as one does on a busy machine, is started again.
    """
    for _ in range(_TRIES):
        said = _told(client, container, command, patience, (most, errors))
        if said.code in (None, 0) or not all(mark in said.out for mark in _NOT_STARTED):
            break
        time.sleep(_PAUSE)
    return said


def _told(
    client: Any,
    container: str,
    command: Sequence[str],
    patience: float,
    kept: tuple[int, bool],
) -> Said:
    # Only an engine needs it
    from docker.errors import APIError  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        number = client.exec_create(container, list(command))["Id"]
        asked = {"Detach": False, "Tty": False}
        said = _read(client, "post", f"exec/{number}/start", patience, kept, json=asked)
        return Said(client.exec_inspect(number)["ExitCode"], said.out, said.late)
    except APIError as error:
        has_ended = error.status_code in (404, 409)
        if not has_ended and _runs(client, container):
            raise
        return Said(None)


def _runs(client: Any, container: str) -> bool:
    """Whether it runs: of one that does not, podman says no more than that something is wrong."""
    from docker.errors import NotFound  # noqa: PLC0415 - as above

    try:
        return bool(client.inspect_container(container)["State"]["Running"])
    except NotFound:
        return False


def log_of(
    client: Any, container: str, most: int, *, errors: bool = True, lines: int = 0
) -> Said:
    """The start of what a container has printed, or so many of its last lines."""
    asked = {"stdout": 1, "stderr": int(errors), "tail": lines or "all"}
    return _read(
        client,
        "get",
        f"containers/{container}/logs",
        client.timeout,
        (most, errors),
        params=asked,
    )


def _read(
    client: Any,
    method: str,
    path: str,
    patience: float,
    kept: tuple[int, bool],
    **body: Any,
) -> Said:
    """What is printed until the command ends, or has lasted too long.

    `kept` tells how many bytes are kept, and whether those of standard error count.
    """
    end = time.monotonic() + patience
    url = f"{client.base_url}/v{client.api_version}/{path}"
    out = bytearray()
    with client.request(
        method, url, stream=True, timeout=(client.timeout, patience), **body
    ) as answer:
        client._raise_for_status(answer)  # noqa: SLF001 - what makes an APIError of it
        late = not _fill(out, _pieces(answer.raw), kept, end)
    return Said(None, bytes(out), late)


def _fill(
    out: bytearray, pieces: Iterator[bytes | None], kept: tuple[int, bool], end: float
) -> bool:
    """The content of frames (Docker's API, ContainerAttach: the stream, three zeros, the length).

    False where the time was up before the end.
    """
    most, errors = kept
    held, left, stream = bytearray(), 0, 0
    for piece in pieces:
        if piece is None or time.monotonic() > end:
            return False
        held += piece
        while held if left else len(held) >= _HEADER:
            if not left:
                stream, left = held[0], int.from_bytes(held[4:_HEADER], "big")
                del held[:_HEADER]
                continue
            part = held[:left]
            left -= len(part)
            del held[: len(part)]
            out += part[: most - len(out)] if errors or stream != _STDERR else b""
    return True


def _pieces(raw: Any) -> Iterator[bytes | None]:
    """What comes, as it comes; None where nothing came for too long."""
    # Loaded with docker's SDK
    from urllib3.exceptions import HTTPError, ReadTimeoutError  # noqa: PLC0415

    while True:
        try:
            piece: bytes = raw.read1(_PIECE)
        except (ReadTimeoutError, TimeoutError):
            yield None
            return
        except (HTTPError, OSError) as error:
            raise EngineError(f"the engine went away: {error}") from error
        if not piece:
            return
        yield piece


def find_programs(
    client: Any, container: str, environment: Mapping[str, str], names: Sequence[str]
) -> dict[str, str]:
    """Where programs are in a container that need not run: by name, the first of its PATH."""
    folders = [
        folder
        for folder in environment.get("PATH", "").split(":")
        if folder.startswith("/")
    ]
    folders = list(dict.fromkeys((*folders, "/usr/local/bin", "/usr/bin", "/bin")))[:20]
    programs: dict[str, str] = {}
    for name in names:
        for path in _paths(folders, name):
            if _is_there(client, container, path):
                programs[name] = path
                break
    return programs


def _paths(folders: Sequence[str], name: str) -> Iterator[str]:
    return (f"{folder.rstrip('/')}/{name}" for folder in folders)


def _is_there(client: Any, container: str, path: str) -> bool:
    url = f"{client.base_url}/v{client.api_version}/containers/{container}/archive"
    with client.request(
        "head", url, params={"path": path}, timeout=client.timeout
    ) as answer:
        return bool(answer.status_code == 200)
