"""`Policy`: what a team allows, as its configuration says it; rules hold a Dockerfile to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from lightship.record import record

LABEL_TYPES = ("text", "url", "rfc3339", "semver", "hash", "spdx", "email")


@record
class Policy:
    """What is allowed and asked for; what is empty is not limited.

    `trusted_registries` are registries or repositories that images may come from,
    `forbidden_images` and `forbidden_packages` patterns of what may not be used. `label_schema`
    are the labels that an image must have, each with the type of its value (LABEL_TYPES); with
    `strict_labels` it may have no other.
    """

    trusted_registries: tuple[str, ...] = ()
    forbidden_images: tuple[str, ...] = ()
    forbidden_packages: tuple[str, ...] = ()
    label_schema: Mapping[str, str] = field(default_factory=dict)
    strict_labels: bool = False


def policy_of(settings: Mapping[str, Any]) -> Policy | None:
    """The policy in settings, by the names of its fields or keys; None where there is none."""
    values: dict[str, Any] = {}
    for name in Policy.__dataclass_fields__:
        key = name.replace("_", "-")
        value = settings.get(name) or settings.get(key)
        if isinstance(value, list):
            value = tuple(value)
        if value:
            values[name] = value
    if not values:
        return None
    return Policy(**values)
