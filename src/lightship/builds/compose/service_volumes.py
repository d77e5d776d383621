"""What a service mounts into its containers: what may be written to, and what is of the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lightship.builds.definition import ProjectMount
from lightship.builds.yaml_tree import YamlNode
from lightship.context.wildcards import clean
from lightship.regex import regex
from lightship.repository_facts import MountedVolume

_SHORT = regex(r"(?P<source>.*?):(?P<target>/[^:]*)(?::(?P<mode>[\w,]*))?")
_NAME = regex(r"[A-Za-z0-9][\w.-]*")
Paths = Callable[[str], str | None]


def volumes_of(service: YamlNode) -> tuple[MountedVolume, ...]:
    """The volumes of a service, but for what is only read."""
    listed = service.get("volumes")
    if listed is None or listed.tag == "!reset":
        return ()
    return tuple(_volumes(listed.items))


def mounts_project(service: YamlNode) -> bool:
    """Whether something is mounted whose path counts from the compose file: `./src:/app`."""
    listed = service.get("volumes")
    if listed is None or listed.tag == "!reset":
        return False
    for item in listed.items:
        source = _text(item, "source") if item.text is None else item.text
        if source is not None and source.startswith("."):
            return True
    return False


def project_mounts(service: YamlNode, path: Paths) -> tuple[ProjectMount, ...]:
    """What is mounted of the project: `./src:/app`, `$PWD/src:/app`.

    `path` gives the path of the workspace that a text of the file means, None outside.
    """
    listed = service.get("volumes")
    if listed is None or listed.tag == "!reset":
        return ()
    mounts: list[ProjectMount] = []
    for item in listed.items:
        source, target = _text(item, "source") or "", _text(item, "target") or ""
        if item.text is not None:
            match = _SHORT.fullmatch(item.text)
            source, target = (match["source"], match["target"]) if match else ("", "")
        found = path(source) if source.startswith((".", "$PWD", "${PWD}")) else None
        if found is not None and target.startswith("/"):
            mounts.append(ProjectMount(found, clean(target)))
    return tuple(mounts)


def _volumes(items: list[YamlNode]) -> Iterator[MountedVolume]:
    for item in items:
        volume = _short(item.text) if item.text is not None else _long(item)
        if volume is not None:
            yield volume


def _short(text: str) -> MountedVolume | None:
    """`source:target:mode`; without a source it is a volume without a name."""
    match = _SHORT.fullmatch(text)
    if match is None:
        is_target = text.startswith("/")
        return MountedVolume(clean(text), from_host=False) if is_target else None
    if "ro" in (match["mode"] or "").split(","):
        return None
    is_named = _NAME.fullmatch(match["source"]) is not None
    return MountedVolume(clean(match["target"]), from_host=not is_named)


def _long(item: YamlNode) -> MountedVolume | None:
    target = _text(item, "target")
    if target is None or _text(item, "read_only") == "true":
        return None
    kind = _text(item, "type")
    if kind not in ("bind", "volume"):
        return None
    return MountedVolume(clean(target), from_host=kind == "bind")


def _text(node: YamlNode, key: str) -> str | None:
    value = node.get(key)
    return None if value is None else value.text
