"""The builders, as flags of one model.

BuildKit by its source (73ed682), Docker 26.1.5 and buildah 1.39 by what they did.
"""

from __future__ import annotations

from lightship.errors import UsageError
from lightship.record import record


@record
class Builder:
    """How a builder's cache works.

    `chains`: every instruction is a step whose key holds the one before, LABEL and ENV too; else
    only what makes a layer is a step, and the rest enters the keys of those that it bears on.
    `all_stages`: stages that the target does not need are built as well. `merges`: `COPY --link`
    makes a layer that does not depend on what is below it. `owners`: who owns a file on the host
    counts. `spelling`: how a keyword is written counts, and of an ARG its names alone.
    """

    name: str
    chains: bool = False
    all_stages: bool = False
    merges: bool = False
    owners: bool = False
    spelling: bool = False


BUILDKIT = Builder("buildkit")
BUILDERS = {
    builder.name: builder
    for builder in (
        BUILDKIT,
        Builder(
            "buildkit-containerd", merges=True
        ),  # docker's containerd image store, and the docker-container driver
        Builder("classic", chains=True, all_stages=True),
        Builder("buildah", chains=True, owners=True, spelling=True),
    )
}


def read_builder(name: str) -> Builder:
    """The builder of that name; a UsageError for another."""
    if name not in BUILDERS:
        raise UsageError(f"unknown builder {name}: use one of {', '.join(BUILDERS)}")
    return BUILDERS[name]
