"""What the tags of many places mean today, each asked for once, from several threads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

from lightship.errors import (
    LightshipError,
    RegistryAwayError,
    RegistryError,
    UsageError,
)
from lightship.pins.judged_pins import Meaning, Wanted
from lightship.pins.pin_place import ActionRepository, Target

if TYPE_CHECKING:
    from lightship.registry.action_commits import ActionCommits
    from lightship.registry.tag_digests import TagDigests

_AT_ONCE = 8
_MOST = 2_000  # tags, each of which is a request to a server that a file names


def look_up(
    asked: Iterable[tuple[Wanted, str]], *, plain_http: bool, patience: float
) -> Mapping[Wanted, Meaning]:
    """What each tag means, or why that is not known; nothing is asked where there is none.

    Beside each tag is the pin that it has now, empty without one.
    """
    pins: dict[Wanted, set[str]] = {}
    for item, pin in asked:
        known = pins.setdefault(item, set())
        known.add(pin)
    if not pins:
        return {}
    if len(pins) > _MOST:
        raise UsageError(
            f"more than {_MOST:,} different tags are named: name fewer paths"
        )
    # An extra, which removing does not need
    from lightship.registry.action_commits import ActionCommits  # noqa: PLC0415
    from lightship.registry.tag_digests import TagDigests  # noqa: PLC0415

    with (
        closing(TagDigests(plain_http=plain_http, patience=patience)) as tags,
        closing(ActionCommits(patience=patience)) as commits,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        questions = _Questions(tags, commits)
        answers = pool.map(questions.meaning, pins, pins.values())
        meanings = list(answers)
    by_tag = zip(pins, meanings, strict=True)
    return dict(by_tag)


class _Questions:
    """Asks registries and GitHub; one that does not answer is not asked for the rest."""

    def __init__(self, tags: TagDigests, commits: ActionCommits) -> None:
        self._tags = tags
        self._commits = commits
        self._away: set[str] = set()

    def meaning(self, item: Wanted, pins: set[str]) -> Meaning:
        """What a tag means; `pins` are those that places have with it."""
        target, tag = item
        host = _host(target)
        if host in self._away:
            return RegistryError(f"not asked for: {host} did not answer before")
        try:
            if isinstance(target, ActionRepository):
                return self._commits.meaning(target, tag)
            # Which of several pins is the right one is not known
            is_sure = len(pins) == 1
            known = pins if is_sure else ()
            return self._tags.meaning(target, tag, *known)
        except RegistryAwayError as error:
            self._away.add(host)
            return error
        except LightshipError as error:
            return error


def _host(target: Target) -> str:
    """Who is asked, as people call it."""
    if isinstance(target, ActionRepository):
        return "GitHub"
    return target.domain
