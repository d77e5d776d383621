"""Which runs of a history build an image, by what its workflow says of events."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.builds.ci.ci_build import CiBuild, CiEvent
from lightship.builds.ci.github_patterns import is_named
from lightship.cache.remote.replayed_run import PULL_REQUESTS, EventKind, ReplayedRun
from lightship.cache.remote.setting import is_true, values_of

_PUSH = "push"
_REQUESTS = ("pull_request", "pull_request_target")


def is_built(build: CiBuild, run: ReplayedRun, branch: str) -> bool:
    """Whether a run builds; what is not known counts as met."""
    events = build.events
    if events is not None:
        is_started = any(_starts(event, run, branch) for event in events)
        if not is_started:
            return False

    values = values_of(run, branch, build.matrix)
    for text in build.conditions:
        answer = is_true(text, values)
        if answer is False:
            return False
    return True


def _starts(event: CiEvent, run: ReplayedRun, branch: str) -> bool:
    """Whether an event of a workflow is what a run is for."""
    kind = run.kind
    if kind is EventKind.SCHEDULE:
        return event.name == "schedule"
    if kind is EventKind.TAG:
        return _starts_by_tag(event, run)

    if kind in PULL_REQUESTS:
        is_event = event.name in _REQUESTS
    else:
        is_event = event.name == _PUSH and event.is_for_branches
    if not is_event:
        return False
    if not _passes(branch, event.branches, event.branches_ignore):
        return False
    return _touches(run.paths, event)


def _starts_by_tag(event: CiEvent, run: ReplayedRun) -> bool:
    if event.name == "release":
        return True
    if event.name != _PUSH or not event.is_for_tags:
        return False
    name = run.ref.removeprefix("refs/tags/")
    return _passes(name, event.tags, event.tags_ignore)


def _touches(paths: Sequence[str], event: CiEvent) -> bool:
    """Whether one of the changed files is one that the filters of paths name.

    Where it is not known what changed, they count as met.
    """
    if not paths:
        return True
    named = event.paths
    ignored = event.paths_ignore
    if named:
        return any(is_named(path, named) for path in paths)
    if ignored:
        return not all(is_named(path, ignored) for path in paths)
    return True


def _passes(name: str, named: Sequence[str], ignored: Sequence[str]) -> bool:
    if named:
        return is_named(name, named)
    return not is_named(name, ignored)
