"""What a proof leaves in an engine, taken away again: its own, and what runs left that were killed.

Names: images are `lightship-proof/RUN:…`, containers have the label `lightship.proof=RUN`, cache
mounts have ids below `RUN-…/`, and a volume RUN, which nothing uses, is the record of the run: its
labels say which process it is, and which images without a name there were before it. Nothing else
is ever touched.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from lightship.docker.connection import address, connected
from lightship.errors import EngineError
from lightship.regex import regex

LABEL = "lightship.proof"
_PID, _HOST, _SPACE, _NAMELESS = (
    "lightship.pid",
    "lightship.host",
    "lightship.space",
    "lightship.nameless",
)
_RUN = regex(r"lightship-[0-9a-f]{12}")
_RECORD = regex(r"^ID:[ \t]*(.*)$", 8)  # re.MULTILINE; of `docker buildx du --verbose`
_ID = regex(r"[0-9a-z]{25}")
_MOUNT_TYPE = "exec.cachemount"
_SHORT = 16  # digits of an image's id
_MOST = 4000  # images without a name
_TRIES, _PAUSE = 5, 0.4  # a mount is in use for a moment after its build was ended
_PATIENCE = 120.0  # seconds for buildx


def labels(run_id: str) -> dict[str, str]:
    """Of all that a run makes: which run, and which process on which machine it is."""
    return {
        LABEL: run_id,
        _PID: str(os.getpid()),
        _HOST: socket.gethostname(),
        _SPACE: _space(),
    }


def _space() -> str:
    """The namespace that the number of our process is of; empty where the system has none."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def begin(client: Any, run_id: str) -> None:
    """See that the run has its record."""
    from docker.errors import NotFound  # type: ignore[import-untyped]  # noqa: PLC0415 - only an engine needs it

    try:
        client.inspect_volume(run_id)
    except NotFound:
        nameless = client.images(quiet=True, filters={"dangling": True})[:_MOST]
        short = ",".join(each.removeprefix("sha256:")[:_SHORT] for each in nameless)
        client.create_volume(run_id, labels={**labels(run_id), _NAMELESS: short})


def sweep() -> tuple[str, ...]:
    """Remove what runs of this machine left whose process is gone; the ids of these runs.

    An EngineError without an engine.
    """
    with connected(address()) as client:
        volumes = client.volumes(filters={"label": LABEL}).get("Volumes") or ()
        dead = [
            each["Name"]
            for each in volumes
            if _is_dead(each.get("Labels") or {}, each["Name"])
        ]
        for container in client.containers(all=True, filters={"label": LABEL}):
            said = container.get("Labels") or {}
            dead += [said[LABEL]] if _is_dead(said, said.get(LABEL, "")) else []
    found = tuple(dict.fromkeys(dead))
    for run_id in found:
        clean(run_id)
    return found


def _is_dead(said: Mapping[str, str], run_id: str) -> bool:
    """Whether these are labels of a run, of this machine, whose process is gone."""
    own = (said.get(_HOST), said.get(_SPACE)) == (socket.gethostname(), _space())
    pid = said.get(_PID, "")
    if (
        not own
        or said.get(LABEL) != run_id
        or _RUN.fullmatch(run_id) is None
        or not pid.isdecimal()
    ):
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def clean(run_id: str, builder: str = "") -> None:
    """Remove all that a run made.

    An EngineError where the engine is gone, or does not remove something.

    `builder` is the one that had the cache mounts, where it is not the engine's own.
    """
    if _RUN.fullmatch(run_id) is None:
        return
    with connected(address()) as client:
        for container in client.containers(
            all=True, filters={"label": f"{LABEL}={run_id}"}
        ):
            remove_container(client, container["Id"])
        kept = _nameless(client, run_id)
        for tag in _tags(client, run_id):
            _untag(client, tag, kept)
        with suppress(
            EngineError
        ):  # of the builder: what is in the engine goes all the same
            forget_mounts(f"{run_id}-", builder)
        _gone(lambda: client.remove_volume(run_id))


def remove_container(client: Any, container: str) -> None:
    """With the nameless volumes that were made for it."""
    _gone(lambda: client.remove_container(container, force=True, v=True))


def _gone(remove: Any) -> None:
    """Where it is gone already, or somebody else uses it by now, it is no more ours to remove."""
    from docker.errors import APIError  # noqa: PLC0415 - as above

    try:
        remove()
    except APIError as error:
        if error.status_code not in (404, 409):
            raise


def _nameless(client: Any, run_id: str) -> frozenset[str]:
    """The images that had no name before the run."""
    from docker.errors import NotFound  # noqa: PLC0415 - as above

    try:
        said = client.inspect_volume(run_id).get("Labels") or {}
    except NotFound:
        return frozenset()
    return frozenset(filter(None, said.get(_NAMELESS, "").split(",")))


def _tags(client: Any, run_id: str) -> list[str]:
    name = f"lightship-proof/{run_id}"
    found = [
        tag for image in client.images(name) for tag in image.get("RepoTags") or ()
    ]
    return [
        tag for tag in found if tag.removeprefix("localhost/").startswith(f"{name}:")
    ]


def _untag(client: Any, tag: str, kept: frozenset[str]) -> None:
    """Take a name away, and the image with its last one, but where the user had it without any.

    No call of the engine takes the last name away and leaves the image. So an empty one takes the
    name over, and goes.
    """
    from docker.errors import ImageNotFound  # noqa: PLC0415 - as above

    try:
        image = client.inspect_image(tag)["Id"].removeprefix("sha256:")
    except ImageNotFound:
        return
    if image[:_SHORT] in kept:
        repository, _, name = tag.rpartition(":")
        client.import_image_from_data(_empty(), repository=repository, tag=name)
    _gone(lambda: client.remove_image(tag, noprune=True))


def _empty() -> bytes:
    with io.BytesIO() as data:
        tarfile.open(fileobj=data, mode="w").close()
        return data.getvalue()


def forget_mounts(namespace: str, builder: str = "") -> None:
    """Remove the cache mounts whose ids start with a namespace.

    An EngineError where buildx does not answer.
    """
    for _ in range(_TRIES):
        found = tuple(mounts(_buildx("du", builder, "--verbose"), namespace))
        if not found:
            return
        _buildx(
            "prune", builder, "--force", "--filter", f'id="{"|".join(found)}"'
        )  # a regular expression
        time.sleep(_PAUSE if _ else 0)


def mounts(text: str, namespace: str) -> Iterator[str]:
    """The records of cache mounts with ids below a namespace.

    They are read from what `docker buildx du --verbose` prints.

    solver/llbsolver/mounts/mount.go writes the id of a mount at the end of its description. A
    description may have many lines, and anybody's words before; so what counts as a record must
    look like one, and no id can be guessed.
    """
    starts = [*_RECORD.finditer(text)]
    ends = [*(each.start() for each in starts[1:]), len(text)]
    for start, end in zip(starts, ends, strict=False):
        head, _, rest = text[start.end() : end].partition(f' with id "{namespace}')
        if (
            _ID.fullmatch(start[1])
            and "\nDescription:" in head
            and f"\nType:\t\t{_MOUNT_TYPE}" in rest
        ):
            yield start[1]


def _buildx(command: str, builder: str, *arguments: str) -> str:
    chosen: Sequence[str] = ("--builder", builder) if builder else ()
    words = ("docker", "buildx", command, *chosen, *arguments)
    try:
        done = subprocess.run(  # noqa: S603 - words of our own, and the builder that the user named
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"docker buildx {command} cannot be run: {error}") from error
    if done.returncode:
        said = done.stderr[-2000:].decode("utf-8", "replace").strip()
        raise EngineError(f"docker buildx {command} failed: {said}")
    return done.stdout.decode("utf-8", "replace")
