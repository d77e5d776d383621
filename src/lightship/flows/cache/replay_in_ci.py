"""From a repository and its workflows to its builds in CI, replayed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import field, replace

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.ci_build import CiBuild, ContextKind
from lightship.builds.ci.ci_builds import ci_builds
from lightship.builds.source_files import may_speak
from lightship.cache.builders import BUILDKIT, read_builder
from lightship.cache.remote.ci_results import CiReplay
from lightship.cache.remote.ci_selects import is_built
from lightship.cache.remote.other_settings import options_of, settings_beside
from lightship.cache.remote.replay_ci import AskedCi, replay_ci
from lightship.cache.remote.replayed_run import ReplayedRun
from lightship.cache.remote.setting import CacheSetting
from lightship.errors import UsageError
from lightship.files.reading import path_inside
from lightship.files.workspace_folder import open_workspace, repository_of
from lightship.flows.cache.ci_settings import (
    as_built,
    days_between,
    place_of,
    rivals_of,
    setting_of,
)
from lightship.flows.cache.replay import HistoryRequest, asked_times
from lightship.flows.cache.sides import open_repository
from lightship.flows.take_build import TakenBuild, take_build
from lightship.flows.tell import Tell
from lightship.record import record

_IMAGE = "REGISTRY/IMAGE"
_WITH_LINKS = "buildkit-containerd"


@record
class CiRequest:
    """Which history, and the caches of its builds: those of a workflow unless options name some.

    `step` is the build of a workflow that is meant, as `FILE:LINE`, where several build the same.
    """

    history: HistoryRequest = field(default_factory=HistoryRequest)
    cache_from: tuple[str, ...] = ()
    cache_to: tuple[str, ...] = ()
    step: str | None = None


def replay_in_ci(request: CiRequest, tell: Tell) -> CiReplay:
    """What the runs of CI rebuilt; `tell` is told which build was taken."""
    history = request.history
    if history.historic:
        raise UsageError("--ci and --historic cannot be combined")
    taken = take_build(history.context, history.build)
    root = repository_of(taken.context)
    known = _ci_builds(root, taken)
    chosen = _chosen(known, request)
    if chosen is not None and chosen.definition is not None:
        taken = as_built(taken, root, chosen.definition, history)
    taken.tell_lines(tell)

    repository = open_repository(taken.context, taken.options)
    build = repository.today()
    times = asked_times(history, repository, build)
    days = days_between(chosen, root) if chosen is not None else 0
    past = repository.history.ci_runs(history.commits, history.branch, schedule=days)
    asked = _asked(request, chosen, known, past.branch)
    notes = _notes(request, chosen, known)
    name = history.builder
    builder = read_builder(_WITH_LINKS if name == BUILDKIT.name else name)
    return replay_ci(past, build, builder, asked, times, notes)


def _ci_builds(root: str, taken: TakenBuild) -> list[CiBuild]:
    """The builds in CI of the Dockerfile that was taken."""
    named = taken.options.dockerfile
    inside = path_inside(os.path.realpath(named), root) if named else None
    workspace = open_workspace(root, may_speak)
    found: list[CiBuild] = []
    for build in ci_builds(workspace):
        definition = build.definition
        if definition is None or definition.inline is not None:
            continue
        if inside is None or definition.dockerfile == inside:
            found.append(build)
    return found


def _chosen(known: Sequence[CiBuild], request: CiRequest) -> CiBuild | None:
    """The build that is meant: the one that is named, else the first that has a cache.

    A UsageError where none is as it is named.
    """
    if request.step is None:
        return _first_cached(known, request.history.build.target)
    for build in known:
        if request.step in (place_of(build), build.path):
            return build
    places = ", ".join(map(place_of, known)) or "none"
    raise UsageError(
        f"no step of CI that builds this Dockerfile is at {request.step}: there are {places}"
    )


def _first_cached(known: Sequence[CiBuild], target: str | None) -> CiBuild | None:
    """The first build of a target that has a cache, else its first."""
    fitting = [build for build in known if _builds_target(build, target)]
    cached = [build for build in fitting if build.has_cache]
    return next(iter((*cached, *fitting)), None)


def _builds_target(build: CiBuild, target: str | None) -> bool:
    if target is None:
        return True
    definition = build.definition
    return definition is not None and definition.target == target


def _asked(
    request: CiRequest,
    chosen: CiBuild | None,
    known: Sequence[CiBuild],
    branch: str,
) -> AskedCi:
    """What is replayed: the caches that are written or asked for, and others beside them."""
    is_asked = bool(request.cache_from or request.cache_to)
    written = setting_of(chosen) if chosen is not None else CacheSetting("as written")
    if is_asked:
        written = _as_asked(written, request)
    image = _image(chosen)
    written = replace(written, images=written.images or (f"{image}:latest",))

    def selects(run: ReplayedRun) -> bool:
        return chosen is None or is_built(chosen, run, branch)

    row = _row(chosen)
    scope = f"{_scope(chosen)}{row}"
    beside = settings_beside(written, branch, image, scope, f"buildcache{row}")
    changing = {arg.name: arg.changes for arg in chosen.changing_args} if chosen else {}
    rivals = [] if is_asked else rivals_of(chosen, known, branch)
    is_sent = chosen is not None and chosen.context is ContextKind.PATH
    return AskedCi(
        where=place_of(chosen) if chosen is not None else "no workflow",
        written=written,
        others=tuple(beside),
        selects=selects,
        rivals=tuple(rivals),
        changing=changing,
        with_git=request.history.with_git or is_sent,
    )


def _as_asked(written: CacheSetting, request: CiRequest) -> CacheSetting:
    """A build's setting with the caches of the options; a UsageError for an invalid one."""
    reads = options_of(*request.cache_from)
    writes = options_of(*request.cache_to)
    _refuse_bad((*reads, *writes))
    return replace(written, name="as asked", reads=reads, writes=writes, ignores=False)


def _notes(
    request: CiRequest, chosen: CiBuild | None, known: Sequence[CiBuild]
) -> tuple[str, ...]:
    """How the build was found, where there is none or more than one."""
    if chosen is None:
        return (
            "no workflow builds this Dockerfile: each push, pull request and tag counts as a run",
        )
    others = [place_of(build) for build in known if build is not chosen]
    if not others or request.step is not None:
        return ()
    places = ", ".join(dict.fromkeys(others))
    return (f"built at {places} too: --step chooses",)


def _refuse_bad(options: Sequence[CacheOption]) -> None:
    for option in options:
        if option.problem:
            raise UsageError(f"invalid cache option {option.text!r}: {option.problem}")


def _image(build: CiBuild | None) -> str:
    """What a cache in a registry is named after: the image that is pushed, without its tag."""
    definition = build.definition if build is not None else None
    for name in definition.names if definition is not None else ():
        if "/" in name:
            head, slash, last = name.rpartition("/")
            return f"{head}{slash}{last.partition(':')[0]}"
    return _IMAGE


def _row(build: CiBuild | None) -> str:
    """What tells the row of a matrix from the others, where it is a row for a platform."""
    if build is None or not build.matrix or not build.platforms:
        return ""
    platforms = "-".join(build.platforms)
    return f"-{platforms.replace('/', '-')}"


def _scope(build: CiBuild | None) -> str:
    """A scope of gha that is this build's alone: the name of its target, or of its Dockerfile."""
    definition = build.definition if build is not None else None
    if definition is None:
        return "image"
    name = definition.target or os.path.dirname(definition.dockerfile)
    return name.replace("/", "-") or "image"
