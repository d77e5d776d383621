"""A version for an image that has none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.base_images.full import slim_tag
from lightship.base_images.newest_tags import newest_tag
from lightship.build import Build
from lightship.evaluation.image_references import UsedImage
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.text import Edit, Span

_LATEST = ":latest"


def without_version(build: Build, used: UsedImage, message: str) -> Finding:
    """What a rule says of an image without a version, with the one that `latest` means.

    It is written by a fix where there is one such image, and is a choice beside its slim one.
    """
    severity = Severity.INFO if used.is_mostly_another else None
    tag = newest_tag(used.image, build.today)
    if tag is None:
        return Finding(used.span, message, severity=severity)

    message += f", such as {tag}"
    slim = slim_tag(replace(used.image, tag=tag))
    if slim is None:
        fix = next(_pinned(build, used, tag, Safety.UNSAFE), None)
        return Finding(used.span, message, fix, severity)
    choices = (
        *_pinned(build, used, slim, Safety.MANUAL),
        *_pinned(build, used, tag, Safety.MANUAL),
    )
    return Finding(used.span, message, None, severity, choices)


def _pinned(build: Build, used: UsedImage, tag: str, safety: Safety) -> Iterator[Fix]:
    """Write `tag` after the name; nothing where a variable stands for a part of it."""
    text = used.span.of(build.dockerfile.text)
    name = text.removesuffix(_LATEST)
    is_written = text == used.name and used.name.removesuffix(_LATEST) == name
    if not is_written or used.is_mostly_another:
        return
    span = Span(used.span.start + len(name), used.span.end)
    edit = Edit.replace(span, f":{tag}")
    yield Fix(f"Use {name}:{tag}", (edit,), safety)
