"""A build in CI as a replay takes it: its caches, who else writes them, and how often it runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.definition import BuildDefinition
from lightship.cache.remote.exported import Mode
from lightship.cache.remote.other_settings import options_of
from lightship.cache.remote.replayed_run import EventKind, ReplayedRun
from lightship.cache.remote.setting import Address, CacheSetting, caches_of
from lightship.cache.replay.past import Commit
from lightship.errors import FileError
from lightship.files.reading import read_file
from lightship.flows.cache.replay import HistoryRequest
from lightship.flows.take_build import TakenBuild
from lightship.regex import regex
from lightship.text import decode

_CRON = regex(r"cron:\s*[\"']?([^\"'\n#]+)")
_CRON_FIELDS = 5
_MONTH = 30  # days
_WEEK = 7


def as_built(
    taken: TakenBuild,
    root: str,
    definition: BuildDefinition,
    history: HistoryRequest,
) -> TakenBuild:
    """The build as CI makes it: its context, arguments and target, where the user names none."""
    dockerfile = os.path.join(root, definition.dockerfile)
    options = replace(
        taken.options,
        definition=definition,
        dockerfile=dockerfile,
    )
    context = taken.context
    if history.context is None:
        folder = os.path.join(root, definition.context)
        context = os.path.relpath(folder)
    return TakenBuild(context, options)


def place_of(build: CiBuild) -> str:
    """Where a build stands, as `FILE:LINE`."""
    return f"{build.path}:{build.line}"


def setting_of(build: CiBuild) -> CacheSetting:
    """The caches of a build in CI."""
    writes = build.cache_to
    if build.inline_arg is not None:
        inline = options_of("type=inline")
        writes = (*writes, *inline)
    images: tuple[str, ...] = ()
    if build.definition is not None:
        images = build.definition.names
    pushes = build.push.text
    if not pushes:
        known = str(build.push.value)
        pushes = known.lower()
    return CacheSetting(
        "as written",
        build.cache_from,
        writes,
        images=images,
        pushes=pushes,
        kept=build.kept,
        keeps=build.builder.keeps_cache is True,
        loads=build.load.value is True,
        ignores=build.no_cache.value is True,
        matrix=build.matrix,
    )


def rivals_of(
    chosen: CiBuild | None,
    known: Sequence[CiBuild],
    branch: str,
) -> list[str]:
    """Other builds of the same workflow that write to the same cache, by where they stand."""
    if chosen is None:
        return []
    own = _written_addresses(chosen, branch)
    rivals: dict[str, None] = {}
    for build in known:
        is_beside = build.path == chosen.path
        if build is chosen or not is_beside:
            continue
        addresses = _written_addresses(build, branch)
        if own.isdisjoint(addresses) or _are_equal(build, chosen):
            continue
        name = place_of(build)
        if build.platforms:
            platforms = ", ".join(build.platforms)
            name += f" ({platforms})"
        rivals[name] = None
    return list(rivals)


def _written_addresses(build: CiBuild, branch: str) -> set[Address]:
    """Where a build writes its cache in a push to the default branch."""
    commit = Commit("0" * 40, 0, "")
    ref = f"refs/heads/{branch}"
    push = ReplayedRun(
        kind=EventKind.PUSH,
        commit=commit,
        time=0,
        ref=ref,
        changes=(),
        read=_nothing,
    )
    setting = setting_of(build)
    caches = caches_of(setting, push, branch)
    addresses: set[Address] = set()
    for address, mode in caches.writes:
        if mode is not Mode.INLINE:
            addresses.add(address)
    return addresses


def _nothing(_identity: str) -> None:
    return None


def _are_equal(one: CiBuild, other: CiBuild) -> bool:
    """Whether both build the same, so that each finds what the other has written."""
    left = one.definition
    right = other.definition
    if left is None or right is None:
        return False
    if one.platforms != other.platforms:
        return False
    return _built_of(left) == _built_of(right)


def _built_of(definition: BuildDefinition) -> tuple[object, ...]:
    return definition.dockerfile, definition.target, definition.args


def days_between(build: CiBuild, root: str) -> int:
    """Once in how many days a workflow is started by its schedule; 0 without one."""
    events = build.events or ()
    if not any(event.name == "schedule" for event in events):
        return 0

    path = os.path.join(root, build.path)
    try:
        data = read_file(path)
    except FileError:
        return 1
    lines = _CRON.findall(decode(data))
    days = map(_days_of, lines)
    return min(days, default=1)


def _days_of(cron: str) -> int:
    """Days between the runs of a line of cron: minute, hour, day of month, month, day of week."""
    fields = cron.split()
    if len(fields) != _CRON_FIELDS:
        return 1
    _minute, _hour, month_days, _month, week_days = fields
    is_any = month_days == "*" or month_days.startswith("*/")
    if not is_any:
        times = month_days.count(",") + 1
        return max(_MONTH // times, 1)
    if week_days != "*" and "-" not in week_days:
        times = week_days.count(",") + 1
        return max(_WEEK // times, 1)
    return 1
