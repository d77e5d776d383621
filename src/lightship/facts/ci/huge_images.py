"""Images of many gigabytes: a few of their caches fill the 10 GB of a repository."""

from __future__ import annotations

from lightship.build import Build
from lightship.builds.ci.ci_build import CiBuild
from lightship.facts.ci.build_stages import built_stages
from lightship.facts.ci.light_runs import asked_packages
from lightship.regex import regex

_HUGE_BASE = regex(r"(?i)cuda[^/]*-devel|rocm|pytorch/pytorch|nvcr\.io/")
_HUGE_PACKAGES = frozenset({"torch", "tensorflow"})


def is_huge(build: CiBuild, image: Build) -> bool:
    """Whether a base is, or packages for several platforms are."""
    if is_on_huge_base(image):
        return True
    if len(build.platforms) < 2:
        return False
    packages = asked_packages(image)
    return not _HUGE_PACKAGES.isdisjoint(packages)


def is_on_huge_base(image: Build) -> bool:
    """Whether a stage that is built starts from such an image."""
    for stage in built_stages(image):
        base = stage.base.text
        if _HUGE_BASE.search(base):
            return True
    return False
