"""Whether the sources of the host lie over those that an image has."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.evaluation.paths import below
from lightship.facts.copies.deliveries import deliveries


def are_sources_mounted(build: Build) -> bool:
    """Whether a directory of the host is mounted over what a COPY brings of the sources."""
    targets = [volume.target for volume in build.volumes if volume.from_host]
    if not targets:
        return False
    for copying, delivery in deliveries(build):
        if copying.instruction not in build.shipped:
            continue
        if delivery is None or not _is_covered(delivery.root, targets):
            continue
        if delivery.has_sources(build.context):
            return True
    return False


def _is_covered(path: str, targets: Sequence[str]) -> bool:
    """Whether a path is one of these directories, or lies below one."""
    return any(below(path, target) is not None for target in targets)
