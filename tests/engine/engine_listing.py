"""All that an engine has, as its API lists it: five commands of docker would take half a second each time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from docker import APIClient
from engine.engine_process import Engine

CACHE_MOUNT = "exec.cachemount"
PID = "lightship.pid"


@dataclass(frozen=True)
class EngineListing:
    """Containers, images, volumes, networks and cache mounts, each with its id and its names."""

    containers: list[str]
    images: list[str]
    volumes: list[str]
    networks: list[str]
    mounts: list[str]


def listing_of(docker: Engine) -> EngineListing:
    """What the engine has now, but for what it keeps of builds; of that the cache mounts."""
    with _client(docker) as client:
        containers = client.containers(all=True)
        images = client.images(all=True)
        volumes = client.volumes()["Volumes"] or ()
        networks = client.networks()
        records = _records(client)
    return EngineListing(
        sorted(f"{row['Id']} {row['Names']} {row['Image']}" for row in containers),
        sorted(name for row in images for name in _named(row)),
        sorted(row["Name"] for row in volumes),
        sorted(f"{row['Id']} {row['Name']}" for row in networks),
        sorted(row["ID"] for row in records if row["Type"] == CACHE_MOUNT),
    )


class OwnThings(NamedTuple):
    """Ids of containers, and names of volumes and networks."""

    containers: tuple[str, ...]
    volumes: tuple[str, ...]
    networks: tuple[str, ...]


def own_things(docker: Engine, pids: Collection[int]) -> OwnThings:
    """What the engine has of runs of `lightship` with these process numbers."""
    filters = {"label": PID}
    with _client(docker) as client:
        containers = client.containers(all=True, filters=filters)
        volumes = client.volumes(filters=filters)["Volumes"] or ()
        networks = client.networks(filters=filters)
    wanted = set(map(str, pids))
    return OwnThings(
        tuple(row["Id"] for row in containers if row["Labels"][PID] in wanted),
        tuple(row["Name"] for row in volumes if row["Labels"][PID] in wanted),
        tuple(row["Name"] for row in networks if row["Labels"][PID] in wanted),
    )


def cached(docker: Engine) -> set[str]:
    """The ids of all that the engine keeps of builds."""
    with _client(docker) as client:
        return {row["ID"] for row in _records(client)}


def _named(image: dict[str, Any]) -> Iterator[str]:
    """The image once for each of its names."""
    for name in image["RepoTags"] or ("<none>:<none>",):
        yield f"{image['Id']} {name}"


def _records(client: APIClient) -> list[dict[str, Any]]:
    """What the engine keeps of builds."""
    url = client._url("/system/df")
    answer = client._get(url, params={"type": "build-cache"})
    return client._result(answer, json=True)["BuildCache"] or []


@contextmanager
def _client(docker: Engine) -> Iterator[APIClient]:
    client = APIClient(f"unix://{docker.socket}", version="auto")
    try:
        yield client
    finally:
        client.close()
