"""Findings on a base image that ended long ago: what could break there is only shown.

Nobody knows such an image any more: its tools lack options, its indexes have moved, and packages
for it are gone. A fix that holds by argument is still made.
"""

from __future__ import annotations

from datetime import date, timedelta

from lightship.base_images.lifetimes import parts
from lightship.base_images.reference import Reference
from lightship.base_images.retired import retirement_of
from lightship.base_images.underlying import release_under
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.lint.finding import Finding

_LONG = timedelta(days=3 * 365)


def is_on_old_base(build: Build, finding: Finding) -> bool:
    """Whether the stage that a finding is about comes from an image that ended long ago.

    What is found in another file is about all stages.
    """
    old = build.once(_old_stages)
    if finding.path is not None:
        return bool(old)
    return any(stage.span.covers(finding.span) for stage in old)


def _old_stages(build: Build) -> tuple[Stage, ...]:
    stages: list[Stage] = []
    for stage in build.dockerfile.stages:
        image = build.root_image(stage)
        if image is not None and _has_long_ended(image, build.today):
            stages.append(stage)
    return tuple(stages)


def _has_long_ended(image: Reference, day: date) -> bool:
    retirement = retirement_of(image)
    if retirement is not None and day - retirement.ends > _LONG:
        return True
    releases = [part.release for part in parts(image)]
    under = release_under(image)
    if under is not None:
        releases.append(under)
    return any(day - release.ends > _LONG for release in releases)
