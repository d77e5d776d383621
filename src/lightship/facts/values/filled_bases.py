"""Variables of FROM that another tool writes the name of an image into, before the build."""

from __future__ import annotations

FILLED_BASES = frozenset({"DOCKER_IMAGE_PARENT"})
"""That of taskgraph, which writes Dockerfiles out of directives of its own."""
