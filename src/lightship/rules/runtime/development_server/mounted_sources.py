"""Whether the sources of the host lie over those that an image has."""

from __future__ import annotations

from lightship.build import Build
from lightship.evaluation.paths import below
from lightship.facts.copies.deliveries import deliveries


def are_sources_mounted(build: Build) -> bool:
    """Whether a directory of the host is mounted over what a COPY brings of the sources."""
    targets = [volume.target for volume in build.volumes if volume.from_host]
    if not targets:
        return False
    for copying, delivery in deliveries(build):
        if delivery is None or copying.instruction not in build.shipped:
            continue
        is_over = any(below(delivery.root, target) is not None for target in targets)
        if is_over and delivery.has_sources(build.context):
            return True
    return False
