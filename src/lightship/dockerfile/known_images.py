"""Facts about official images, as their Dockerfiles in docker-library and at the distributions state them."""

from __future__ import annotations

from lightship.dockerfile.reference import Reference

# They set no ENTRYPOINT, and no WORKDIR other than `/`.
BARE = frozenset(
    "almalinux alpine amazonlinux archlinux buildpack-deps busybox debian fedora python rockylinux ubuntu".split()  # noqa: SIM905 - a list of words reads better
)


def is_bare(image: Reference) -> bool:
    """Whether an image is known to start in `/` and to run a command as it is given."""
    return image.official and image.path.removeprefix("library/") in BARE
