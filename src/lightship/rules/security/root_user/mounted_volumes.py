"""The volumes that compose files of the project mount into a container of this image."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, join

from lightship.build import Build
from lightship.builds.source_files import is_compose_file
from lightship.builds.yaml_tree import UnreadableError, YamlNode, read_yaml
from lightship.evaluation.paths import clean
from lightship.record import record
from lightship.regex import regex

_MOST_FILES = 10
_SHORT = regex(r"(?P<source>.*?):(?P<target>/[^:]*)(?::(?P<mode>[\w,]*))?")
_NAME = regex(r"[A-Za-z0-9][\w.-]*")


@record
class Volume:
    """A directory or file of the container, and whether it is one of the host."""

    target: str
    from_host: bool


def volumes(build: Build) -> tuple[Volume, ...]:
    """What may be written to of what compose mounts, for the services built from this file."""
    return build.once(_volumes)


def _volumes(build: Build) -> tuple[Volume, ...]:
    context = build.context
    if context is None:
        return ()
    paths = sorted(path for path in context.paths if is_compose_file(path))
    mounted: list[Volume] = []
    for path in paths[:_MOST_FILES]:
        text = context.read(path) or ""
        if "volumes" not in text or "build" not in text:
            continue
        for service in _services(text):
            if _is_built_here(build, service, dirname(path)):
                mounted.extend(_of_service(service))
    return tuple(mounted)


def _services(text: str) -> Iterator[YamlNode]:
    try:
        documents = read_yaml(text)
    except UnreadableError:
        return
    for document in documents:
        services = document.get("services")
        if services is not None:
            yield from services.entries.values()


def _is_built_here(build: Build, service: YamlNode, folder: str) -> bool:
    """Whether a service is built from the Dockerfile."""
    section = service.get("build")
    if section is None:
        return False
    directory = section.text or _text(section, "context") or "."
    dockerfile = _text(section, "dockerfile") or "Dockerfile"
    path = clean(join("/", folder, directory, dockerfile)).removeprefix("/")
    return build.path is None or path == build.path


def _text(node: YamlNode, key: str) -> str | None:
    value = node.get(key)
    return None if value is None else value.text


def _of_service(service: YamlNode) -> Iterator[Volume]:
    listed = service.get("volumes")
    if listed is None:
        return
    for item in listed.items:
        volume = _short(item.text) if item.text is not None else _long(item)
        if volume is not None:
            yield volume


def _short(text: str) -> Volume | None:
    """`source:target:mode`; without a source it is a volume without a name."""
    match = _SHORT.fullmatch(text)
    if match is None:
        return Volume(clean(text), from_host=False) if text.startswith("/") else None
    if "ro" in (match["mode"] or "").split(","):
        return None
    is_named = _NAME.fullmatch(match["source"]) is not None
    return Volume(clean(match["target"]), from_host=not is_named)


def _long(item: YamlNode) -> Volume | None:
    target = _text(item, "target")
    if target is None or _text(item, "read_only") == "true":
        return None
    if _text(item, "type") not in ("bind", "volume"):
        return None
    return Volume(clean(target), from_host=_text(item, "type") == "bind")
