"""The image that a build ends in.

Its environment, its Python, and whether it is only for work on the project.
"""

from __future__ import annotations

from collections.abc import Mapping

from lightship.base_images.lifetimes import official_name
from lightship.build import Build
from lightship.builds.purpose_names import (
    FOR_WORK,
    purpose_of_name,
    purpose_of_path,
)
from lightship.dockerfile.tree import Pair, Stage
from lightship.record import record

_UV = frozenset({"ghcr.io/astral-sh/uv", "astral/uv"})


@record
class Variable:
    """What ENV sets in the final image: its value, and the pair that says so."""

    value: str
    pair: Pair


def image_env(build: Build) -> Mapping[str, Variable]:
    """The variables that ENV sets in the final image, by name.

    Those of the base image are not known.
    """
    return build.once(_image_env)


def _image_env(build: Build) -> dict[str, Variable]:
    variables: dict[str, Variable] = {}
    for step in build.shipped_steps:
        if step.instruction.keyword != "ENV":
            continue
        names = step.operands[::2]
        values = step.operands[1::2]
        for pair, name, value in zip(
            step.instruction.pairs, names, values, strict=False
        ):
            variables.pop(name, None)  # the order is that of the last ones
            variables[name] = Variable(value, pair)
    return variables


def is_for_development(build: Build) -> bool:
    """Whether it is an image to work or test with.

    The repository says so; or, where it says nothing, the final stage, the Dockerfile or a
    directory above it is named so.
    """
    if build.purpose:
        return build.purpose in FOR_WORK
    final = build.final
    if final is not None and is_development_name(final.name):
        return True
    return build.path is not None and purpose_of_path(build.path) in FOR_WORK


def is_shipped(build: Build) -> bool:
    """Whether anybody pulls the image, so that its size matters.

    What is pushed to a registry is pulled, whatever it is for; of the rest what is not for
    development, tests or CI.
    """
    return build.is_published or not is_for_development(build)


def is_development_name(name: str | None) -> bool:
    """Whether the words of a name say so: `dev`, `Dockerfile.test`."""
    return name is not None and purpose_of_name(name) in FOR_WORK


def has_own_python(build: Build, stage: Stage) -> bool:
    """Whether a stage starts from a Python image.

    Its interpreter is then not a package of the distribution.
    """
    image = build.root_image(stage)
    if image is None:
        return False
    if "windows" in image.tag or "nanoserver" in image.tag:
        return False
    if image.name in _UV and "python3" in image.tag:
        return True
    return official_name(image) == "python"
