"""`CacheSetting`: the caches that a build in CI reads and writes; and what they are in one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from lightship.builds.ci.cache_option import (
    CacheOption,
    is_known,
    read_cache_options,
)
from lightship.builds.ci.ci_build import KeptPath
from lightship.builds.ci.github_events import sure
from lightship.builds.ci.github_expression import as_text, value_of
from lightship.builds.ci.github_values import EnvironmentContext, GithubContext
from lightship.builds.interpolation import UnknownValueError
from lightship.cache.remote.exported import Mode
from lightship.cache.remote.replayed_run import PULL_REQUESTS, EventKind, ReplayedRun
from lightship.record import record
from lightship.regex import regex

_EXPRESSION = regex(r"\$\{\{(.*?)\}\}")
_EVENTS = {
    EventKind.PUSH: "push",
    EventKind.FIRST: "pull_request",
    EventKind.LATER: "pull_request",
    EventKind.TAG: "push",
    EventKind.SCHEDULE: "schedule",
}
_HASH = regex(r"hashFiles\(([^()]*)\)")
_QUOTED = regex(r"'([^']*)'")
HASHES = "hashFiles()"  # a name that no context of a workflow has
Address = tuple[str, ...]
"""What names one cache: its backend, and where it is there."""


@record
class CacheSetting:
    """The caches of a build, as options say them; expressions in them are filled in run by run.

    `name` tells it to people. `images` are what the build pushes, where it `pushes` (true, false,
    or an expression): an inline cache goes there. `kept` are directories that a step carries from
    run to run. `keeps` says that the builder keeps its own cache, `loads` that the image is loaded
    in the end, `ignores` that no cache is looked for. `matrix` is the row of the job.
    """

    name: str
    reads: tuple[CacheOption, ...] = ()
    writes: tuple[CacheOption, ...] = ()
    images: tuple[str, ...] = ()
    pushes: str = "true"
    kept: tuple[KeptPath, ...] = ()
    keeps: bool = False
    loads: bool = False
    ignores: bool = False
    matrix: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_cache(self) -> bool:
        return bool(self.reads or self.writes or self.keeps)


@record
class RunCaches:
    """What one run reads, and writes: addresses, each with a mode.

    Each of `reads` is a list of addresses, of which the first that there is is taken.
    """

    reads: tuple[tuple[Address, ...], ...]
    writes: tuple[tuple[Address, Mode], ...]


def caches_of(
    setting: CacheSetting,
    run: ReplayedRun,
    branch: str,
    hashes: Mapping[str, str] | None = None,
) -> RunCaches:
    """The caches of one run; `hashes` are what the calls of hashFiles in it give."""
    values = values_of(run, branch, setting.matrix)
    if hashes:
        values[HASHES] = hashes
    reads: list[tuple[Address, ...]] = []
    for option in _filled(setting.reads, values):
        reads += _read(option, setting, run, branch, values)

    writes: list[tuple[Address, Mode]] = []
    for option in _filled(setting.writes, values):
        if option.type == "inline":
            writes += _inline(setting, values)
            continue
        mode = Mode.MAX if option.mode == "max" else Mode.MIN
        for address in _written(option, setting, run, values):
            writes.append((address, mode))
    return RunCaches(tuple(reads), tuple(writes))


def _filled(
    options: Iterable[CacheOption], values: Mapping[str, Any]
) -> list[CacheOption]:
    """The options with their expressions filled in; one may turn out to be none."""
    filled: list[CacheOption] = []
    for option in options:
        text = fill(option.text, values)
        if text == option.text:
            filled.append(option)
        else:
            filled += read_cache_options(text, option.written)
    return filled


def fill(text: str, values: Mapping[str, Any]) -> str:
    """A text with the expressions whose value is known; the others stand as they are."""
    if "${{" not in text:
        return text
    for call, digest in values.get(HASHES, {}).items():
        text = text.replace(call, f"'{digest}'")

    def value(expression: str, whole: str) -> str:
        try:
            return as_text(value_of(expression, values))
        except UnknownValueError:
            return whole

    return _EXPRESSION.sub(lambda match: value(match[1], match[0]), text)


# In an address any value will do, as it is the same in each run; in a condition it would not
_REPOSITORY = "owner/name"
_MADE_UP = frozenset(("actor", "workflow"))


def is_true(text: str, values: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds; None where that is not known."""
    bare = text.strip()
    match = _EXPRESSION.fullmatch(bare)
    expression = sure(match[1] if match else bare)
    github = {
        key: item for key, item in values["github"].items() if key not in _MADE_UP
    }
    known = {**values, "github": GithubContext(github)}
    try:
        value = value_of(expression, known)
    except UnknownValueError:
        return None
    return bool(value) and value not in ("0", "false")


def values_of(
    run: ReplayedRun, branch: str, matrix: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What expressions of a workflow see in a run, as far as git tells it."""
    is_request = run.kind in PULL_REQUESTS
    ref_type = "tag" if run.kind is EventKind.TAG else "branch"
    short = run.ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    head = f"pull-{run.number}" if is_request else ""
    request = {
        "number": str(run.number),
        "head": {
            "ref": head,
            "sha": run.commit.id,
            "repo": {"full_name": _REPOSITORY, "fork": False},
        },
        "base": {"ref": branch},
        "draft": False,
    }
    github = {
        "event_name": _EVENTS[run.kind],
        "ref": run.ref,
        "ref_name": short.removeprefix("refs/pull/"),
        "ref_type": ref_type,
        "head_ref": head,
        "base_ref": branch if is_request else "",
        "sha": run.commit.id,
        "run_id": run.commit.id[:10],
        "run_number": run.commit.id[:10],
        "run_attempt": "1",
        "repository": _REPOSITORY,
        "repository_owner": "owner",
        "actor": "somebody",
        "workflow": "workflow",
        "event": {
            "number": str(run.number) if is_request else None,
            "pull_request": request if is_request else None,
            "repository": {"default_branch": branch},
        },
    }
    return {
        "github": github,
        "matrix": dict(matrix or {}),
        "env": EnvironmentContext(),
        "inputs": EnvironmentContext(),
    }


def readable_refs(run: ReplayedRun, branch: str) -> tuple[str, ...]:
    """The refs whose caches a run may read: its own, and the default branch's.

    Source: docs.github.com, dependency caching, restrictions for accessing a cache. The base of a
    pull request counts as the default branch here.
    """
    default = f"refs/heads/{branch}"
    return tuple(dict.fromkeys((run.ref, default)))


def _read(
    option: CacheOption,
    setting: CacheSetting,
    run: ReplayedRun,
    branch: str,
    values: Mapping[str, Any],
) -> list[tuple[Address, ...]]:
    if option.type == "gha":
        scope = option.scope or ""
        return [(("gha", scope, ref),) for ref in readable_refs(run, branch)]
    if option.type == "local":
        kept = _kept(option, setting, "src")
        if kept is None:
            return []
        return [tuple(_restored(kept, run, branch, values))]
    if not option.type or option.problem:
        return []
    return [(_plain(option),)]


def _written(
    option: CacheOption,
    setting: CacheSetting,
    run: ReplayedRun,
    values: Mapping[str, Any],
) -> list[Address]:
    if option.type == "gha":
        return [("gha", option.scope or "", run.ref)]
    if option.type == "local":
        kept = _kept(option, setting, "dest")
        if kept is None:
            return []
        return [("kept", fill(kept.key, values), run.ref)]
    if not option.type or option.problem:
        return []
    return [_plain(option)]


def _plain(option: CacheOption) -> Address:
    """The address of a cache that has one name for all runs."""
    if option.type == "registry":
        return ("registry", _with_tag(option.ref or ""))
    return option.address


def _with_tag(image: str) -> str:
    last = image.rpartition("/")[2]
    return image if ":" in last or "@" in last else f"{image}:latest"


def _inline(
    setting: CacheSetting, values: Mapping[str, Any]
) -> list[tuple[Address, Mode]]:
    """An inline cache goes where the image is pushed to; nowhere where it is not pushed."""
    if is_true(setting.pushes, values) is False:
        return []
    images = [fill(image, values) for image in setting.images]
    return [(("registry", _with_tag(image)), Mode.INLINE) for image in images]


def _kept(option: CacheOption, setting: CacheSetting, name: str) -> KeptPath | None:
    """The step that carries over the directory of a local cache.

    What is written is often moved to where it is read from (`/tmp/.buildx-cache-new`).
    """
    place = option.attributes.get(name, "").rstrip("/")
    for kept in setting.kept:
        for path in kept.paths:
            own = path.rstrip("/")
            if place == own or place.startswith((f"{own}/", f"{own}-")):
                return kept
    return None


def _restored(
    kept: KeptPath, run: ReplayedRun, branch: str, values: Mapping[str, Any]
) -> list[Address]:
    """What actions/cache tries: for each ref the key itself, then what starts as one of the
    others.
    """
    tried: list[Address] = []
    key = fill(kept.key, values)
    for ref in readable_refs(run, branch):
        tried.append(("kept", key, ref))
        starts = [fill(start, values) for start in kept.restore_keys]
        tried += [("kept*", start, ref) for start in starts]
    return tried


def hash_calls(setting: CacheSetting) -> dict[str, tuple[str, ...]]:
    """The calls of hashFiles in a setting, each with its patterns."""
    texts = [option.text for option in (*setting.reads, *setting.writes)]
    for kept in setting.kept:
        texts += [kept.key, *kept.restore_keys]
    calls: dict[str, tuple[str, ...]] = {}
    for text in texts:
        for match in _HASH.finditer(text):
            calls[match[0]] = tuple(_QUOTED.findall(match[1]))
    return calls


def unknown_parts(setting: CacheSetting, values: Mapping[str, Any]) -> list[str]:
    """The options in which something stays unknown in a run, as they are written."""
    options = (*setting.reads, *setting.writes)
    unknown: dict[str, None] = {}
    for option in options:
        filled = fill(option.text, values)
        if not is_known(filled):
            unknown[option.text] = None
    return list(unknown)
