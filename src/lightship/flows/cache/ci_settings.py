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
_MONTH, _WEEK = 30, 7  # days


def as_built(
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


def place_of(build: CiBuild) -> str:
    """Where a build stands, as `FILE:LINE`."""
    return f"{build.path}:{build.line}"


def setting_of(build: CiBuild) -> CacheSetting:
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


def rivals_of(
    chosen: CiBuild | None, known: Sequence[CiBuild], branch: str
) -> list[str]:
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
            name = place_of(build)
            if build.platforms:
                name += f" ({', '.join(build.platforms)})"
            rivals[name] = None
    return list(rivals)


def _written_addresses(build: CiBuild, branch: str) -> set[Address]:
    """Where a build writes its cache in a push to the default branch."""
    commit = Commit("0" * 40, 0, "")
    ref = f"refs/heads/{branch}"
    push = ReplayedRun(EventKind.PUSH, commit, 0, ref, (), _nothing)
    caches = caches_of(setting_of(build), push, branch)
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


def days_between(build: CiBuild, root: str) -> int:
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
