"""Scopes of the gha cache: which images share one, and names for scopes of one's own."""

from __future__ import annotations

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import LONELY, active_runs, all_cache_to
from lightship.regex import regex

_NOT_NAME = regex(r"[^A-Za-z0-9_-]+")
_USUAL = frozenset({"dockerfile", "containerfile", ""})
ImageKey = tuple[str, str]


def image_key(build: CiBuild) -> ImageKey | None:
    """What tells images apart: the Dockerfile and the context; None where it is not known."""
    definition = build.definition
    if definition is None:
        return None
    line = f":{definition.inline.line}" if definition.inline is not None else ""
    return f"{definition.dockerfile}{line}", definition.context


def gha_written(build: CiBuild) -> tuple[CacheOption, ...]:
    """The gha caches that a build writes, whose scope is known."""
    options = all_cache_to(build)
    return tuple(
        item for item in options if item.type == "gha" and item.is_address_known
    )


def writes_together(first: CiBuild, second: CiBuild, scope: str) -> bool:
    """Whether both write a scope in runs of one kind, so that one replaces what the other wrote."""
    return not _kinds(first, scope).isdisjoint(_kinds(second, scope))


def _kinds(build: CiBuild, scope: str) -> set[str]:
    kinds: set[str] = set()
    for run in active_runs(build):
        if run.kind in LONELY:
            continue  # nobody reads what they write
        if any(item.type == "gha" and item.scope == scope for item in run.cache_to):
            kinds.add(run.kind.value)
    return kinds


def own_scope(file: CiFile, build: CiBuild) -> str:
    """A scope for an image where CI builds several; empty where there is one alone."""
    keys = {image_key(item) for item in file.repository}
    keys.discard(None)
    if len(keys) < 2:
        return ""
    names = {name_of(item) for item in file.repository if image_key(item) is not None}
    name = name_of(build)
    is_unique = bool(name) and len(names) >= len(keys)
    return name if is_unique else _slug(f"{build.step.job}-{name}")


def name_of(build: CiBuild) -> str:
    """A name for an image, from its Dockerfile and context."""
    definition = build.definition
    if definition is None:
        return ""
    folder, _, file = definition.dockerfile.rpartition("/")
    stem = file.lower()
    for usual in ("dockerfile.", ".dockerfile", "containerfile."):
        stem = stem.replace(usual, "")
    parts = [folder.replace("/", "-"), "" if stem in _USUAL else stem]
    if not any(parts) and definition.context not in (".", ""):
        parts = [definition.context.replace("/", "-")]
    return _slug("-".join(part for part in parts if part)) or _slug(build.step.job)


def _slug(text: str) -> str:
    return _NOT_NAME.sub("-", text).strip("-")
