"""How a service of compose runs: the data that its files say, and which keys say it.

Source: compose-spec, 05-services.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from lightship.builds.interpolation import Lookup
from lightship.record import record

# A text and its variables -> what it says; None where that cannot be known
Fill = Callable[[str, Lookup], str | None]
STARTED, HEALTHY = "service_started", "service_healthy"
ENDED = "service_completed_successfully"
BIND, VOLUME, TMPFS = "bind", "volume", "tmpfs"
# What a file replaces of those before it where it says so: its key, and what is read of that
FIELDS_OF_KEYS: Mapping[str, tuple[str, ...]] = {
    "image": ("image", "image_problem"),
    "environment": ("environment",),
    "env_file": ("env_files",),
    "command": ("command",),
    "entrypoint": ("entrypoint",),
    "user": ("user",),
    "working_dir": ("folder",),
    "healthcheck": ("health",),
    "ports": ("ports",),
    "depends_on": ("depends",),
    "links": ("links",),
    "volumes": ("mounts",),
    "secrets": ("secrets",),
    "configs": ("configs",),
    "networks": ("networks",),
    "network_mode": ("network_mode",),
    "init": ("has_init",),
}


@record
class EnvFile:
    """A file of variables: a path from the workspace, None for one outside, and what is written."""

    path: str | None
    text: str
    is_required: bool = True


@record
class ServiceNeed:
    """What a service waits for, and until when: a condition of compose."""

    name: str
    condition: str = STARTED
    is_required: bool = True


@record
class HealthTest:
    """`test:` of a healthcheck as docker keeps it: CMD or CMD-SHELL, and the words; or NONE."""

    words: tuple[str, ...]


@record
class RunMount:
    """What is mounted at `target`.

    `source` is the name of a volume, empty for one without; of a bind a path from the workspace,
    None for one outside of it. `text` is what is written.
    """

    kind: str
    source: str | None
    target: str
    text: str = ""
    is_read_only: bool = False


@record
class RunSettings:
    """How a service runs, merged from all files; None and empty where nothing is written.

    `secrets` and `configs` are the names at the top of the file, by where they are in the
    container. `links` are names of services by the names under which this one knows them.
    `refused` are keys that are never taken over. `has_init` is whether an init is process 1.
    `replaced` are keys that take nothing over from the files before.
    """

    image: str | None = None
    image_problem: str = ""
    environment: Mapping[str, str | None] = field(default_factory=dict)
    env_files: tuple[EnvFile, ...] = ()
    command: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    user: str = ""
    folder: str = ""
    health: HealthTest | None = None
    ports: tuple[int, ...] = ()
    depends: Mapping[str, ServiceNeed] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    mounts: tuple[RunMount, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    configs: Mapping[str, str] = field(default_factory=dict)
    networks: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    network_mode: str = ""
    refused: tuple[str, ...] = ()
    has_init: bool = False
    replaced: frozenset[str] = frozenset()
