"""One service of a compose file as a container that can be started anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from lightship.builds.compose.run_project import TopEntry
from lightship.builds.compose.run_settings import (
    BIND,
    TMPFS,
    RunMount,
    RunSettings,
)
from lightship.builds.env_file import read_env
from lightship.builds.workspace import Workspace
from lightship.proof.services.binds import BoundFiles
from lightship.proof.services.known_images import (
    missing_variable,
    probe_of,
    starts_twice,
)
from lightship.proof.services.public_files import PublicFiles
from lightship.proof.services.services_plan import PlannedFile, PlannedService, Probe
from lightship.proof.services.stand_ins import StandIns, stand_in
from lightship.record import record

_DOCKER_SOCKET = "docker.sock"
_NONE = ("",)
# Files and devices that every machine has its own of
_OF_THE_HOST = (
    "/etc/localtime",
    "/etc/timezone",
    "/etc/hosts",
    "/etc/passwd",
    "/etc/group",
    "/etc/resolv.conf",
    "/etc/ssl",
    "/dev",
    "/proc",
    "/sys",
    "/run",
    "/var/run",
    "/usr",
    "/lib",
    "/bin",
    "/sbin",
)
_LARGEST = 1 << 20  # bytes of a secret or config


@record(eq=False)
class ServiceParts:
    """What services are made of: the files, what is at the top of compose, what is replaced.

    `is_in_image` says whether the image that is proven has files of a path; `app_folder` is where
    its program lies. `say_replaced` and `say_left` note what is not as compose says.
    """

    files: PublicFiles
    bound: BoundFiles
    stand_ins: StandIns
    secrets: Mapping[str, TopEntry]
    configs: Mapping[str, TopEntry]
    volumes: Mapping[str, TopEntry]
    is_in_image: Callable[[str], bool]
    app_folder: str
    say_replaced: Callable[[str], None]
    say_left: Callable[[str], None]

    @property
    def workspace(self) -> Workspace:
        return self.files.workspace


def planned(
    name: str, settings: RunSettings, image: str, parts: ServiceParts
) -> PlannedService:
    """A service with its variables, files and volumes.

    `image` is empty for the image that is proven.
    """
    environment = _environment(name, settings, image, parts)
    mounts = list(_kept_mounts(name, settings, parts, is_own=not image))
    for key in settings.refused:
        parts.say_left(f"{name}: {key} is not given to a container of a proof")
    files = [*_bound_files(mounts, parts), *_granted(name, settings, parts)]
    return PlannedService(
        name,
        image,
        environment=environment,
        command=None if settings.command == _NONE else settings.command,
        entrypoint=settings.entrypoint,
        user=settings.user,
        folder=settings.folder,
        health=settings.health.words if settings.health is not None else (),
        probe=_probe(settings, image, environment),
        volumes=_volumes(mounts, parts),
        tmpfs=tuple(mount.target for mount in mounts if mount.kind == TMPFS),
        files=tuple(files),
        aliases=settings.aliases,
        has_init=settings.has_init,
    )


def _probe(
    settings: RunSettings, image: str, environment: Mapping[str, str]
) -> Probe | None:
    """How to see that it is ready, beside a health check of compose only where that is early."""
    if not image or (settings.health is not None and not starts_twice(image)):
        return None
    return probe_of(image, environment, settings.command or ())


def file_variables(settings: RunSettings, workspace: Workspace) -> dict[str, str]:
    """The variables of all `env_file`s that everybody has."""
    values: dict[str, str] = {}
    for file in settings.env_files:
        text = workspace.text(file.path) if file.path is not None else None
        values |= read_env(text) if text is not None else {}
    return values


def _environment(
    name: str, settings: RunSettings, image: str, parts: ServiceParts
) -> dict[str, str]:
    values = file_variables(settings, parts.workspace)
    for file in settings.env_files:
        is_read = file.path is not None and parts.workspace.text(file.path) is not None
        if not is_read and file.is_required:
            parts.say_left(
                f"{file.text} is not in git, and has no example beside it: "
                "give what is needed of it with --env or --env-file"
            )
    for key, value in settings.environment.items():
        if value is not None:
            values[key] = value
        elif key not in values and (made := parts.stand_ins.value(key)):
            values[key] = made

    missing, value = missing_variable(image, values) if image else ("", "")
    if missing:
        values[missing] = value
        parts.say_replaced(f"{name}: {missing}={value}, as no password is written")
    return values


def _kept_mounts(
    name: str, settings: RunSettings, parts: ServiceParts, *, is_own: bool
) -> Iterator[RunMount]:
    """The mounts that are made, without those that would hide the image under test."""
    for mount in settings.mounts:
        if _DOCKER_SOCKET in mount.text:
            parts.say_left(f"{name}: the engine's socket is never given to a container")
            continue
        if mount.kind != BIND:
            yield mount
        elif is_own and _hides_app(mount, parts):
            parts.say_replaced(
                f"{name}: {mount.text} is not mounted: it would hide the image's own files"
            )
        elif mount.source == "." and not is_own:
            parts.say_replaced(
                f"{name}: {mount.text} is not mounted: it is the whole project"
            )
        elif mount.text.partition(":")[0].startswith(_OF_THE_HOST):
            parts.say_replaced(f"{name}: {mount.text} is not mounted")
        elif mount.source is None:
            parts.say_left(
                f"{name}: {mount.text} lies outside the repository: "
                f"{mount.target} is empty here"
            )
            yield replace(mount, kind="volume", source="")
        else:
            yield mount


def _hides_app(mount: RunMount, parts: ServiceParts) -> bool:
    """Whether a bind lies over files that the image has itself.

    A file that the image has elsewhere is a setting, and is put where compose has it.
    """
    target = mount.target.rstrip("/")
    folder = parts.app_folder.rstrip("/")
    if folder and f"{folder}/".startswith(f"{target}/"):
        return True
    if mount.source is None or not parts.is_in_image(mount.source):
        return False
    if not folder:
        return not parts.workspace.is_file(mount.source)
    return target.startswith(f"{folder}/")


def _volumes(mounts: list[RunMount], parts: ServiceParts) -> dict[str, str]:
    """Volumes by where they are; a bind without files of git is an empty one."""
    found: dict[str, str] = {}
    for mount in mounts:
        if mount.kind == BIND:
            source = mount.source or ""
            if not parts.bound.below(source) and not _is_file(source, parts):
                found[mount.target] = ""
        elif mount.kind != TMPFS:
            found[mount.target] = mount.source or ""
            top = parts.volumes.get(mount.source or "")
            if top is not None and top.is_external:
                parts.say_replaced(
                    f"volume {mount.source} is external: it is empty here"
                )
    return found


def _is_file(source: str, parts: ServiceParts) -> bool:
    """Whether a bind that brings nothing is one of a file; what is not in git is noted.

    Where nothing is there at all, its name tells.
    """
    if parts.files.is_public(source):
        return True
    if not parts.files.is_hidden_file(source):
        name = source.rpartition("/")[2]
        if parts.workspace.is_directory(source) or "." not in name.lstrip("."):
            return False
    parts.say_left(f"{source} is not in git, so it is not mounted")
    return True


def _bound_files(mounts: list[RunMount], parts: ServiceParts) -> Iterator[PlannedFile]:
    """Copies of what is bound, as far as it is in git."""
    for mount in mounts:
        if mount.kind != BIND or mount.source is None:
            continue
        for path, data in parts.bound.below(mount.source).items():
            inside = path[len(mount.source) :] if path != mount.source else ""
            if mount.source == ".":
                inside = f"/{path}"
            place = f"{mount.target.rstrip('/')}{inside}"
            yield PlannedFile(place, data, parts.bound.mode(data))


def _granted(
    name: str, settings: RunSettings, parts: ServiceParts
) -> Iterator[PlannedFile]:
    """Secrets and configs as files."""
    for path, secret in settings.secrets.items():
        yield PlannedFile(path, _secret(secret, parts))
    for path, config in settings.configs.items():
        content = _config(config, parts)
        if content is None:
            parts.say_left(f"{name}: config {config} is not a file of the repository")
        else:
            yield PlannedFile(path, content)


def _secret(name: str, parts: ServiceParts) -> bytes:
    """Its file where that is in git; else what stands in for it, the same for all who have it."""
    top = parts.secrets.get(name, TopEntry(is_external=True))
    if top.file is not None:
        data = parts.workspace.read(top.file)
        if data is not None:
            return data[:_LARGEST]
    if top.is_external:
        parts.say_replaced(f"secret {name} is external: a stand-in is in its place")
    elif not top.variable:
        parts.say_replaced(f"secret {name} is not in git: a stand-in is in its place")
    made = parts.stand_ins.value(top.variable) if top.variable else ""
    return (made or stand_in(name) or stand_in("password")).encode()


def _config(name: str, parts: ServiceParts) -> bytes | None:
    top = parts.configs.get(name)
    if top is None:
        return None
    if top.content is not None:
        return top.content.encode()
    if top.file is not None:
        return parts.workspace.read(top.file)
    return parts.stand_ins.value(top.variable).encode() if top.variable else None
