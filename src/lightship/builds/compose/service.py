"""What one compose file says of a service.

Source: compose-go, loader/normalize.go and paths/resolve.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.build_paths import local
from lightship.builds.compose.build_section import (
    REPLACING,
    BuildSection,
    kept,
    read_build,
)
from lightship.builds.compose.service_values import Origin, filled_text, pairs, setting
from lightship.builds.compose.service_volumes import (
    mounts_project,
    project_mounts,
    volumes_of,
)
from lightship.builds.definition import ProjectMount, Written
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record
from lightship.regex import regex
from lightship.repository_facts import MountedVolume

# `FLASK_ENV: development`, `ENVIRONMENT=dev`
_ENVIRONMENT = regex(r"(?:\w+_)?(?:ENV|ENVIRONMENT)")
_DEVELOPMENT = frozenset({"development", "dev"})
# Variables that switch the debugger of a framework on
_DEBUGGERS = frozenset(
    "FLASK_DEBUG QUART_DEBUG LITESTAR_DEBUG DJANGO_DEBUG DEBUG".split()
)
_TRUE = frozenset({"1", "true", "on", "yes"})
_ROOT = frozenset({"root", "0"})
_RESTARTS = frozenset({"always", "unless-stopped"})
_DEPLOYED = frozenset({"replicas", "restart_policy", "placement", "update_config"})


@record(eq=False)
class ServicePart:
    """A service as one file has it: what `run_settings` reads, if ever it is to be run."""

    node: YamlNode
    origin: Origin


@record
class Service:
    """A service, as far as its images are concerned.

    `folder` is the project's directory, the context where none is written. `replaces` is whether
    its `build:` takes nothing over from what is merged below it. `volumes` are what its containers
    may write to of what is mounted. `has_init` is whether an init is process 1 in them. `parts`
    are what files say of it, each on top of those before. `start` is the command that they get in
    place of the image's own; empty where there is none. `is_worked_on` is whether a variable says
    that they are for development, and files of the project are mounted. `has_user` is whether they
    run as a user other than root, whatever the image says; None where nothing is said. `mounts`
    are what is mounted of the project; `is_kept_running` is whether its containers start again by
    themselves, as those that are deployed do. `is_reached` is whether the host or other machines
    may talk to it.
    """

    name: str
    written: Written
    folder: str
    build: BuildSection | None = None
    image: str | None = None
    profiles: tuple[str, ...] = ()
    replaces: bool = False
    volumes: tuple[MountedVolume, ...] = ()
    has_init: bool = False
    parts: tuple[ServicePart, ...] = ()
    start: str = ""
    is_worked_on: bool = False
    has_user: bool | None = None
    mounts: tuple[ProjectMount, ...] = ()
    is_kept_running: bool = False
    is_reached: bool = False

    @property
    def stands_alone(self) -> bool:
        """Whether it could be started without another file."""
        if self.build is None:
            return self.image is not None
        return self.build.context is not None or self.build.inline is not None


def read_service(name: str, node: YamlNode, origin: Origin) -> Service:
    """A service as one file has it, before anything is merged."""
    build = node.entries.get("build")
    image = setting(node.get("image"), origin.variables)
    profiles = node.entries.get("profiles")
    names = [item.text for item in profiles.items] if profiles else []
    return Service(
        name,
        Written(origin.path, node.line),
        origin.folder,
        read_build(build, origin, node.get("dockerfile"))
        if build is not None
        else None,
        image.text if image is not None else None,
        tuple(name for name in names if name),
        build is not None and build.tag in REPLACING,
        volumes_of(node),
        _has_init(node),
        (ServicePart(node, origin),),
        " ".join(_words_of_start(node)),
        is_worked_on=mounts_project(node) and _is_for_development(node, origin),
        has_user=_has_user(node, origin),
        mounts=_mounts(node, origin),
        is_kept_running=_is_kept_running(node),
        is_reached=_is_reached(node),
    )


def _mounts(node: YamlNode, origin: Origin) -> tuple[ProjectMount, ...]:
    def path(text: str) -> str | None:
        filled = filled_text(text, node.line, origin.of_path)
        placed = local(origin.folder, filled)
        return placed.text if placed is not None else None

    return project_mounts(node, path)


def _is_kept_running(node: YamlNode) -> bool:
    """Whether `restart:` says so, or `deploy:` does for a swarm."""
    restart = node.get("restart")
    if restart is not None and restart.text in _RESTARTS:
        return True
    deploy = node.get("deploy")
    return deploy is not None and not _DEPLOYED.isdisjoint(deploy.entries)


def _is_reached(node: YamlNode) -> bool:
    """Whether it publishes ports, shares the network of the host, or stands behind a proxy."""
    network = node.get("network_mode")
    if network is not None and network.text == "host":
        return True
    return any(node.get(key) is not None for key in ("ports", "labels"))


def _is_for_development(node: YamlNode, origin: Origin) -> bool:
    """Whether a variable such as FLASK_ENV or FLASK_DEBUG says so."""
    for name, value in pairs(node.get("environment"), origin.variables).items():
        if _ENVIRONMENT.fullmatch(name) and value.text in _DEVELOPMENT:
            return True
        if name in _DEBUGGERS and (value.text or "").lower() in _TRUE:
            return True
    return False


def _has_user(node: YamlNode, origin: Origin) -> bool | None:
    """Whether `user:` names another than root; a value that is not known is the caller's."""
    found = setting(kept(node, "user"), origin.variables)
    if found is None:
        return None
    name, _colon, _group = (found.text or "").partition(":")
    return name not in _ROOT


def _words_of_start(node: YamlNode) -> Iterator[str]:
    """The words of `entrypoint` and `command`."""
    for key in ("entrypoint", "command"):
        value = node.get(key)
        if value is None or value.tag == "!reset":
            continue
        if value.text is not None:
            yield value.text
        for item in value.items:
            yield item.text or ""


def _has_init(node: YamlNode) -> bool:
    """Whether `init: true` starts the containers under an init, as `docker run --init` does."""
    init = node.get("init")
    return init is not None and init.text == "true"
