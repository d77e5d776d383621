"""`--set TARGET.KEY=VALUE` of bake, which replaces what a target says.

Source: docker/buildx, bake/bake.go (newOverrides, AddOverrides).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase

from lightship.builds.bake.bake_target import BakeTarget
from lightship.builds.build_paths import Setting
from lightship.builds.definition import BakeOverride, BuildOption, Written
from lightship.repository_facts import GivenLabel

_OPTIONS = ("cache-from", "cache-to", "output", "no-cache", "pull", "secret")


def read_override(
    text: str, why: str = "", raw: str = "", written: Written | None = None
) -> BakeOverride | None:
    """An override as it is written; None for what is not one.

    `why` is set where the value is not known; `raw` is the text before expressions were filled in.
    An argument without a value takes it from outside.
    """
    place, equals, value = text.partition("=")
    target, dot, key = place.removesuffix("+").partition(".")
    if not dot or not target:
        return None

    is_known = bool(equals) and not why
    return BakeOverride(
        target,
        key,
        value=value if is_known else None,
        why=why,
        text=raw.partition("=")[2],
        adds=place.endswith("+"),
        written=written,
    )


def overridden(target: BakeTarget, overrides: Iterable[BakeOverride]) -> BakeTarget:
    """A target with what is set for it."""
    platforms: list[BakeOverride] = []
    options: list[BakeOverride] = []
    for override in overrides:
        if not fnmatchcase(target.name, override.target):
            continue
        if override.key == "platform":
            platforms.append(override)
        elif override.key in _OPTIONS:
            options.append(override)
        else:
            target = _with_one(target, override)

    target = _with_options(target, options)
    if not platforms:
        return target
    known = [override.value for override in platforms if override.value]
    return replace(target, platforms=tuple(known))


def _with_options(target: BakeTarget, overrides: list[BakeOverride]) -> BakeTarget:
    """A target with other options: several of one kind are all meant."""
    options: dict[str, tuple[BuildOption, ...]] = {}
    for override in overrides:
        key = override.key
        own = target.options.get(key, ()) if override.adds else ()
        before = options.get(key, own)
        option = _option(target, override)
        options[key] = (*before, option)
    return replace(target, options={**target.options, **options})


def _option(target: BakeTarget, override: BakeOverride) -> BuildOption:
    value = override.value
    is_known = value is not None
    text = value or override.text or "${?}"
    written = override.written or target.written
    return BuildOption(override.key, text, written, is_known)


def _with_one(target: BakeTarget, override: BakeOverride) -> BakeTarget:
    """A target with another value of what has only one."""
    value = override.value
    why = ""
    if value is None:
        why = override.why or "its value comes from outside"
    setting = Setting(value, target.written.line, why)
    kind, _, name = override.key.partition(".")
    match kind:
        case "context":
            return replace(target, context=setting)
        case "dockerfile":
            return replace(target, dockerfile=setting)
        case "target":
            return replace(target, target=setting)
        case "args":
            return replace(target, args={**target.args, name: value})
        case "contexts":
            return replace(target, contexts={**target.contexts, name: value})
        case "labels":
            written = override.written or target.written
            label = GivenLabel(value, written.path, written.line)
            return replace(target, labels={**target.labels, name: label})
    return target
