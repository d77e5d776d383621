"""The message about releases that have ended, and its place."""

from __future__ import annotations

from datetime import date

from lightship.base_images.lifetimes import (
    Release,
    supported_after,
)
from lightship.build import Build
from lightship.evaluation.image_references import UsedImage
from lightship.text import Span


def given_value(build: Build, used: UsedImage) -> str:
    """The build arg that names the release, since the line does not show it."""
    tag = used.image.tag
    given = sorted(used.variables & build.args.keys())
    names = [name for name in given if _says(build.args[name], tag)]
    return "".join(f"{name}={build.args[name]}: " for name in names[:1])


def _says(value: str, tag: str) -> bool:
    """Whether a part of a tag, or all of it, is from this value."""
    return bool(value) and (value in tag or tag in value)


def message_of(ended: list[Release], day: date) -> str:
    oldest = []
    for release in ended:
        releases = supported_after(release, day)
        if releases:
            oldest.append(f"{release.product} {releases[0].version}")
    supported_ones = " and ".join(oldest)

    if len(ended) == 1:
        [release] = ended
        message = f"{release} reached end of life on {release.ends}"
        if not oldest:
            return message
        return f"{message}; oldest still supported: {supported_ones}"

    # Their dates would make it too long
    ended_ones = " and ".join(map(str, ended))
    message = f"{ended_ones} are past their end of life"
    if not oldest:
        return message
    return f"{message}: use {supported_ones} or later"


def message_of_row(ended: list[Release]) -> str:
    """What is said of an image that is made for just this release, and named for it."""
    if len(ended) > 1:
        ended_ones = " and ".join(map(str, ended))
        return f"{ended_ones} are past their end of life: replace or retire the image for them"
    [release] = ended
    return f"{release} reached end of life on {release.ends}: replace or retire the image for it"


def tag_span(build: Build, used: UsedImage) -> Span:
    """The tag, or all of the word where a variable stands for it."""
    tag = used.image.tag
    text = used.span.of(build.dockerfile.text)
    at = text.rfind(f":{tag}")
    if at < 0:
        return used.span
    start = used.span.start + at + 1
    return Span(start, start + len(tag))
