"""`ServicesPlan`: what is started beside an application that is proven, and what was replaced.

Nothing of a plan is a path of the user's machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from lightship.record import record

STAND_IN = "lightship"  # a password, a user, a database that nobody else has


class ServiceRole(StrEnum):
    """What a service is for the application."""

    DATA = "data"  # it runs beside it: a database, a queue, a cache
    JOB = "job"  # it runs to its end first: a migration
    PART = "part"  # it is of the image that is proven, and runs beside it


@record
class Probe:
    """How a service of a known image says that it is ready: the first way that the image has.

    `commands` are tried by their first word. `port` and `path` are an HTTP request, without a
    path a port that is listened at.
    """

    commands: tuple[tuple[str, ...], ...] = ()
    port: int = 0
    path: str = ""


@record
class PlannedFile:
    """A file that is put into a container: its path there, its bytes, its mode."""

    path: str
    data: bytes
    mode: int = 0o444


@record
class PlannedService:
    """A container: the application itself, or what it needs.

    `image` is empty for the image that is proven. None and empty is what the image itself says.
    `health` is a test as docker keeps it (CMD or CMD-SHELL, and the words). `volumes` are names
    of volumes by where they are mounted, all of them empty at the start; a name without text is
    a volume of this container alone. `waits_for` are services that are ready, or have ended,
    before this one starts. `written` is where it is written; `is_built` is whether
    compose builds its image, `has_init` whether an init is process 1.
    """

    name: str
    image: str = ""
    role: ServiceRole = ServiceRole.DATA
    environment: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    user: str = ""
    folder: str = ""
    health: tuple[str, ...] = ()
    probe: Probe | None = None
    volumes: Mapping[str, str] = field(default_factory=dict)
    tmpfs: tuple[str, ...] = ()
    files: tuple[PlannedFile, ...] = ()
    aliases: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    written: str = ""
    is_built: bool = False
    has_init: bool = False

    @property
    def is_own(self) -> bool:
        """Whether it is of the image that is proven."""
        return not self.image


@record
class ServicesPlan:
    """What an application is started with.

    `services` are in an order in which they can be started. `file` is the compose file, empty
    without one. `replaced` says what stands in for something, `left` what could not be taken and
    what to do. `port` is where the application listens, 0 for nowhere, as with a worker,
    and None where the file does not say. With `is_asked` the user has asked for them, so that none
    may be missing. `secrets` are values that git does not have, and that no report may show.
    """

    app: PlannedService
    services: tuple[PlannedService, ...] = ()
    file: str = ""
    replaced: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    port: int | None = None
    is_asked: bool = False
    secrets: tuple[str, ...] = ()

    @property
    def images(self) -> tuple[str, ...]:
        """The images that must be there, each once."""
        images = [service.image for service in self.services if service.image]
        return tuple(dict.fromkeys(images))
