"""`Advised`: the changes that would have kept more hits over a history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lightship.cache.replay.results import Replay
from lightship.record import record


@record
class Advice:
    """A change of the user's files and what it would have saved: `before` and `after` are the
    same history, replayed.

    `files` are path (from the root of the context) to the new text. `safe`: the image is the same,
    by argument; else `caution` says what to look at. `rule` names a rule of lint whose fix it is.
    """

    title: str
    why: str
    files: Mapping[str, str]
    diff: str
    before: Replay
    after: Replay
    safe: bool
    caution: str = ""
    rule: str = ""


@record
class Advised:
    """All advice, the best first, and what all of it together brings.

    Nothing is offered that was not replayed.
    """

    before: Replay
    advice: tuple[Advice, ...]
    together: Advice | None = None
    tried: int = 0
    notes: Sequence[str] = ()
