"""Images whose build stops before a cache could be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.build import Build
from lightship.builds.ci.ci_build import BuildTool, CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.packages.failing_installs import failing_installs

_OF_BUILDKIT = (BuildTool.BUILDX, BuildTool.DOCKER)


def running_builds(file: CiFile) -> list[CiBuild]:
    """The builds of a file that do not stop, by line."""
    return _running(file, file.builds)


def running_steps(file: CiFile) -> Iterator[list[CiBuild]]:
    """Those of each step that has any, by line."""
    for builds in file.steps:
        running = _running(file, builds)
        if running:
            yield running


def _running(file: CiFile, builds: Iterable[CiBuild]) -> list[CiBuild]:
    return [build for build in builds if not stops(file, build)]


def stops(file: CiFile, build: CiBuild) -> bool:
    """Whether BuildKit cannot read the Dockerfile, or an install in it is known to fail."""
    if build.tool not in _OF_BUILDKIT:
        return False
    image = file.image_of(build)
    if image is None:
        return False
    return image.once(_stops)


def _stops(image: Build) -> bool:
    if image.dockerfile.problems:
        return True
    return any(failing_installs(image))
