"""What the tags of many places mean today, each asked for once, from several threads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

from lightship.errors import LightshipError, UsageError
from lightship.pins.pin_place import ActionRepository, Target
from lightship.pins.tag_meaning import TagMeaning

_AT_ONCE = 8
_MOST = 2_000  # tags, each of which is a request to a server that a file names
Wanted = tuple[Target, str]  # an image or a repository of actions, and a tag
Meaning = TagMeaning | LightshipError


def look_up(
    asked: Iterable[tuple[Wanted, str]], *, plain_http: bool, patience: float
) -> Mapping[Wanted, Meaning]:
    """What each tag means, or why that is not known; nothing is asked where there is none.

    Beside each tag is the pin that it has now, empty without one.
    """
    pins: dict[Wanted, set[str]] = {}
    for item, pin in asked:
        pins.setdefault(item, set()).add(pin)
    if len(pins) > _MOST:
        raise UsageError(
            f"more than {_MOST:,} different tags are named: name fewer paths"
        )
    if not pins:
        return {}
    # An extra, which removing does not need
    from lightship.registry.action_commits import ActionCommits  # noqa: PLC0415
    from lightship.registry.tag_digests import TagDigests  # noqa: PLC0415

    with ExitStack() as stack:
        tags = TagDigests(plain_http=plain_http, patience=patience)
        commits = ActionCommits(patience=patience)
        stack.enter_context(closing(tags))
        stack.enter_context(closing(commits))

        def one(item: Wanted) -> Meaning:
            target, tag = item
            try:
                if isinstance(target, ActionRepository):
                    return commits.meaning(target, tag)
                known = pins[item]
                return tags.meaning(target, tag, *known if len(known) == 1 else ())
            except LightshipError as error:
                return error

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            meanings = list(pool.map(one, pins))
    return dict(zip(pins, meanings, strict=True))
