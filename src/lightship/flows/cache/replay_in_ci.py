"""From a repository and its workflows to its builds in CI, replayed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import field, replace

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.ci_build import CiBuild, ContextKind
from lightship.builds.ci.ci_builds import ci_builds
from lightship.builds.definition import BuildDefinition
from lightship.builds.source_files import may_speak
from lightship.cache.builders import BUILDKIT, read_builder
from lightship.cache.remote.ci_results import CiReplay
from lightship.cache.remote.ci_selects import is_built
from lightship.cache.remote.exported import Mode
from lightship.cache.remote.other_settings import options_of, settings_beside
from lightship.cache.remote.replay_ci import AskedCi, replay_ci
from lightship.cache.remote.replayed_run import EventKind, ReplayedRun
from lightship.cache.remote.setting import Address, CacheSetting, caches_of
from lightship.cache.replay.past import Commit
from lightship.errors import FileError, UsageError
from lightship.files.reading import path_inside, read_file
from lightship.files.workspace_folder import open_workspace, repository_of
from lightship.flows.cache.replay import HistoryRequest, asked_times
from lightship.flows.cache.sides import open_repository
from lightship.flows.take_build import TakenBuild, take_build
from lightship.flows.tell import Tell
from lightship.record import record
from lightship.regex import regex
from lightship.text import decode

_IMAGE = "REGISTRY/IMAGE"
_CRON = regex(r"cron:\s*[\"']?([^\"'\n#]+)")
_CRON_FIELDS = 5
_MONTH, _WEEK = 30, 7  # days
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
        taken = _as_built(taken, root, chosen.definition, history)
    taken.tell_lines(tell)

    repository = open_repository(taken.context, taken.options)
    build = repository.today()
    times = asked_times(history, repository, build)
    days = _days_between(chosen, root) if chosen is not None else 0
    past = repository.history.ci_runs(history.commits, history.branch, schedule=days)
    asked, notes = _asked(request, chosen, known, past.branch)
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
        target = request.history.build.target
        fitting = [
            build
            for build in known
            if target is None
            or (build.definition and build.definition.target == target)
        ]
        cached = [build for build in fitting if build.has_cache]
        return next(iter((*cached, *fitting)), None)
    for build in known:
        if request.step in (_place(build), build.path):
            return build
    places = ", ".join(map(_place, known)) or "none"
    raise UsageError(
        f"no step of CI that builds this Dockerfile is at {request.step}: there are {places}"
    )


def _as_built(
    taken: TakenBuild,
    root: str,
    definition: BuildDefinition,
    history: HistoryRequest,
) -> TakenBuild:
    """The build as CI makes it: its context, arguments and target, where the user names none."""
    options = replace(
        taken.options,
        definition=definition,
        dockerfile=os.path.join(root, definition.dockerfile),
    )
    context = taken.context
    if history.context is None:
        context = os.path.relpath(os.path.join(root, definition.context))
    return TakenBuild(context, options)


def _asked(
    request: CiRequest,
    chosen: CiBuild | None,
    known: Sequence[CiBuild],
    branch: str,
) -> tuple[AskedCi, tuple[str, ...]]:
    """What is replayed, and notes on how it was found."""
    notes: list[str] = []
    is_asked = bool(request.cache_from or request.cache_to)
    where = "no workflow"
    written = CacheSetting("as written")
    if chosen is not None:
        where = _place(chosen)
        written = _setting(chosen)
        others = [_place(build) for build in known if build is not chosen]
        if others and request.step is None:
            places = ", ".join(dict.fromkeys(others))
            notes.append(f"built at {places} too: --step chooses")
    else:
        notes.append(
            "no workflow builds this Dockerfile: each push, pull request and tag counts as a run"
        )
    if is_asked:
        written = replace(
            written,
            name="as asked",
            reads=options_of(*request.cache_from),
            writes=options_of(*request.cache_to),
            ignores=False,
        )
        _refuse_bad((*written.reads, *written.writes))
    image = _image(chosen)
    written = replace(written, images=written.images or (f"{image}:latest",))

    def selects(run: ReplayedRun) -> bool:
        return chosen is None or is_built(chosen, run, branch)

    row = _row(chosen)
    scope = f"{_scope(chosen)}{row}"
    beside = settings_beside(written, branch, image, scope, f"buildcache{row}")
    changing = {arg.name: arg.changes for arg in chosen.changing_args} if chosen else {}
    is_sent = chosen is not None and chosen.context is ContextKind.PATH
    return (
        AskedCi(
            where=where,
            written=written,
            others=tuple(beside),
            selects=selects,
            rivals=() if is_asked else tuple(_rivals(chosen, known, branch)),
            changing=changing,
            with_git=request.history.with_git or is_sent,
        ),
        tuple(notes),
    )


def _setting(build: CiBuild) -> CacheSetting:
    """The caches of a build in CI."""
    writes = build.cache_to
    if build.inline_arg is not None:
        writes = (*writes, *options_of("type=inline"))
    definition = build.definition
    images = definition.names if definition is not None else ()
    return CacheSetting(
        "as written",
        build.cache_from,
        writes,
        images=images,
        pushes=build.push.text or str(build.push.value).lower(),
        kept=build.kept,
        keeps=build.builder.keeps_cache is True,
        loads=build.load.value is True,
        ignores=build.no_cache.value is True,
        matrix=build.matrix,
    )


def _rivals(chosen: CiBuild | None, known: Sequence[CiBuild], branch: str) -> list[str]:
    """Other builds of the same workflow that write to the same cache, by where they stand."""
    if chosen is None:
        return []
    own = _written_addresses(chosen, branch)
    rivals: dict[str, None] = {}
    for build in known:
        if build is chosen or build.path != chosen.path:
            continue
        is_same = bool(own & _written_addresses(build, branch))
        if is_same and not _are_equal(build, chosen):
            name = _place(build)
            if build.platforms:
                name += f" ({', '.join(build.platforms)})"
            rivals[name] = None
    return list(rivals)


def _written_addresses(build: CiBuild, branch: str) -> set[Address]:
    """Where a build writes its cache in a push to the default branch."""
    commit = Commit("0" * 40, 0, "")
    ref = f"refs/heads/{branch}"
    push = ReplayedRun(EventKind.PUSH, commit, 0, ref, (), _nothing)
    caches = caches_of(_setting(build), push, branch)
    return {address for address, mode in caches.writes if mode is not Mode.INLINE}


def _nothing(_identity: str) -> None:
    return None


def _are_equal(one: CiBuild, other: CiBuild) -> bool:
    """Whether both build the same, so that each finds what the other has written."""
    left, right = one.definition, other.definition
    if left is None or right is None or one.platforms != other.platforms:
        return False
    return (left.dockerfile, left.target, left.args) == (
        right.dockerfile,
        right.target,
        right.args,
    )


def _refuse_bad(options: Sequence[CacheOption]) -> None:
    for option in options:
        if option.problem:
            raise UsageError(f"invalid cache option {option.text!r}: {option.problem}")


def _days_between(build: CiBuild, root: str) -> int:
    """Once in how many days a workflow is started by its schedule; 0 without one."""
    if not any(event.name == "schedule" for event in build.events or ()):
        return 0
    try:
        text = decode(read_file(os.path.join(root, build.path)))
    except FileError:
        return 1
    days = [_days_of(match[1]) for match in _CRON.finditer(text)]
    return min(days, default=1)


def _days_of(cron: str) -> int:
    """Days between the runs of a line of cron: minute, hour, day of month, month, day of week."""
    fields = cron.split()
    if len(fields) != _CRON_FIELDS:
        return 1
    month_days, week_days = fields[2], fields[4]
    if month_days != "*" and not month_days.startswith("*/"):
        return max(_MONTH // (month_days.count(",") + 1), 1)
    if week_days != "*" and "-" not in week_days:
        return max(_WEEK // (week_days.count(",") + 1), 1)
    return 1


def _place(build: CiBuild) -> str:
    return f"{build.path}:{build.line}"


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
