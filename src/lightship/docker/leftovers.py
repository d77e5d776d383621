"""What a proof leaves in an engine, taken away again: its own, and what runs left that were killed.

Names: images are `lightship-proof/RUN:…`, containers, and the networks and volumes of services,
have the label `lightship.proof=RUN`, cache mounts have ids below `RUN-…/`, and a volume RUN, which
nothing uses, is the record of the run: its labels say which process it is, and which images without
a name there were before it. Nothing else is ever touched.
"""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
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
_MOST_STEPS = 200  # of a Dockerfile, each of which may stand on the one before
_TRIES, _PAUSE = 5, 0.4  # a mount is in use for a moment after its build was ended
_PATIENCE = 120.0  # seconds for buildx
_LONGEST_COMMAND = 1_000_000  # bytes


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
    # Only an engine needs it
    from docker.errors import NotFound  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        client.inspect_volume(run_id)
    except NotFound:
        nameless = client.images(quiet=True, filters={"dangling": True})[:_MOST]
        short = [_short_id(image) for image in nameless]
        about = {**labels(run_id), _NAMELESS: ",".join(short)}
        client.create_volume(run_id, labels=about)


def _short_id(image: str) -> str:
    return image.removeprefix("sha256:")[:_SHORT]


def sweep() -> tuple[str, ...]:
    """Remove what runs of this machine left whose process is gone; the ids of these runs.

    An EngineError without an engine.
    """
    with connected(address()) as client:
        dead = [run_id for run_id, own in _labelled(client) if _is_dead(own, run_id)]
    run_ids = tuple(dict.fromkeys(dead))
    for run_id in run_ids:
        _end_builds(run_id)
        clean(run_id)
    return run_ids


def _labelled(client: Any) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The run that each volume and container of ours is of, and its labels."""
    filters = {"label": LABEL}
    for volume in client.volumes(filters=filters).get("Volumes") or ():
        own = volume.get("Labels") or {}
        yield own.get(LABEL, ""), own
    for container in client.containers(all=True, filters=filters):
        own = container.get("Labels") or {}
        yield own.get(LABEL, ""), own


def _is_dead(own: Mapping[str, str], run_id: str) -> bool:
    """Whether these are labels of a run, of this machine, whose process is gone."""
    if own.get(LABEL) != run_id or _RUN.fullmatch(run_id) is None:
        return False
    if own.get(_HOST) != socket.gethostname() or own.get(_SPACE) != _space():
        return False
    pid = own.get(_PID, "")
    if not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _end_builds(run_id: str) -> None:
    """End what docker still builds for a run whose own process is gone.

    A build that ends after everything was removed would leave its image for good.
    """
    for _ in range(_TRIES):
        builds = tuple(_builds(run_id))
        if not builds:
            return
        for pid in builds:
            with suppress(OSError):
                os.kill(pid, signal.SIGTERM)
        time.sleep(_PAUSE)


def _builds(run_id: str) -> Iterator[int]:
    """The processes that build an image with a name of the run; none where there is no /proc."""
    mark = f"\0--tag=lightship-proof/{run_id}:".encode()  # as `proof_builds` writes it
    with suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdecimal() and mark in _command_line(name):
                yield int(name)


def _command_line(pid: str) -> bytes:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read(_LONGEST_COMMAND)
    except OSError:  # it has ended meanwhile
        return b""


def clean(run_id: str, builder: str = "") -> None:
    """Remove all that a run made.

    An EngineError where the engine is gone, or does not remove something.

    `builder` is the one that had the cache mounts, where it is not the engine's own.
    """
    if _RUN.fullmatch(run_id) is None:
        return
    with connected(address()) as client:
        filters = {"label": f"{LABEL}={run_id}"}
        for container in client.containers(all=True, filters=filters):
            remove_container(client, container["Id"])
        _remove_surroundings(client, run_id)

        kept = _nameless(client, run_id)
        for tag in _tags(client, run_id):
            _untag(client, tag, kept)
        if client.is_podman:
            _remove_steps(client, filters)

        # Where the builder does not answer, what is in the engine is removed all the same.
        with suppress(EngineError):
            forget_mounts(f"{run_id}-", builder)
        _gone(lambda: client.remove_volume(run_id))


def _remove_surroundings(client: Any, run_id: str) -> None:
    """Networks and volumes of services; the volume that is the record stays until the end."""
    filters = {"label": f"{LABEL}={run_id}"}
    for network in client.networks(filters=filters):
        _gone(partial(client.remove_network, network["Id"]))
    for volume in client.volumes(filters=filters).get("Volumes") or ():
        if volume["Name"] != run_id:
            _gone(partial(client.remove_volume, volume["Name"]))


def _remove_steps(client: Any, filters: Mapping[str, str]) -> None:
    """Remove the images of podman's steps, those first that no other is made of."""
    for _ in range(_MOST_STEPS):
        left = client.images(all=True, quiet=True, filters=filters)
        for image in left:
            _gone(lambda image=image: client.remove_image(image, noprune=True))
        if len(client.images(all=True, quiet=True, filters=filters)) == len(left):
            return


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
        about = client.inspect_volume(run_id).get("Labels") or {}
    except NotFound:
        return frozenset()
    images = about.get(_NAMELESS, "").split(",")
    return frozenset(filter(None, images))


def _tags(client: Any, run_id: str) -> list[str]:
    """The names of the run's images; podman writes `localhost/` before them."""
    name = f"lightship-proof/{run_id}"
    tags: list[str] = []
    for image in client.images(name):
        tags += image.get("RepoTags") or ()
    start = f"{name}:"
    return [tag for tag in tags if tag.removeprefix("localhost/").startswith(start)]


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
    for attempt in range(_TRIES):
        usage = buildx("du", builder, "--verbose")
        ids = tuple(mounts(usage, namespace))
        if not ids:
            return
        pattern = "|".join(ids)
        buildx("prune", builder, "--force", "--filter", f'id="{pattern}"')
        if attempt:
            time.sleep(_PAUSE)


def mounts(text: str, namespace: str) -> Iterator[str]:
    """The records of cache mounts with ids below a namespace.

    They are read from what `docker buildx du --verbose` prints.

    solver/llbsolver/mounts/mount.go writes the id of a mount at the end of its description. A
    description may have many lines, and anybody's words before; so what counts as a record must
    look like one, and no id can be guessed.
    """
    records = list(_RECORD.finditer(text))
    ends = [record.start() for record in records[1:]]
    ends.append(len(text))
    for record, end in zip(records, ends, strict=False):
        body = text[record.end() : end]
        head, _, rest = body.partition(f' with id "{namespace}')
        is_mount = "\nDescription:" in head and f"\nType:\t\t{_MOUNT_TYPE}" in rest
        if is_mount and _ID.fullmatch(record[1]):
            yield record[1]


def buildx(
    command: str, builder: str, *arguments: str, patience: float = _PATIENCE
) -> str:
    """What a command of buildx prints; an EngineError where it fails."""
    chosen: Sequence[str] = ("--builder", builder) if builder else ()
    words = ("docker", "buildx", command, *chosen, *arguments)
    try:
        done = subprocess.run(  # noqa: S603 - words of our own, and the builder that the user named
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=patience,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"docker buildx {command} cannot be run: {error}") from error
    if done.returncode:
        reason = done.stderr[-2000:].decode("utf-8", "replace").strip()
        raise EngineError(f"docker buildx {command} failed: {reason}")
    return done.stdout.decode("utf-8", "replace")
