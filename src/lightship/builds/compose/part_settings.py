"""What one compose file says of how a service runs.

Source: compose-spec, 05-services.md; compose-go, format/volume.go.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import islice

from lightship.builds.compose.run_settings import (
    BIND,
    FIELDS_OF_KEYS,
    STARTED,
    TMPFS,
    VOLUME,
    EnvFile,
    Fill,
    HealthTest,
    RunMount,
    RunSettings,
    ServiceNeed,
)
from lightship.builds.compose.service import ServicePart
from lightship.builds.compose.service_values import setting
from lightship.builds.workspace import joined
from lightship.builds.yaml_tree import YamlNode
from lightship.regex import regex

_RESET = "!reset"
_REPLACING = (_RESET, "!override")
_TRUE, _FALSE = "true", "false"
_NAME = regex(r"[A-Za-z0-9][\w.-]*")
_PORT = regex(r"(?:.*:)?([0-9]{1,5})(?:-[0-9]+)?(?:/tcp)?")
_LARGEST_PORT = 65_535
_MOST = 200  # entries of a list or mapping
_CLEARED = ("",)  # an entrypoint or a command that is written and is empty
# A name of a mapping or a list, and what the mapping says of it
_NamedNode = tuple[str, YamlNode | None]


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

    def texts(self, node: YamlNode) -> tuple[str, ...]:
        """The scalars of a list."""
        items = node.items[:_MOST]
        return tuple(map(self.text, items))

    def text_of(self, node: YamlNode | None, key: str) -> str:
        """What a mapping says of a key; empty where it says nothing."""
        return self.text(node.get(key)) if node is not None else ""

    def short_or_long(self, item: YamlNode, key: str) -> str:
        """An item of a list: the text that it is, or what it says of `key`."""
        if item.text is not None:
            return self.text(item)
        return self.text_of(item, key)

    def get(self, key: str) -> YamlNode | None:
        node = self.node.get(key)
        if node is None or node.tag == _RESET:
            return None
        return node

    def items(self, key: str) -> list[YamlNode]:
        """The items of a list, or the only one where no list is written."""
        node = self.get(key)
        if node is None:
            return []
        items = node.items or [node]
        return items[:_MOST]

    def named(self, key: str) -> list[_NamedNode]:
        """The names of a list or a mapping, and what a mapping says of each."""
        node = self.get(key)
        if node is None:
            return []
        pairs: list[_NamedNode] = [*node.entries.items()]
        for item in node.items:
            name = self.text(item)
            pairs.append((name, None))
        return [pair for pair in pairs if pair[0]][:_MOST]

    def path(self, text: str) -> str | None:
        return joined(self.origin.folder, text)


def part_settings(part: ServicePart, fill: Fill) -> RunSettings:
    """What one file says; `fill` gives a text its variables."""
    reader = _PartReader(part, fill)
    image = setting(reader.get("image"), part.origin.variables)
    networks = [name for name, _node in reader.named("networks")]
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
        networks=tuple(networks),
        aliases=tuple(_aliases(reader)),
        network_mode=reader.text(reader.get("network_mode")),
        refused=tuple(_refused(reader)),
        has_init=reader.text(reader.get("init")) == _TRUE,
        replaced=frozenset(_replaced(part.node)),
    )


def _replaced(node: YamlNode) -> Iterator[str]:
    for key, value in node.entries.items():
        if value.tag in _REPLACING and key in FIELDS_OF_KEYS:
            yield key


def _environment(reader: _PartReader) -> dict[str, str | None]:
    """Variables; None for one that only the shell has in which compose is started."""
    node = reader.get("environment")
    if node is None:
        return {}

    # A mapping, or a list of `NAME=value` and of names that are taken from outside
    written = {name: value.text for name, value in node.entries.items()}
    for item in node.items:
        name, equals, text = (item.text or "").partition("=")
        written[name] = text if equals else None

    variables: dict[str, str | None] = {}
    for name, value in islice(written.items(), _MOST):
        if value is not None:
            variables[name] = reader.filled(value)
        elif name:
            variables[name] = reader.origin.variables(name)
    return variables


def _env_files(reader: _PartReader) -> Iterator[EnvFile]:
    for item in reader.items("env_file"):
        text = reader.short_or_long(item, "path")
        if not text:
            continue
        path = reader.path(text)
        is_required = reader.text_of(item, "required") != _FALSE
        yield EnvFile(path, text, is_required)


def _words(reader: _PartReader, key: str) -> tuple[str, ...] | None:
    """A command; without a list it is split as a shell would do it."""
    node = reader.get(key)
    if node is None:
        return None
    if node.text is None:
        return reader.texts(node) or _CLEARED

    text = reader.text(node)
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    return tuple(words) or _CLEARED


def _health(reader: _PartReader) -> HealthTest | None:
    node = reader.get("healthcheck")
    if node is None:
        return None
    if reader.text_of(node, "disable") == _TRUE:
        return HealthTest(("NONE",))

    test = node.get("test")
    if test is None:
        return None
    if test.text is not None:
        script = reader.text(test)
        return HealthTest(("CMD-SHELL", script))
    words = reader.texts(test)
    return HealthTest(words) if words else None


def _ports(reader: _PartReader) -> Iterator[int]:
    """Ports of the container: those that are published first, then those that are exposed."""
    for key in ("ports", "expose"):
        for item in reader.items(key):
            text = reader.short_or_long(item, "target")
            match = _PORT.fullmatch(text)
            port = int(match[1]) if match is not None else 0
            if 0 < port <= _LARGEST_PORT:
                yield port


def _depends(reader: _PartReader) -> dict[str, ServiceNeed]:
    needs: dict[str, ServiceNeed] = {}
    for name, node in reader.named("depends_on"):
        condition = reader.text_of(node, "condition") or STARTED
        is_required = reader.text_of(node, "required") != _FALSE
        needs[name] = ServiceNeed(name, condition, is_required)
    return needs


def _links(reader: _PartReader) -> dict[str, str]:
    """`service:alias`."""
    links: dict[str, str] = {}
    for item in reader.items("links"):
        name, _, alias = reader.text(item).partition(":")
        if name:
            links[alias or name] = name
    return links


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
    options = ",".join(modes).split(",")
    is_read_only = "ro" in options
    if _NAME.fullmatch(source):
        return RunMount(VOLUME, source, target, text, is_read_only)
    path = reader.path(source)
    return RunMount(BIND, path, target, text, is_read_only)


def _long_mount(reader: _PartReader, item: YamlNode) -> RunMount | None:
    kind = reader.text_of(item, "type")
    source = reader.text_of(item, "source")
    target = reader.text_of(item, "target")
    if not target.startswith("/"):
        return None

    is_read_only = reader.text_of(item, "read_only") == _TRUE
    text = f"{source}:{target}"
    if kind == BIND:
        path = reader.path(source)
        return RunMount(BIND, path, target, text, is_read_only)
    if kind in (VOLUME, TMPFS):
        return RunMount(kind, source, target, text, is_read_only)
    return None


def _granted(reader: _PartReader, key: str, folder: str) -> dict[str, str]:
    """Secrets or configs: the name at the top of the file, by the path in the container."""
    names: dict[str, str] = {}
    for item in reader.items(key):
        name = reader.short_or_long(item, "source")
        if not name:
            continue
        target = name
        if item.text is None:
            target = reader.text_of(item, "target") or name
        path = target if target.startswith("/") else f"{folder}{target}"
        names[path] = name
    return names


def _aliases(reader: _PartReader) -> Iterator[str]:
    """Further names under which other services reach it."""
    nodes = [reader.get("container_name"), reader.get("hostname")]
    for _name, network in reader.named("networks"):
        aliases = network.get("aliases") if network is not None else None
        if aliases is not None:
            nodes += aliases.items

    for node in nodes:
        name = reader.text(node)
        if name:
            yield name


def _refused(reader: _PartReader) -> Iterator[str]:
    for key in ("privileged", "devices", "cap_add", "pid", "ipc"):
        node = reader.get(key)
        if node is not None and node.text != _FALSE:
            yield key
