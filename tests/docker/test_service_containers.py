"""Containers of services on a real engine: what cannot be made leaves nothing behind."""

from __future__ import annotations

import io
import socket
import tarfile
from collections.abc import Iterator
from typing import Any

import docker
import pytest
from engine.engine_process import Engine, engine, engine_folder, why_not

from lightship.docker.service_containers import NotCopiedError, Surroundings, created
from lightship.docker.service_stage import OwnImage, started_services
from lightship.proof.services.services_plan import (
    PlannedFile,
    PlannedService,
    ServicesPlan,
)

pytestmark = pytest.mark.engine
IMAGE = "lightship-small:1"
RUN = "lightship-0123456789ab"
# Below a file there can be none
IN_THE_WAY = PlannedService("db", IMAGE, files=(PlannedFile("/file/below", b"x"),))


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """docker's client of an engine that has one image, with one file."""
    if reason := why_not():
        pytest.skip(reason)
    with engine_folder() as folder, engine(folder) as started:
        with_image(started)
        found = docker.APIClient(f"unix://{started.socket}")
        yield found
        found.close()


def with_image(started: Engine) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("file"))
    client = docker.APIClient(f"unix://{started.socket}")
    client.import_image_from_data(data.getvalue(), *IMAGE.split(":"))
    client.close()


def test_a_container_into_which_files_cannot_be_put_is_removed(client) -> None:
    client.create_network("here")
    command = PlannedService("db", IMAGE, command=("x",), files=IN_THE_WAY.files)
    with pytest.raises(NotCopiedError, match="file"):
        created(client, IMAGE, command, Surroundings(RUN, "here"), 1.0)
    client.remove_network("here")  # its bridge would outlive the engine
    assert client.containers(all=True) == []


@pytest.mark.parametrize("image", [IMAGE, ""])
def test_what_cannot_be_mounted_is_not_the_images_fault(client, image: str) -> None:
    service = PlannedService("db", image, command=("x",), files=IN_THE_WAY.files)
    plan = ServicesPlan(PlannedService("web"), (service,))
    with started_services(client, plan, OwnImage(IMAGE, {}, True), RUN) as started:
        assert started.failed is not None
        assert started.failed.error == ""
        assert started.failed.unknown.startswith(
            "files cannot be put into the container of db: "
        )
    assert client.containers(all=True) == []
    names = [network["Name"] for network in client.networks()]
    assert not any(name.startswith(RUN) for name in names)


def test_the_host_has_no_address_in_the_network_of_a_run(client) -> None:
    """Else whatever listens on all addresses of the host could be reached from a container."""
    plan = ServicesPlan(PlannedService("web"))
    with started_services(client, plan, OwnImage(IMAGE, {}, True), RUN) as started:
        network = client.inspect_network(started.around.network)
        assert network["Internal"]
        [pool] = network["IPAM"]["Config"]
        with socket.socket() as ours, pytest.raises(OSError, match="address"):
            ours.bind((pool["Gateway"], 0))
