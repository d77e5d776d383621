"""What is offered in place of an image whose release has ended: a fix, or else choices."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.evaluation.image_references import UsedImage
from lightship.lint.finding import Fix, Safety
from lightship.rules.base_image.end_of_life_image.offered_images import offered
from lightship.rules.base_image.end_of_life_image.supported_image import upgrade
from lightship.rules.base_image.end_of_life_image.tied_images import is_bound, is_tied


def cures(
    build: Build, used: UsedImage, stage: Stage | None
) -> tuple[Fix | None, tuple[Fix, ...]]:
    """The fix, or else the choices, of an image with which `stage` begins, if any does."""
    fix = _fix(build, used, stage)
    if fix is not None:
        return fix, ()
    return None, _choices(build, used, stage)


def _fix(build: Build, used: UsedImage, stage: Stage | None) -> Fix | None:
    image = upgrade(build, used)
    if image is None or not image.is_sure:
        return None
    if is_tied(build, used, stage):
        return None
    # Stages that share an image go together: what one builds another may load
    for other in build.images:
        if other.image.name != used.image.name or other.image.tag != used.image.tag:
            continue
        there = upgrade(build, other)
        if there is None or not there.is_sure:
            return None
    return Fix(f"Start from {image.name}", image.edits, Safety.UNSAFE)


def _choices(build: Build, used: UsedImage, stage: Stage | None) -> tuple[Fix, ...]:
    if is_bound(build, used, stage):
        return ()
    return tuple(
        Fix(f"Start from {image.name}", image.edits, Safety.MANUAL)
        for image in offered(build, used)
    )
