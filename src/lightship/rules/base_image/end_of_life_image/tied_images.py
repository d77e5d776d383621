"""Images whose release is tied to more than the Dockerfile's own packages."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.lifetimes import official_name, parts
from lightship.base_images.reference import Reference
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.evaluation.image_references import UsedImage
from lightship.regex import regex

# Their data outlives the image, in the order of the C library under it (wiki.postgresql.org,
# "Locale data changes"): on another release an index on text may be wrong until it is made again
_SORTING = frozenset({"postgres"})
# What names one Python, or one major version of Node
_VERSIONS = {"python": regex(r"[0-9]+\.[0-9]"), "node": regex(r"[0-9]")}
_TOOLS = ("pip", "uv", "poetry", "pdm", "pipenv")


def is_tied(build: Build, used: UsedImage, root: Stage | None) -> bool:
    """Whether data, another stage or the version of a program depend on the release of an image.

    `root` is the stage that starts from it, if one does.
    """
    if official_name(used.image) in _SORTING or _stands_for_newest(used):
        return True
    return _takes_from_another_image(build, used, root)


def _takes_from_another_image(
    build: Build, used: UsedImage, root: Stage | None
) -> bool:
    """Whether a stage on the image gets Python packages that were built on another one.

    What is compiled there loads the libraries of that release, which stays as it is.
    """
    return any(True for _ in _builders(build, used, root))


def is_bound(build: Build, used: UsedImage, root: Stage | None) -> bool:
    """Whether such a stage gets them from an image of the same Python for which none is offered.

    They lie in `lib/python3.8`, where another Python does not look.
    """
    own = [part.release for part in parts(used.image)]
    for other in _builders(build, used, root):
        if other is None or official_name(other) is not None:
            continue  # an official one has choices as well
        if any(part.release in own for part in parts(other)):
            return True
    return False


def _builders(
    build: Build, used: UsedImage, root: Stage | None
) -> Iterator[Reference | None]:
    """The other images on which packages were built that stages on this one take; None for one
    that is not known.
    """
    if root is None:
        return
    building = {
        build.dockerfile.stage_of(call.instruction) for call in build.packages(*_TOOLS)
    }
    for stage in build.dockerfile.stages:
        if root not in build.lineage_of(stage):
            continue
        for source in build.evaluation.graph.sources[stage.index]:
            if source.stage not in building or source.stage is None:
                continue
            other = build.root_image(source.stage)
            own = (used.image.name, used.image.tag)
            if other is None or (other.name, other.tag) != own:
                yield other


def _stands_for_newest(used: UsedImage) -> bool:
    """Whether a tag stood for the newest version until the release under it ended: `3-buster`.

    On another release it is a later version of the program, too.
    """
    version = _VERSIONS.get(official_name(used.image) or "")
    return version is not None and version.match(used.image.tag) is None
