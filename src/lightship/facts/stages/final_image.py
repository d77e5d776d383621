"""The image that a build ends in.

Its environment, its Python, and whether it is only for work on the project.
"""

from __future__ import annotations

from collections.abc import Mapping

from lightship.base_images.lifetimes import official_name
from lightship.build import Build
from lightship.dockerfile.tree import Pair, Stage
from lightship.record import record
from lightship.regex import regex

_DEVELOPMENT = frozenset(
    """dev devel develop developer development devcontainer local localdev test tests testing
    tester unittest pytest ci debug debugger e2e lint linter docs jupyter playground
    sandbox example-dev""".split()
)
_PARTS = regex(r"[^a-z0-9]+")
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
        return build.purpose in ("development", "test", "ci")
    final = build.final
    if final is not None and is_development_name(final.name):
        return True
    return is_development_name(build.path)


def is_development_name(name: str | None) -> bool:
    """Whether a part of a name says so: `dev`, `Dockerfile.test`, `compose/local/Dockerfile`."""
    if name is None:
        return False
    parts = _PARTS.split(name.lower())
    return not _DEVELOPMENT.isdisjoint(parts)


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
