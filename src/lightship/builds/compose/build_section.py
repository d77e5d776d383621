"""`build:` of a service in a compose file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from lightship.builds.build_paths import Setting, local
from lightship.builds.compose.service_options import (
    BakeSection,
    Options,
    bake_section,
    compose_options,
    known_texts,
)
from lightship.builds.compose.service_values import Origin, filled_text, pairs, setting
from lightship.builds.definition import Written
from lightship.builds.interpolation import (
    Lookup,
)
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record
from lightship.repository_facts import GivenLabel

REPLACING = ("!reset", "!override")
_SERVICE = "service:"


@record
class BuildSection:
    """`build:` of a service, as far as it is written; paths count from the workspace.

    `inline_path` is the file that holds `inline`. `replaced` are the keys that take nothing over
    from what is merged below them. `options` say how it is built, by their names on the command
    line; `bake` is what bake alone reads.
    """

    written: Written
    context: Setting | None = None
    dockerfile: Setting | None = None
    inline: Setting | None = None
    target: Setting | None = None
    args: Mapping[str, Setting] = field(default_factory=dict)
    platforms: tuple[Setting, ...] = ()
    contexts: Mapping[str, Setting] = field(default_factory=dict)
    inline_path: str = ""
    replaced: frozenset[str] = frozenset()
    options: Options = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    bake: BakeSection | None = None
    labels: Mapping[str, GivenLabel] = field(default_factory=dict)


def read_build(
    node: YamlNode, origin: Origin, beside: YamlNode | None
) -> BuildSection | None:
    """`build:`; None where it is empty or reset.

    In the first version of the format `dockerfile` stands beside it.
    """
    if node.tag == "!reset" or node.value is None:
        return None
    variables = origin.variables
    written = Written(origin.path, node.line)
    if node.text is not None:
        context = local(origin.folder, setting(node, origin.of_path))
        return BuildSection(written, context, setting(beside, origin.of_path))

    def filled(item: YamlNode) -> Setting | None:
        return setting(item, variables)

    args = node.get("args")
    contexts = node.get("additional_contexts")
    replaced = [key for key, item in node.entries.items() if item.tag in REPLACING]
    return BuildSection(
        written,
        local(origin.folder, setting(kept(node, "context"), origin.of_path)),
        setting(kept(node, "dockerfile"), origin.of_path),
        _inline(kept(node, "dockerfile_inline"), variables),
        setting(kept(node, "target"), variables),
        pairs(args, variables),
        _platforms(node.get("platforms"), variables),
        _contexts(contexts, origin),
        origin.path,
        frozenset(replaced),
        compose_options(node, origin.path, filled),
        known_texts(kept(node, "tags"), filled),
        bake_section(node, origin.path, filled),
        _labels(node.get("labels"), origin),
    )


def kept(node: YamlNode, key: str) -> YamlNode | None:
    """The value of a key; None where it is reset."""
    value = node.get(key)
    return None if value is not None and value.tag == "!reset" else value


def _inline(node: YamlNode | None, variables: Lookup) -> Setting | None:
    """A Dockerfile in the file; its line is that of its first instruction."""
    found = setting(node, variables)
    if found is None or node is None or not node.is_block:
        return found
    return replace(found, line=found.line + 1)


def _labels(node: YamlNode | None, origin: Origin) -> dict[str, GivenLabel]:
    """The labels of the image; a key without a value is a label that is empty."""
    found: dict[str, GivenLabel] = {}
    if node is None or node.tag == "!reset":
        return found
    for key, value in node.entries.items():
        filled = setting(value, origin.variables) or Setting("", value.line)
        found[key] = GivenLabel(filled.text, origin.path, filled.line)
    for item in node.items:
        key, _equals, text = (item.text or "").partition("=")
        if key:
            filled = filled_text(text, item.line, origin.variables)
            found[key] = GivenLabel(filled.text, origin.path, filled.line)
    return found


def _platforms(node: YamlNode | None, variables: Lookup) -> tuple[Setting, ...]:
    if node is None or node.tag == "!reset":
        return ()
    found = [setting(item, variables) for item in node.items]
    return tuple(item for item in found if item is not None)


def _contexts(node: YamlNode | None, origin: Origin) -> dict[str, Setting]:
    """Named contexts; the result of another service stays `service:NAME`."""
    found = pairs(node, origin.variables)
    for name, value in found.items():
        if value.text is not None and not value.text.startswith(_SERVICE):
            placed = local(origin.folder, value)
            assert placed is not None
            found[name] = placed
    return found
