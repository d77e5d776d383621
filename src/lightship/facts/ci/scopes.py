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
    inline = definition.inline
    line = f":{inline.line}" if inline is not None else ""
    dockerfile = f"{definition.dockerfile}{line}"
    return dockerfile, definition.context


def gha_written(build: CiBuild) -> tuple[CacheOption, ...]:
    """The gha caches that a build writes, whose scope is known."""
    options = all_cache_to(build)
    written = [item for item in options if item.type == "gha"]
    return tuple(item for item in written if item.is_address_known)


def writes_together(first: CiBuild, second: CiBuild, scope: str) -> bool:
    """Whether both write a scope in runs of one kind, so that one replaces what the other wrote."""
    kinds = _kinds(first, scope)
    return not kinds.isdisjoint(_kinds(second, scope))


def _kinds(build: CiBuild, scope: str) -> set[str]:
    kinds: set[str] = set()
    for run in active_runs(build):
        if run.kind in LONELY:
            continue  # nobody reads what they write
        written = [item for item in run.cache_to if item.type == "gha"]
        if any(item.scope == scope for item in written):
            kinds.add(run.kind.value)
    return kinds


def own_scope(file: CiFile, build: CiBuild) -> str:
    """A scope for an image where CI builds several; empty where there is one alone."""
    keys: set[ImageKey] = set()
    names: set[str] = set()
    for item in file.repository:
        key = image_key(item)
        if key is not None:
            keys.add(key)
            names.add(name_of(item))
    if len(keys) < 2:
        return ""

    name = name_of(build)
    if name and len(names) >= len(keys):
        return name
    return _slug(f"{build.step.job}-{name}")


def name_of(build: CiBuild) -> str:
    """A name for an image, from its Dockerfile and context."""
    definition = build.definition
    if definition is None:
        return ""

    # What the file is called beside `Dockerfile`: `worker` of `worker.Dockerfile`
    folder, _, file = definition.dockerfile.rpartition("/")
    stem = file.lower()
    for usual in ("dockerfile.", ".dockerfile", "containerfile."):
        stem = stem.replace(usual, "")
    if stem in _USUAL:
        stem = ""

    context = definition.context
    parts = [part for part in (folder, stem) if part]
    if not parts and context not in (".", ""):
        parts = [context]
    name = "/".join(parts).replace("/", "-")
    return _slug(name) or _slug(build.step.job)


def _slug(text: str) -> str:
    return _NOT_NAME.sub("-", text).strip("-")
