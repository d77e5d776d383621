"""`ReplayedRun`: one run of CI that git tells of; and the history of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from lightship.cache.replay.past import Commit
from lightship.cache.selection.context_tree import ContextChange, FileTree
from lightship.record import record


class EventKind(StrEnum):
    """What a run is for."""

    PUSH = "push"  # a push to the default branch
    FIRST = "pull-request"  # the first run of a pull request
    LATER = "pull-request-later"  # each run of it after that
    TAG = "tag"
    SCHEDULE = "schedule"


PULL_REQUESTS = (EventKind.FIRST, EventKind.LATER)


@record(eq=False)
class ReplayedRun:
    """A run of CI.

    `changes` are what its files have against those of the run before, below the build context;
    `paths` are what the event changed, from the root of the repository. `number` is that of a pull
    request, 0 of other events. `ref` is the full name that GitHub gives it. `time` is in seconds
    since 1970 UTC. `read` gives the bytes of a file by its identity.
    """

    kind: EventKind
    commit: Commit
    time: int
    ref: str
    changes: tuple[ContextChange, ...]
    read: Callable[[str], bytes | None]
    paths: tuple[str, ...] = ()
    number: int = 0


@record(eq=False)
class CiHistory:
    """The runs of a history, by their time; `prefix` is the context's path from the root.

    `start` are the files before the first of them, those of a commit that fills the caches. `runs`
    can be gone through once for each time that it is asked for. `notes` say how they were told.
    """

    start: FileTree
    start_commit: Commit
    branch: str
    runs: Iterable[ReplayedRun]
    notes: tuple[str, ...] = ()
    prefix: str = ""
