"""Which of the images that a Dockerfile starts from the repository makes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lightship.base_images.reference import Reference, read_reference
from lightship.build import Build
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.own_images import own_images
from lightship.builds.tagged_images import tagged_images
from lightship.builds.workspace import Workspace


def ci_bases(
    workspace: Workspace, image: Build, names: Callable[[], frozenset[str]]
) -> frozenset[str]:
    """The names without tags of the base images of a build that the repository makes.

    `names` gives what `names_given` says, and is asked only where there is such a base image.
    """
    bases = [base for base in _bases(image) if not base.official]
    if not bases:
        return frozenset()
    given = names().intersection(base.name for base in bases)
    rest = [base for base in bases if base.name not in given]
    dockerfile = image.repository.dockerfile or image.path or ""
    return own_images(workspace, dockerfile, rest) | given


def _bases(image: Build) -> Iterator[Reference]:
    for stage in image.dockerfile.stages:
        if image.base_of(stage) is None:
            reference = image.root_image(stage)
            if reference is not None:
                yield reference


def names_given(workspace: Workspace, builds: Iterable[CiBuild]) -> frozenset[str]:
    """What the repository's files tag its images with, without the tags."""
    return frozenset((*tagged_images(workspace), *_tagged(builds)))


def _tagged(builds: Iterable[CiBuild]) -> Iterator[str]:
    for build in builds:
        definition = build.definition
        for tag in definition.tags if definition is not None else ():
            reference = read_reference(tag)
            if not isinstance(reference, str):
                yield reference.name
