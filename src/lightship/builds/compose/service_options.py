"""How `build:` of a service says that it is built: its caches, switches, secrets and tags.

Source: compose-spec, build.md; docker/buildx, bake/compose.go, which reads `x-bake` on top of it;
docker/compose, pkg/compose/build_bake.go, which does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lightship.builds.build_paths import Setting
from lightship.builds.definition import BuildOption, Written
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record
from lightship.regex import regex

# What options are called on the command line, by what compose calls them
_KEYS = {
    "cache_from": "cache-from",
    "cache_to": "cache-to",
    "no_cache": "no-cache",
    "no_cache_filter": "no-cache-filter",
    "pull": "pull",
    "secrets": "secret",
}
_BAKE_KEYS = ("cache-from", "cache-to", "no-cache", "no-cache-filter", "pull")
_BAKE_LISTS = ("output", "secret")
_SWITCHES = ("no-cache", "pull")
_OFF = frozenset({"false", "no", "off", "n", "0", ""})
_VARIABLE = regex(r"(?<!\$)\$([A-Za-z_]\w*)")
Options = Mapping[str, tuple[BuildOption, ...]]
Filled = Callable[[YamlNode], Setting | None]
"""A scalar with its variables; None for null."""


@record
class BakeSection:
    """`x-bake`: what bake alone reads of a service."""

    options: Options
    tags: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()


def compose_options(node: YamlNode, path: str, filled: Filled) -> Options:
    """The options of `build:` in the file `path`, by their names on the command line."""
    found: dict[str, tuple[BuildOption, ...]] = {}
    for key, name in _KEYS.items():
        value = node.get(key)
        if value is not None and value.tag != "!reset":
            found[name] = tuple(_options(name, value, path, filled))
    return _said(found)


def _said(found: Options) -> Options:
    """Without lists that are empty; a switch that is off says so."""
    return {
        name: options for name, options in found.items() if options or name in _SWITCHES
    }


def replaced_options(keys: frozenset[str]) -> frozenset[str]:
    """The names of the options whose keys are reset or overridden."""
    return frozenset(_KEYS[key] for key in keys if key in _KEYS)


def merged_options(base: Options, over: Options) -> Options:
    """Lists are joined; a switch is replaced."""
    merged = {**base, **over}
    for name, options in over.items():
        if name not in _SWITCHES and name in base:
            merged[name] = tuple(dict.fromkeys((*base[name], *options)))
    return merged


def bake_section(node: YamlNode, path: str, filled: Filled) -> BakeSection | None:
    """What `x-bake` says; None where there is none."""
    extension = node.get("x-bake")
    if extension is None:
        return None
    found: dict[str, tuple[BuildOption, ...]] = {}
    for name in (*_BAKE_KEYS, *_BAKE_LISTS):
        value = extension.get(name)
        if value is not None:
            found[name] = tuple(_options(name, value, path, filled))
    return BakeSection(
        _said(found),
        known_texts(extension.get("tags"), filled),
        known_texts(extension.get("platforms"), filled),
    )


def known_texts(node: YamlNode | None, filled: Filled) -> tuple[str, ...]:
    """The texts of a list, without those that are not known."""
    settings = [filled(item) for item in (node.items if node is not None else ())]
    return tuple(item.text for item in settings if item is not None and item.text)


def _options(
    name: str, node: YamlNode, path: str, filled: Filled
) -> Iterator[BuildOption]:
    for item in node.items or [node]:
        written = Written(path, item.line)
        if name == "secret":
            identity = _secret(item)
            if identity:
                yield BuildOption(name, f"id={identity}", written)
            continue
        found = filled(item)
        if found is None:
            continue
        is_known = found.text is not None
        text = found.text if found.text is not None else _as_written(item)
        is_off = name in _SWITCHES and text.lower() in _OFF
        if text and not is_off:
            yield BuildOption(name, text, written, is_known)


def _secret(node: YamlNode) -> str:
    """The id of a secret: its name, or `source` of the long form."""
    if node.text is not None:
        _, equals, rest = node.text.partition("id=")
        return rest.partition(",")[0] if equals else node.text
    source = node.get("source")
    return (source.text or "") if source is not None else ""


def _as_written(node: YamlNode) -> str:
    """A text whose variables are not known, each in braces."""
    return _VARIABLE.sub(r"${\1}", node.text or "${?}")
