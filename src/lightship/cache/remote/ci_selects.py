"""Which runs of a history build an image, by what its workflow says of events."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.builds.ci.ci_build import CiBuild, CiEvent
from lightship.builds.ci.github_patterns import is_named
from lightship.cache.remote.replayed_run import PULL_REQUESTS, EventKind, ReplayedRun
from lightship.cache.remote.setting import is_true, values_of

_REQUESTS = ("pull_request", "pull_request_target")


def is_built(build: CiBuild, run: ReplayedRun, branch: str) -> bool:
    """Whether a run builds; what is not known counts as met."""
    events = build.events
    if events is not None and not any(_starts(each, run, branch) for each in events):
        return False
    values = values_of(run, branch, build.matrix)
    return all(is_true(text, values) is not False for text in build.conditions)


def _starts(event: CiEvent, run: ReplayedRun, branch: str) -> bool:
    """Whether an event of a workflow is what a run is for."""
    if run.kind is EventKind.SCHEDULE:
        return event.name == "schedule"
    if run.kind is EventKind.TAG:
        name = run.ref.removeprefix("refs/tags/")
        if event.name == "release":
            return True
        is_push = event.name == "push" and event.is_for_tags
        return is_push and _passes(name, event.tags, event.tags_ignore)

    if run.kind in PULL_REQUESTS:
        is_event = event.name in _REQUESTS
    else:
        is_event = event.name == "push" and event.is_for_branches
    if not is_event or not _passes(branch, event.branches, event.branches_ignore):
        return False
    return _touches(run.paths, event)


def _touches(paths: Sequence[str], event: CiEvent) -> bool:
    """Whether one of the changed files is one that the filters of paths name.

    Where it is not known what changed, they count as met.
    """
    if not paths:
        return True
    if event.paths:
        return any(is_named(path, event.paths) for path in paths)
    if event.paths_ignore:
        return not all(is_named(path, event.paths_ignore) for path in paths)
    return True


def _passes(name: str, named: Sequence[str], ignored: Sequence[str]) -> bool:
    if named:
        return is_named(name, named)
    return not is_named(name, ignored)
