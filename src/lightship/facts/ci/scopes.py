"""Scopes of the gha cache: which images share one, and names for scopes of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.ci_build import CiBuild, RunKind
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import LONELY, active_runs, all_cache_to
from lightship.regex import regex

SCOPE = regex(r"[\w.-]{1,60}")
_BRANCH = regex(r"[\w./-]{1,200}")
_KEY = regex(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)?")
_NOT_NAME = regex(r"[^A-Za-z0-9_-]+")
_USUAL = frozenset({"dockerfile", "containerfile", ""})
_SELDOM = frozenset({RunKind.DISPATCH.value, RunKind.SCHEDULE.value})
ImageKey = tuple[str, str]


def image_key(build: CiBuild) -> ImageKey | None:
    """What tells images apart: the Dockerfile and the context; None where it is not known."""
    definition = build.definition
    if definition is None:
        return None
    dockerfile = definition.dockerfile
    inline = definition.inline
    if inline is not None:
        dockerfile = f"{dockerfile}:{inline.line}"
    return dockerfile, definition.context


def gha_written(build: CiBuild) -> tuple[CacheOption, ...]:
    """The gha caches that a build writes, whose scope is known."""
    options = all_cache_to(build)
    written = [item for item in options if item.type == "gha"]
    return tuple(item for item in written if item.is_address_known)


def writes_together(first: CiBuild, second: CiBuild, scope: str) -> bool:
    """Whether both write a scope in runs of one kind, so that one replaces what the other wrote.

    What is only started by hand, or by a schedule, does so too seldom to matter.
    """
    together = _kinds(first, scope)
    together &= _kinds(second, scope)
    branches = _pushed_branches(first)
    others = _pushed_branches(second)
    if _are_apart(branches, others):
        together.discard(RunKind.PUSH.value)
    often = together - _SELDOM
    return bool(often)


def _are_apart(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether pushes of the one are to other branches than pushes of the other: a cache of one ref
    replaces none of another.
    """
    if not first or not second:
        return False
    return first.isdisjoint(second)


def _pushed_branches(build: CiBuild) -> frozenset[str]:
    """The branches whose pushes start a build; empty where they are not listed one by one."""
    names: set[str] = set()
    for event in build.events or ():
        if event.name == "push":
            names.update(event.branches)
    is_listed = all(map(_BRANCH.fullmatch, names))
    if not is_listed:
        return frozenset()
    return frozenset(names)


def _kinds(build: CiBuild, scope: str) -> set[str]:
    kinds: set[str] = set()
    for run in active_runs(build):
        if run.kind in LONELY:
            continue  # nobody reads what they write
        written = [item for item in run.cache_to if item.type == "gha"]
        if any(item.scope == scope for item in written):
            kinds.add(run.kind.value)
    return kinds


def axis_of(builds: Sequence[CiBuild]) -> str:
    """A key of the matrix that has another value for each build, as an expression; empty where
    there is none.
    """
    rows = [matrix_texts(build) for build in builds]
    name = telling(rows)
    if not name:
        return ""
    return f"${{{{ matrix.{name} }}}}"


def matrix_texts(build: CiBuild) -> dict[str, Any]:
    """The values of a row of the matrix: those of an object by `app.name`."""
    texts: dict[str, Any] = {}
    for name, value in build.matrix.items():
        if not isinstance(value, Mapping):
            texts[name] = value
            continue
        for key, inner in value.items():
            path = f"{name}.{key}"
            texts[path] = inner
    return texts


def telling(rows: Sequence[Mapping[str, Any]]) -> str:
    """A name under which each row has another value that may be a scope; empty where there is none.

    The name goes into an expression, so that it has to be a plain one.
    """
    for name in filter(_KEY.fullmatch, rows[0]):
        values = [row.get(name) for row in rows]
        texts = {value for value in values if isinstance(value, str)}
        if len(texts) != len(rows):
            continue
        if all(map(SCOPE.fullmatch, texts)):
            return name
    return ""


def meaning_of(build: CiBuild) -> object:
    """What makes the steps of a build others; None where it is not known."""
    definition = build.definition
    if definition is None:
        return None
    args = sorted(definition.args.items(), key=repr)
    return (
        image_key(build),
        definition.target,
        tuple(args),
        definition.platforms,
    )


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
    return slug(f"{build.step.job}-{name}")


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
    return slug(name) or slug(build.step.job)


def slug(text: str) -> str:
    """A text as a scope may be called."""
    return _NOT_NAME.sub("-", text).strip("-")
