"""Which line of the Dockerfile made which layer: from BuildKit's provenance, or by the texts
of the history.

The history says the instructions of the image, the base image's first; each builder writes them in
its own way. `expected.py` tells what a builder would write for a Dockerfile, `match.py` lays both
beside each other from the end. A wrong line is worse than none: what does not fit stays unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lightship.image.blame.blamed import Blame, Confidence

if TYPE_CHECKING:
    from lightship.build import Build
    from lightship.image.image import Image

__all__ = ["Blame", "Confidence", "blame"]


def blame(
    image: Image,
    build: Build | None = None,
    path: str = "",
) -> tuple[Blame, ...]:
    """What made each layer of `image`, in their order.

    `build` is of the Dockerfile that may have made it, `path` how reports name that file. Without
    it the Dockerfile inside BuildKit's provenance is read, where the image has one; else only the
    history's words are told.
    """
    # Reads Dockerfiles
    from lightship.image.blame.blamed_layers import blame_layers  # noqa: PLC0415

    return blame_layers(image, build, path)
