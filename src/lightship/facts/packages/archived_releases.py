"""Releases of distributions that the mirrors have dropped, so that no install of them works."""

from __future__ import annotations

from datetime import timedelta

from lightship.base_images.distributions import is_since
from lightship.base_images.last_debian import last_debian
from lightship.base_images.lifetimes import Release, official_name, parts
from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.packages.package_sources import may_have_them_by

_YEAR = timedelta(days=365)


def cannot_install(build: Build, stage: Stage, run: Instruction) -> bool:
    """Whether an install in a RUN of a stage fails, so that another release must come first."""
    release = archived_release(build, stage)
    if release is None:
        return False
    return not may_have_them_by(build, stage, run)


def archived_release(build: Build, stage: Stage) -> Release | None:
    """The release of a stage's official image, where the mirrors have dropped it."""
    image = build.root_image(stage)
    if image is None:
        return None
    if image.digest:
        return None
    if official_name(image) is None:
        return None
    of_image = parts(image)
    named = [part.release for part in of_image]
    unnamed = last_debian(image)
    if unnamed is not None:
        named.append(unnamed)
    for release in named:
        if _is_archived(build, release):
            return release
    return None


def _is_archived(build: Build, release: Release) -> bool:
    """Source: the archives themselves; of Ubuntu those with long support stay where they were."""
    product = release.product
    if product == "Debian":
        return not is_since(release, "Debian", "11")
    if product == "CentOS":
        return is_since(release, "CentOS", "6")
    if product != "Ubuntu":
        return False
    if _has_long_support(release):
        return False
    moved = release.ends + _YEAR
    return moved < build.today


def _has_long_support(release: Release) -> bool:
    year, month = release.version.split(".")
    if month != "04":
        return False
    return int(year) % 2 == 0
