"""What the tags of many places mean today, each asked for once, from several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from lightship.base_images.reference import Reference
from lightship.errors import LightshipError
from lightship.pins.tag_meaning import TagMeaning

_AT_ONCE = 8
Wanted = tuple[Reference, str]  # an image without tag and digest, and a tag
Meaning = TagMeaning | LightshipError
Ask = Callable[[Reference, str], TagMeaning]


def wanted(image: Reference, tag: str) -> Wanted:
    """What is looked up for a tag of an image."""
    return Reference(image.domain, image.path, "", ""), tag


def look_up(asked: Iterable[Wanted], ask: Ask) -> Mapping[Wanted, Meaning]:
    """What each tag means, or why that is not known."""
    distinct = list(dict.fromkeys(asked))

    def one(item: Wanted) -> Meaning:
        image, tag = item
        try:
            return ask(image, tag)
        except LightshipError as error:
            return error

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        meanings = list(pool.map(one, distinct))
    return dict(zip(distinct, meanings, strict=True))
