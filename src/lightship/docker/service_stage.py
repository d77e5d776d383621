"""The services of one run of an application: all of them are new, and all are gone afterwards.

They and the application have an internal network: nothing leads from it to other networks, nor to
the host, as far as the engine can. Volumes are empty at the start, so that each run finds the same
state.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

from lightship.docker.awaiting import Container
from lightship.docker.leftovers import labels, remove_container
from lightship.docker.service_containers import (
    NotCopiedError,
    Surroundings,
    container_options,
    created,
)
from lightship.docker.service_health import (
    log_text,
    said,
    why_ended,
    why_not_ready,
)
from lightship.proof.measured import Ran
from lightship.proof.services.services_plan import (
    PlannedService,
    ServiceRole,
    ServicesPlan,
)
from lightship.record import record
from lightship.wording.printable import escaped

_LONGEST = 500  # characters of what an engine says
# An internal network of docker still has an address of the host's, and with it all that listens
# there. Sources: docker's page of the bridge driver; moby, libnetwork/drivers/bridge.
_BRIDGE = "com.docker.network.bridge"
_NO_ADDRESS = {f"{_BRIDGE}.inhibit_ipv4": "true"}
_ISOLATED = {f"{_BRIDGE}.gateway_mode_ipv{version}": "isolated" for version in (4, 6)}
_WITHOUT_HOST = ({**_NO_ADDRESS, **_ISOLATED}, _NO_ADDRESS)
_PATIENCE = 180.0  # seconds for a service to be ready, or a job to end


@record
class OwnImage:
    """The image that is proven, variables of the user's for it, and whether the engine is here."""

    image: str
    environment: Mapping[str, str]
    is_here: bool


@record(eq=False)
class StartedServices:
    """What surrounds an application; or `failed`, what a run comes to that cannot begin."""

    app: PlannedService
    around: Surroundings
    failed: Ran | None = None

    def options(self, client: Any) -> dict[str, Any]:
        """What the application's container is told."""
        return container_options(client, self.app, self.around)


@contextmanager
def started_services(
    client: Any, plan: ServicesPlan, own: OwnImage, run_id: str
) -> Iterator[StartedServices]:
    """Start all that an application needs, and wait until it is ready.

    An APIError of docker's where the engine refuses.
    """
    around = _surroundings(client, plan, run_id)
    stage = _Stage(client, around, own)
    try:
        failed = stage.start(plan.services)
        yield StartedServices(plan.app, around, failed)
    finally:
        stage.end()


def _surroundings(client: Any, plan: ServicesPlan, run_id: str) -> Surroundings:
    """A network and the volumes, with labels by which a later run finds them."""
    name = f"{run_id}-{uuid4().hex[:8]}"
    volumes = {
        volume: f"{name}-{number}" for number, volume in enumerate(_volumes(plan))
    }
    for volume in volumes.values():
        client.create_volume(volume, labels=labels(run_id))
    _create_network(client, name, run_id)
    return Surroundings(run_id, name, volumes)


def _create_network(client: Any, name: str, run_id: str) -> None:
    """An internal network in which the host has no address, where the engine can make one.

    An engine refuses a value that it does not know, podman any such option, and docker before 26.1
    passes over it: there the host can be reached.
    """
    # Only an engine needs it
    from docker.errors import APIError  # type: ignore[import-untyped]  # noqa: PLC0415

    for options in _WITHOUT_HOST:
        with suppress(APIError):
            _internal_network(client, name, run_id, options)
            return
    _internal_network(client, name, run_id, {})


def _internal_network(
    client: Any, name: str, run_id: str, options: Mapping[str, str]
) -> None:
    client.create_network(
        name, "bridge", dict(options), internal=True, labels=labels(run_id)
    )


def _volumes(plan: ServicesPlan) -> list[str]:
    """The names of all volumes, each once."""
    names: dict[str, None] = {}
    for service in (plan.app, *plan.services):
        names.update(dict.fromkeys(filter(None, service.volumes.values())))
    return list(names)


class _Stage:
    """Starts services and remembers them, so that all are removed."""

    def __init__(self, client: Any, around: Surroundings, own: OwnImage) -> None:
        self._client = client
        self._around = around
        self._own = own
        self._containers: dict[str, Container] = {}
        self._services: dict[str, PlannedService] = {}
        self._ready: set[str] = set()

    def start(self, services: Sequence[PlannedService]) -> Ran | None:
        """Start them in their order; why that fails."""
        for service in services:
            failed = self._await(service.waits_for) or self._start(service)
            if failed is not None:
                return failed
        return self._await([service.name for service in services])

    def _start(self, service: PlannedService) -> Ran | None:
        from docker.errors import APIError  # noqa: PLC0415 - as above

        image = service.image or self._own.image
        self._services[service.name] = service
        if service.is_own:
            environment = {**service.environment, **self._own.environment}
            service = replace(service, environment=environment)
        try:
            container = created(self._client, image, service, self._around, _PATIENCE)
            container.is_here = self._own.is_here
            self._containers[service.name] = container
            self._client.start(container.id)
        except NotCopiedError as error:
            return not_copied(service.name, error)
        except APIError as error:
            text = str(error.explanation or error)
            return _failure(service, f"it cannot be started: {text[:_LONGEST]}", "")
        container.began = time.monotonic()
        return None

    def _await(self, names: Sequence[str]) -> Ran | None:
        """Wait until some are ready, or have ended well."""
        for name in names:
            if name in self._ready or name not in self._containers:
                continue
            self._ready.add(name)
            service = self._services[name]
            container = self._containers[name]
            if service.role is ServiceRole.JOB:
                why = self._why_not_ended(container)
            else:
                why = why_not_ready(container, service)
            if why:
                return _failure(service, why, log_text(container))
        return None

    def _why_not_ended(self, container: Container) -> str:
        from requests.exceptions import RequestException  # noqa: PLC0415 - only an engine needs it

        try:
            self._client.wait(container.id, timeout=_PATIENCE)
        except RequestException:
            if container.is_running():
                return f"it did not end within {_PATIENCE:.0f} s{said(container)}"
        return why_ended(container)

    def end(self) -> None:
        """Remove all of it; where the engine is gone, a later run removes what is left."""
        from docker.errors import DockerException  # noqa: PLC0415 - as above
        from requests.exceptions import RequestException  # noqa: PLC0415 - as above

        for container in reversed(self._containers.values()):
            with suppress(DockerException, RequestException):
                remove_container(self._client, container.id)
        with suppress(DockerException, RequestException):
            self._client.remove_network(self._around.network)
        for volume in self._around.volumes.values():
            with suppress(DockerException, RequestException):
                self._client.remove_volume(volume)


def not_copied(name: str, error: NotCopiedError) -> Ran:
    """A run that tells nothing of the image: what compose mounts cannot be put there."""
    said = escaped(str(error)[:_LONGEST])
    return Ran(
        None, unknown=f"files cannot be put into the container of {name}: {said}"
    )


def _failure(service: PlannedService, why: str, log: str) -> Ran:
    """A run that cannot begin: what is of the image that is proven is the image's own fault."""
    if service.is_own:
        noun = "job" if service.role is ServiceRole.JOB else "service"
        return Ran(None, error=f"the {noun} {service.name} fails: {why}", log=log)
    return Ran(
        None,
        unknown=f"the service {service.name} ({service.image}) fails: {why}",
        log=log,
    )
