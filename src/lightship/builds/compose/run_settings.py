"""What compose files say of how a service runs. It is read only where one is to be run.

Source: compose-spec, 05-services.md; compose-go, override/merge.go and format/volume.go.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from functools import reduce
from typing import TypeVar

from lightship.builds.compose.service import Service, ServicePart, setting
from lightship.builds.interpolation import Lookup
from lightship.builds.workspace import joined
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record
from lightship.regex import regex

_T = TypeVar("_T")
# A text and its variables -> what it says; None where that cannot be known
Fill = Callable[[str, Lookup], str | None]
STARTED, HEALTHY = "service_started", "service_healthy"
ENDED = "service_completed_successfully"
BIND, VOLUME, TMPFS = "bind", "volume", "tmpfs"
_RESET = "!reset"
_REPLACING = (_RESET, "!override")
# What a file replaces of those before it where it says so: its key, and what is read of that
_OF_KEYS: Mapping[str, tuple[str, ...]] = {
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
_TRUE = "true"
_NAME = regex(r"[A-Za-z0-9][\w.-]*")
_PORT = regex(r"(?:.*:)?([0-9]{1,5})(?:-[0-9]+)?(?:/tcp)?")
_LARGEST_PORT = 65_535
_MOST = 200  # entries of a list or mapping
_LONG_PORT = "target"
_CLEARED = ("",)  # an entrypoint or a command that is written and is empty


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


def run_settings(service: Service, fill: Fill) -> RunSettings:
    """What all files together say of how a service runs."""
    read = [_read(part, fill) for part in service.parts]
    return reduce(_merged, read, RunSettings())


class _PartReader:
    """Reads texts of one file, with its variables."""

    def __init__(self, part: ServicePart, fill: Fill) -> None:
        self.node = part.node
        self.origin = part.origin
        self._fill = fill

    def filled(self, text: str) -> str | None:
        return self._fill(text, self.origin.variables)

    def text(self, node: YamlNode | None) -> str:
        """A scalar; empty where there is none, or its value cannot be known."""
        if node is None or node.text is None:
            return ""
        return self.filled(node.text) or ""

    def get(self, key: str) -> YamlNode | None:
        node = self.node.get(key)
        return None if node is None or node.tag == _RESET else node

    def items(self, key: str) -> list[YamlNode]:
        """The items of a list, or the only one where no list is written."""
        node = self.get(key)
        if node is None:
            return []
        return (node.items or [node])[:_MOST]

    def named(self, key: str) -> list[tuple[str, YamlNode | None]]:
        """The names of a list or a mapping, and what a mapping says of each."""
        node = self.get(key)
        if node is None:
            return []
        pairs: list[tuple[str, YamlNode | None]] = list(node.entries.items())
        pairs += [(self.text(item), None) for item in node.items]
        return [pair for pair in pairs if pair[0]][:_MOST]

    def path(self, text: str) -> str | None:
        return joined(self.origin.folder, text)


def _read(part: ServicePart, fill: Fill) -> RunSettings:
    reader = _PartReader(part, fill)
    image = setting(reader.get("image"), part.origin.variables)
    return RunSettings(
        image=image.text if image is not None else None,
        image_problem=image.why if image is not None else "",
        environment=_environment(reader),
        env_files=tuple(_env_files(reader)),
        command=_words(reader, "command"),
        entrypoint=_words(reader, "entrypoint"),
        user=reader.text(reader.get("user")),
        folder=reader.text(reader.get("working_dir")),
        health=_health(reader),
        ports=tuple(_ports(reader)),
        depends=_depends(reader),
        links=_links(reader),
        mounts=tuple(_mounts(reader)),
        secrets=_granted(reader, "secrets", "/run/secrets/"),
        configs=_granted(reader, "configs", "/"),
        networks=tuple(name for name, _ in reader.named("networks")),
        aliases=tuple(_aliases(reader)),
        network_mode=reader.text(reader.get("network_mode")),
        refused=tuple(_refused(reader)),
        has_init=reader.text(reader.get("init")) == _TRUE,
        replaced=frozenset(_replaced(part.node)),
    )


def _replaced(node: YamlNode) -> Iterator[str]:
    for key, value in node.entries.items():
        if value.tag in _REPLACING and key in _OF_KEYS:
            yield key


def _environment(reader: _PartReader) -> dict[str, str | None]:
    """Variables; None for one that only the shell has in which compose is started."""
    node = reader.get("environment")
    if node is None:
        return {}
    written = {name: value.text for name, value in node.entries.items()}
    for item in node.items:
        name, equals, text = (item.text or "").partition("=")
        written[name] = text if equals else None

    found: dict[str, str | None] = {}
    for name, value in list(written.items())[:_MOST]:
        if value is not None:
            found[name] = reader.filled(value)
        elif name:
            found[name] = reader.origin.variables(name)
    return found


def _env_files(reader: _PartReader) -> Iterator[EnvFile]:
    for item in reader.items("env_file"):
        text = reader.text(item if item.text is not None else item.get("path"))
        required = reader.text(item.get("required")) != "false"
        if text:
            yield EnvFile(reader.path(text), text, required)


def _words(reader: _PartReader, key: str) -> tuple[str, ...] | None:
    """A command; without a list it is split as a shell would do it."""
    node = reader.get(key)
    if node is None:
        return None
    if node.text is None:
        words = [reader.text(item) for item in node.items[:_MOST]]
        return tuple(words) or _CLEARED
    try:
        return tuple(shlex.split(reader.text(node))) or _CLEARED
    except ValueError:
        return None


def _health(reader: _PartReader) -> HealthTest | None:
    node = reader.get("healthcheck")
    if node is None:
        return None
    if reader.text(node.get("disable")) == _TRUE:
        return HealthTest(("NONE",))
    test = node.get("test")
    if test is None:
        return None
    if test.text is not None:
        return HealthTest(("CMD-SHELL", reader.text(test)))
    words = tuple(reader.text(item) for item in test.items[:_MOST])
    return HealthTest(words) if words else None


def _ports(reader: _PartReader) -> Iterator[int]:
    """Ports of the container: those that are published first, then those that are exposed."""
    for item in (*reader.items("ports"), *reader.items("expose")):
        text = reader.text(item if item.text is not None else item.get(_LONG_PORT))
        match = _PORT.fullmatch(text)
        if match is not None and 0 < int(match[1]) <= _LARGEST_PORT:
            yield int(match[1])


def _depends(reader: _PartReader) -> dict[str, ServiceNeed]:
    found: dict[str, ServiceNeed] = {}
    for name, node in reader.named("depends_on"):
        condition = reader.text(node.get("condition")) if node is not None else ""
        required = reader.text(node.get("required")) if node is not None else ""
        found[name] = ServiceNeed(name, condition or STARTED, required != "false")
    return found


def _links(reader: _PartReader) -> dict[str, str]:
    """`service:alias`."""
    found: dict[str, str] = {}
    for item in reader.items("links"):
        name, _, alias = reader.text(item).partition(":")
        if name:
            found[alias or name] = name
    return found


def _mounts(reader: _PartReader) -> Iterator[RunMount]:
    for item in reader.items("volumes"):
        if item.text is not None:
            mount = _short_mount(reader, reader.text(item))
        else:
            mount = _long_mount(reader, item)
        if mount is not None:
            yield mount
    for item in reader.items("tmpfs"):
        target = reader.text(item).partition(":")[0]
        if target.startswith("/"):
            yield RunMount(TMPFS, "", target, target)


def _short_mount(reader: _PartReader, text: str) -> RunMount | None:
    """`source:target:mode`, or a target alone."""
    parts = text.split(":")
    if len(parts) == 1:
        is_target = text.startswith("/")
        return RunMount(VOLUME, "", text, text) if is_target else None
    source, target, *modes = parts
    if not target.startswith("/"):
        return None
    is_read_only = "ro" in ",".join(modes).split(",")
    if _NAME.fullmatch(source):
        return RunMount(VOLUME, source, target, text, is_read_only)
    return RunMount(BIND, reader.path(source), target, text, is_read_only)


def _long_mount(reader: _PartReader, item: YamlNode) -> RunMount | None:
    kind, source, target = (
        reader.text(item.get(key)) for key in ("type", "source", "target")
    )
    if not target.startswith("/"):
        return None
    is_read_only = reader.text(item.get("read_only")) == _TRUE
    text = f"{source}:{target}"
    if kind == BIND:
        return RunMount(BIND, reader.path(source), target, text, is_read_only)
    if kind in (VOLUME, TMPFS):
        return RunMount(kind, source, target, text, is_read_only)
    return None


def _granted(reader: _PartReader, key: str, folder: str) -> dict[str, str]:
    """Secrets or configs: the name at the top of the file, by the path in the container."""
    found: dict[str, str] = {}
    for item in reader.items(key):
        if item.text is not None:
            name = target = reader.text(item)
        else:
            name = reader.text(item.get("source"))
            target = reader.text(item.get("target")) or name
        if name:
            path = target if target.startswith("/") else f"{folder}{target}"
            found[path] = name
    return found


def _aliases(reader: _PartReader) -> Iterator[str]:
    """Further names under which other services reach it."""
    for key in ("container_name", "hostname"):
        if name := reader.text(reader.get(key)):
            yield name
    for _, node in reader.named("networks"):
        aliases = node.get("aliases") if node is not None else None
        for item in aliases.items if aliases is not None else ():
            if name := reader.text(item):
                yield name


def _refused(reader: _PartReader) -> Iterator[str]:
    for key in ("privileged", "devices", "cap_add", "pid", "ipc"):
        node = reader.get(key)
        if node is not None and node.text != "false":
            yield key


def _merged(base: RunSettings, over: RunSettings) -> RunSettings:
    """Scalars and commands are replaced; mappings and lists are joined.

    A mount replaces another at the same place.
    """
    base = _without(base, over.replaced)
    mounts = {mount.target: mount for mount in (*base.mounts, *over.mounts)}
    is_image_said = over.image is not None or bool(over.image_problem)
    image = over if is_image_said else base
    return RunSettings(
        image=image.image,
        image_problem=image.image_problem,
        environment={**base.environment, **over.environment},
        env_files=_joined(base.env_files, over.env_files),
        command=base.command if over.command is None else over.command,
        entrypoint=base.entrypoint if over.entrypoint is None else over.entrypoint,
        user=over.user or base.user,
        folder=over.folder or base.folder,
        health=over.health or base.health,
        ports=_joined(base.ports, over.ports),
        depends={**base.depends, **over.depends},
        links={**base.links, **over.links},
        mounts=tuple(mounts.values()),
        secrets={**base.secrets, **over.secrets},
        configs={**base.configs, **over.configs},
        networks=_joined(base.networks, over.networks),
        aliases=_joined(base.aliases, over.aliases),
        network_mode=over.network_mode or base.network_mode,
        refused=_joined(base.refused, over.refused),
        has_init=base.has_init or over.has_init,
    )


def _without(base: RunSettings, keys: frozenset[str]) -> RunSettings:
    """What is left when keys are reset or overridden."""
    unset = RunSettings()
    fields = [name for key in keys for name in _OF_KEYS[key]]
    return replace(base, **{name: getattr(unset, name) for name in fields})


def _joined(base: tuple[_T, ...], over: tuple[_T, ...]) -> tuple[_T, ...]:
    """Both lists, what stands in both once."""
    return tuple(dict.fromkeys((*base, *over)))
