"""Places whose image no registry gives: what is built here has no digest before it is built."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from lightship.base_images.reference import Reference
from lightship.base_images.users import may_be_local
from lightship.pins.pin_place import PinPlace

_LOCAL = "it is taken for an image that is built locally: no official one has this name"
_OWN = "this repository builds it"
_CONTEXT = "a build context has this name"


def own_left(
    place: PinPlace,
    images: Collection[str],
    contexts: Collection[str] = (),
) -> PinPlace:
    """A place, without an end where no registry is asked for the image, with the reason.

    `images` are those that the repository builds, by name without tag, an official one with it.
    """
    why = ""
    if place.name in contexts:
        why = _CONTEXT
    elif place.image is not None and not place.pin:
        why = _why_left(place.image, images)
    if not why:
        return place
    return replace(place, end=None, why=why, is_foreign=False)


def _why_left(image: Reference, images: Collection[str]) -> str:
    # `localhost:5000` is a registry, `localhost` is what podman calls its own images
    is_local = may_be_local(image) and ":" not in image.domain
    name = image.name
    if image.official and not is_local:
        name = f"{name}:{image.tag or 'latest'}"
    if name in images or ("/" in image.path and image.path in images):
        return _OWN
    return _LOCAL if is_local else ""
