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
    as_written = raw.partition("=")[2]
    if not dot or not target:
        return None
    is_known = bool(equals) and not why
    adds = place.endswith("+")
    known = value if is_known else None
    return BakeOverride(target, key, known, why, as_written, adds, written)


def overridden(target: BakeTarget, overrides: Iterable[BakeOverride]) -> BakeTarget:
    """A target with what is set for it."""
    platforms: list[str] = []
    options: dict[str, tuple[BuildOption, ...]] = {}
    for override in overrides:
        if not fnmatchcase(target.name, override.target):
            continue
        if override.key == "platform":
            platforms.append(override.value or "")
        elif override.key in _OPTIONS:
            # Several of one kind are all meant
            own = target.options.get(override.key, ()) if override.adds else ()
            before = options.get(override.key, own)
            options[override.key] = (*before, _option(target, override))
        else:
            target = _with_one(target, override)
    if options:
        target = replace(target, options={**target.options, **options})
    known = tuple(platform for platform in platforms if platform)
    return replace(target, platforms=known) if platforms else target


def _option(target: BakeTarget, override: BakeOverride) -> BuildOption:
    value = override.value
    is_known = value is not None
    text = value or override.text or "${?}"
    written = override.written or target.written
    return BuildOption(override.key, text, written, is_known)


def _with_one(target: BakeTarget, override: BakeOverride) -> BakeTarget:
    value = override.value
    why = override.why or "its value comes from outside"
    setting = Setting(value, target.written.line, "" if value is not None else why)
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
    return target
