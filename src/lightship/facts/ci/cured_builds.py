"""Builds as they would run with other caches, for the replay that tells what a mistake costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lightship.builds.ci.cache_option import (
    CacheOption,
    read_cache_options,
    with_attributes,
)
from lightship.builds.ci.ci_build import CiBuild, CiSystem
from lightship.facts.ci.scopes import name_of
from lightship.regex import regex

_NOT_NAME = regex(r"[^\w.-]+")
_IMAGE = "REGISTRY/IMAGE"
Change = Callable[[CacheOption], CacheOption]


def cached_alone(build: CiBuild) -> CiBuild:
    """With a cache that no other build writes: that of GitHub, elsewhere one in a registry."""
    if build.system is not CiSystem.GITHUB:
        return cached_beside_image(build)
    name = _own_name(build)
    return _with_cache(build, f"type=gha,scope={name}")


def cached_beside_image(build: CiBuild) -> CiBuild:
    """With a cache in a registry, which has layers of all stages."""
    name = _own_name(build)
    return _with_cache(build, f"type=registry,ref={_IMAGE}:{name}")


def with_own_scope(build: CiBuild) -> CiBuild:
    """With scopes of its own in place of those that are written."""
    name = _own_name(build)

    def change(option: CacheOption) -> CacheOption:
        if option.type != "gha":
            return option
        scope = f"{option.scope}-{name}"
        return with_attributes(option, {"scope": scope})

    return with_options(build, change)


def with_options(build: CiBuild, change: Change) -> CiBuild:
    """With all caches changed."""
    changed = with_writes(build, change)
    reads = tuple(map(change, build.cache_from))
    return replace(changed, cache_from=reads)


def with_writes(build: CiBuild, change: Change) -> CiBuild:
    """With the caches changed that it writes."""
    writes = tuple(map(change, build.cache_to))
    return replace(build, cache_to=writes)


def _with_cache(build: CiBuild, text: str) -> CiBuild:
    written = build.step.written
    reads = tuple(read_cache_options(text, written))
    writes = tuple(read_cache_options(f"{text},mode=max", written))
    return replace(build, cache_from=reads, cache_to=writes, inline_arg=None)


def _own_name(build: CiBuild) -> str:
    """What tells a build from all others: its image, target, arguments and platforms."""
    definition = build.definition
    if definition is None:
        return "image"
    target = definition.target or ""
    parts = [name_of(build), target, *build.platforms]
    for name, value in sorted(definition.args.items()):
        parts.append(f"{name}-{value}")
    text = "-".join(filter(None, parts))
    return _NOT_NAME.sub("-", text)
