"""A planned service as what docker's SDK makes a container of.

A container has no port of the host, no restart, none of the user's mounts and no name but in its
own network: what its files are is copied into it.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import field
from typing import Any
from uuid import uuid4

from lightship.docker.awaiting import Container
from lightship.docker.inside import find_programs
from lightship.docker.leftovers import labels, remove_container
from lightship.docker.poller import CLIENTS, PYTHONS, SHELL
from lightship.proof.measure_plan import Running
from lightship.proof.services.services_plan import PlannedFile, PlannedService
from lightship.record import record

_MEMORY = 4 << 30  # bytes of a service
_PROCESSES = 4096
_LOG = {"max-size": "4m", "max-file": "2"}
_GREP = "grep"


@record
class Surroundings:
    """The network of one run, and its volumes by their names in the plan."""

    run_id: str
    network: str
    volumes: Mapping[str, str] = field(default_factory=dict)


def host_options(service: PlannedService, around: Surroundings) -> dict[str, Any]:
    """What the host gives a container: its network, empty volumes, an init."""
    named = {
        around.volumes[name]: {"bind": target, "mode": "rw"}
        for target, name in service.volumes.items()
        if name
    }
    options: dict[str, Any] = {"network_mode": around.network, "binds": named}
    if service.has_init:
        options["init"] = True
    if service.tmpfs:
        options["tmpfs"] = dict.fromkeys(service.tmpfs, "")
    return options


def container_options(
    client: Any, service: PlannedService, around: Surroundings
) -> dict[str, Any]:
    """What a container is told that compose says: all but its command and its variables."""
    names = [service.name, *service.aliases]
    endpoint = client.create_endpoint_config(aliases=list(dict.fromkeys(names)))
    options: dict[str, Any] = {
        "networking_config": client.create_networking_config(
            {around.network: endpoint}
        ),
        "volumes": list(service.volumes),
    }
    if service.entrypoint is not None:
        options["entrypoint"] = list(service.entrypoint)
    if service.user:
        options["user"] = service.user
    if service.folder:
        options["working_dir"] = service.folder
    return options


def with_health(
    config: Mapping[str, Any], service: PlannedService | None
) -> dict[str, Any]:
    """An image's configuration with the health check that compose has in its place."""
    if service is None or not service.health:
        return dict(config)
    own = dict(config.get("Healthcheck") or {})
    own["Test"] = list(service.health)
    return {**config, "Healthcheck": own}


class NotCopiedError(Exception):
    """Files cannot be put into a container; its text is what the engine says."""


@contextmanager
def kept_if_made(client: Any, container: str) -> Iterator[None]:
    """Removes a container that was created where what is done to it before its start fails."""
    # Only an engine needs it
    from docker.errors import DockerException  # type: ignore[import-untyped]  # noqa: PLC0415
    from requests.exceptions import RequestException  # noqa: PLC0415 - as above

    try:
        yield
    except BaseException:
        with suppress(DockerException, RequestException):
            remove_container(client, container)
        raise


def filled(client: Any, container: str, files: Iterable[PlannedFile]) -> None:
    """Put files into a container that has not been started; else a NotCopiedError."""
    from docker.errors import APIError  # noqa: PLC0415 - as above

    data = io.BytesIO()
    number = 0
    with tarfile.open(fileobj=data, mode="w") as archive:
        for file in files:
            number += 1
            entry = tarfile.TarInfo(file.path.lstrip("/"))
            entry.size = len(file.data)
            entry.mode = file.mode
            archive.addfile(entry, io.BytesIO(file.data))
    if not number:
        return
    try:
        client.put_archive(container, "/", data.getvalue())
    except APIError as error:
        raise NotCopiedError(str(error.explanation or error)) from error


def created(
    client: Any,
    image: str,
    service: PlannedService,
    around: Surroundings,
    patience: float,
) -> Container:
    """A container of a service, not yet started.

    An APIError of docker's where the engine refuses, a NotCopiedError where files cannot be put
    into it; nothing is left of it then.
    """
    # Only an engine needs it
    from docker.types import LogConfig  # type: ignore[import-untyped]  # noqa: PLC0415

    host = client.create_host_config(
        mem_limit=_MEMORY,
        pids_limit=_PROCESSES,
        log_config=LogConfig(type=LogConfig.types.JSON, config=_LOG),
        **host_options(service, around),
    )
    command = list(service.command) if service.command is not None else None
    made = client.create_container(
        image,
        command,
        name=f"{around.run_id}-{uuid4().hex[:8]}",
        environment=dict(service.environment),
        labels=labels(around.run_id),
        host_config=host,
        **container_options(client, service, around),
    )
    container_id = made["Id"]
    with kept_if_made(client, container_id):
        filled(client, container_id, service.files)
        config = client.inspect_image(image).get("Config") or {}
        return Container(
            client,
            container_id,
            Running(patience=patience, network=around.network),
            with_health(config, service),
            programs=_programs(client, container_id, config, service),
        )


def _programs(
    client: Any,
    container_id: str,
    config: Mapping[str, Any],
    service: PlannedService,
) -> dict[str, str]:
    """The programs that it has of those that a probe may use."""
    rows = [row.partition("=") for row in config.get("Env") or ()]
    environment = {name: value for name, _, value in rows}
    names = [SHELL, _GREP]
    probe = service.probe
    if probe is not None:
        names += [command[0] for command in probe.commands]
        names += (*PYTHONS, *CLIENTS) if probe.path else ()
    return find_programs(client, container_id, environment, names)
