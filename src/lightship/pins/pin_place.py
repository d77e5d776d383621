"""`PinPlace`: one place that names an image, and where its digest is or would be written."""

from __future__ import annotations

from enum import StrEnum

from lightship.base_images.reference import Reference, read_reference
from lightship.record import record
from lightship.text import Edit, Span

LATEST = "latest"
_AT = "@"


class PlaceKind(StrEnum):
    """What names the image, as people call it."""

    SYNTAX = "# syntax"
    FROM = "FROM"
    COPY = "COPY --from"
    MOUNT = "RUN --mount"
    IMAGE = "image"
    CONTEXT = "docker-image://"
    CONTAINER = "container"
    SERVICE = "services"
    ACTION_IMAGE = "docker://"


@record
class PinPlace:
    """One place that names an image.

    `name` is the whole name with the variables expanded, `span` what a report points at. `end` is
    where the digest is in the text, without its `@`, or the empty place after the name. It is None
    where no digest is written; `why` says then why. `is_foreign` is whether the image comes from a
    registry: one that is built here is named, too.
    """

    kind: PlaceKind
    name: str
    span: Span
    image: Reference | None = None
    end: Span | None = None
    why: str = ""
    is_foreign: bool = True

    @property
    def tag(self) -> str:
        """The tag that is looked up; empty where only a digest is named."""
        if self.image is None:
            return ""
        if self.image.tag or self.image.digest:
            return self.image.tag
        return LATEST

    @property
    def pin(self) -> str:
        """The digest that is there; empty without one."""
        return self.image.digest if self.image is not None else ""


def place_of_name(
    kind: PlaceKind, name: str, span: Span, written: Span
) -> PinPlace | None:
    """The place of a name that is in the text as it is, at `written`; None for what names no image.

    `span` is what a report points at.
    """
    image = read_reference(name)
    if isinstance(image, str):
        return None
    start = written.end - len(image.digest)
    return PinPlace(kind, name, span, image, Span(start, written.end))


def without_end(kind: PlaceKind, name: str, span: Span, why: str) -> PinPlace:
    """A place where no digest is written, and why."""
    image = read_reference(name)
    known = None if isinstance(image, str) else image
    return PinPlace(kind, name, span, known, None, why)


def pinned(place: PinPlace, digest: str) -> Edit:
    """The edit that pins a place to a digest. Its tag stays; `latest` is written where none is."""
    assert place.end is not None
    if place.pin:
        return Edit.replace(place.end, digest)
    assert place.image is not None
    tag = "" if place.image.tag else f":{LATEST}"
    return Edit.insert(place.end.end, f"{tag}{_AT}{digest}")


def unpinned(place: PinPlace, text: str) -> Edit | None:
    """The edit that takes the digest away; None where that would lose what the image is."""
    if place.end is None or not place.pin or not place.tag:
        return None
    start = place.end.start - len(_AT)
    if not text.startswith(_AT, start):
        return None  # a variable holds the digest alone
    return Edit.delete(Span(start, place.end.end))
