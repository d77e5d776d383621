"""`PinPlace`: one place that names an image or an action, and where its pin is or would be."""

from __future__ import annotations

from enum import StrEnum

from lightship.base_images.reference import Reference, read_reference
from lightship.record import record
from lightship.regex import regex
from lightship.text import Edit, Span

LATEST = "latest"
_AT = "@"
_COMMIT = regex(r"[0-9a-f]{40}|[0-9a-f]{64}")


class PlaceKind(StrEnum):
    """What names the image or action, as people call it."""

    SYNTAX = "# syntax"
    FROM = "FROM"
    COPY = "COPY --from"
    MOUNT = "RUN --mount"
    IMAGE = "image"
    CONTEXT = "docker-image://"
    CONTAINER = "container"
    SERVICE = "services"
    ACTION_IMAGE = "docker://"
    ACTION = "uses"


@record
class ActionRepository:
    """A repository of actions, such as `actions/checkout`."""

    owner: str
    name: str

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"


@record
class UsedAction:
    """`OWNER/NAME/PATH@REF`, and the comment after it that keeps the version of a commit.

    `version` is what that comment says; `comment` is the edit of it that belongs to the pin: to
    write the version where the action is not pinned, to remove it where it is.
    """

    repository: ActionRepository
    path: str
    ref: str
    version: str = ""
    comment: Edit | None = None

    @property
    def is_pinned(self) -> bool:
        """Whether its ref is a commit."""
        return _COMMIT.fullmatch(self.ref) is not None


Target = Reference | ActionRepository


@record
class PinPlace:
    """One place that names an image or an action.

    `name` is the whole name with the variables expanded, `span` what a report points at. `end` is
    where the digest is in the text, without its `@`, or the empty place after the name; of an
    action it is the ref. It is None where no pin is written; `why` says then why. `is_foreign` is
    whether the image comes from a registry: one that is built here is named, too. `platform` is the
    one that the place asks for.
    """

    kind: PlaceKind
    name: str
    span: Span
    image: Reference | None = None
    end: Span | None = None
    why: str = ""
    is_foreign: bool = True
    action: UsedAction | None = None
    platform: str = ""

    @property
    def tag(self) -> str:
        """The tag that is looked up; empty where only a digest or commit is named."""
        if self.action is not None:
            return self.action.version if self.action.is_pinned else self.action.ref
        if self.image is None:
            return ""
        if self.image.tag or self.image.digest:
            return self.image.tag
        return LATEST

    @property
    def pin(self) -> str:
        """The digest or commit that is there; empty without one."""
        if self.action is not None:
            return self.action.ref if self.action.is_pinned else ""
        return self.image.digest if self.image is not None else ""

    @property
    def target(self) -> Target | None:
        """What has the tag: an image without tag and digest, or a repository of actions."""
        if self.action is not None:
            return self.action.repository
        if self.image is None:
            return None
        return Reference(self.image.domain, self.image.path, "", "")

    def named_with(self, pin: str) -> str:
        """The name with another pin."""
        name = self.name.partition(_AT)[0]
        has_tag = self.action is not None or (self.image is not None and self.image.tag)
        tag = "" if has_tag or not self.tag else f":{self.tag}"
        return f"{name}{tag}{_AT}{pin}"

    @property
    def named_without(self) -> str:
        """The name without a pin."""
        name = self.name.partition(_AT)[0]
        return name if self.action is None else f"{name}{_AT}{self.tag}"


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


def pinned(place: PinPlace, pin: str) -> tuple[Edit, ...]:
    """The edits that pin a place. Its tag stays; `latest` is written where an image has none."""
    assert place.end is not None
    if place.pin:
        return (Edit.replace(place.end, pin),)
    if place.action is not None:
        assert place.action.comment is not None
        return (Edit.replace(place.end, pin), place.action.comment)
    assert place.image is not None
    tag = "" if place.image.tag else f":{LATEST}"
    return (Edit.insert(place.end.end, f"{tag}{_AT}{pin}"),)


def unpinned(place: PinPlace, text: str) -> tuple[Edit, ...]:
    """The edits that take the pin away; none where that would lose what is named."""
    if place.end is None or not place.pin or not place.tag:
        return ()
    if place.action is not None:
        assert place.action.comment is not None
        return (Edit.replace(place.end, place.tag), place.action.comment)
    start = place.end.start - len(_AT)
    if not text.startswith(_AT, start):
        return ()  # a variable holds the digest alone
    return (Edit.delete(Span(start, place.end.end)),)
