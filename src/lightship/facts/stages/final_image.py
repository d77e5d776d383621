"""The image that a build ends in.

Its environment, its Python, and whether it is only for work on the project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lightship.base_images.lifetimes import official_name
from lightship.build import Build
from lightship.builds.definition import Purpose
from lightship.builds.purpose_names import (
    FOR_WORK,
    purpose_of_name,
    purpose_of_path,
)
from lightship.dockerfile.tree import Pair, Stage
from lightship.evaluation.paths import below, clean
from lightship.record import record
from lightship.regex import regex

_DEVELOPMENT = regex(
    r"(?i)\bfor (?:local |the )?develop(?:ment|ing|ers)\b"
    r"|\b(?:workspace|environment|container|image) for [\w-]+ development\b"
    r"|\b(?:dev|development) (?:image|container|environment)\b"
)
# For the few who work on the project
_FOR_FEW = (Purpose.DEVELOPMENT.value, Purpose.TEST.value)
_DEPLOYED = ("deploy", "deployment", "prod", "production", "release")
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
        instruction = step.instruction
        if instruction.keyword != "ENV":
            continue

        # They stand in turn among the operands
        names = step.operands[::2]
        values = step.operands[1::2]
        for pair, name, value in zip(instruction.pairs, names, values, strict=False):
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
    if build.path is None:
        return False
    return purpose_of_path(build.path) in FOR_WORK


def is_shipped(build: Build) -> bool:
    """Whether anybody pulls the image, so that its size matters.

    What is pushed to a registry is pulled, but for an image to develop or test with, which few
    pull. The rest is not, where another build of the Dockerfile is pushed, where it is for
    development, tests or CI, an example, or a tool with which something is built.
    """
    if build.is_published:
        return build.purpose not in _FOR_FEW
    if build.repository.has_pushed_build:
        return False
    is_tool = build.purpose == Purpose.TOOL.value
    if is_tool or build.repository.is_example:
        return False
    return not is_worked_in(build)


def is_worked_in(build: Build) -> bool:
    """Whether it is for development, or shows that it is in some other way.

    That is the comment at the top, the description, NODE_ENV, or a directory of the host that is
    mounted over its working directory. What is known to be shipped is not.
    """
    if is_for_development(build):
        return True
    if build.purpose:
        return False
    return build.once(_shows_development)


def _shows_development(build: Build) -> bool:
    first_comment = _first_comment(build.dockerfile.text)
    if _speaks_of_development(first_comment):
        return True
    descriptions = _descriptions(build)
    if any(map(_speaks_of_development, descriptions)):
        return True
    node = image_env(build).get("NODE_ENV")
    if node is not None and node.value == "development":
        return True
    return is_mounted_over(build)


def is_mounted_over(build: Build) -> bool:
    """Whether a directory of the host is mounted over the working directory, or one above it."""
    final = build.final
    if final is None:
        return False
    state = build.evaluation.finals[final.index]
    if state.workdir == "/":
        return False
    return any(below(state.workdir, path) is not None for path in _mounted(build))


def is_beside_deployed(build: Build) -> bool:
    """Whether the sources are mounted over the image, and another Dockerfile is for deployment."""
    context, path = build.context, build.path or ""
    if context is None or not is_mounted_over(build):
        return False

    folder, slash, _ = path.rpartition("/")
    for name in _DEPLOYED:
        for beside in (
            f"Dockerfile.{name}",
            f"Dockerfile-{name}",
            f"{name}.Dockerfile",
        ):
            other = f"{folder}{slash}{beside}"
            if other != path and context.exists(other):
                return True
    return False


def _speaks_of_development(text: str) -> bool:
    if not text or "roduction" in text:
        return False
    return _DEVELOPMENT.search(text) is not None


def _mounted(build: Build) -> list[str]:
    """Where directories of the host are mounted."""
    targets = [volume.target for volume in build.volumes if volume.from_host]
    return [clean(path) for path in targets]


def _first_comment(text: str) -> str:
    """The comment at the top of the file, up to an empty line."""
    lines: list[str] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# "))
    return " ".join(lines)


def _descriptions(build: Build) -> Iterator[str]:
    """What labels say that the image is."""
    for stage in build.lineage:
        for item in stage.instructions:
            if item.keyword != "LABEL":
                continue
            for pair in item.pairs:
                if pair.value is None:
                    continue
                if "description" in pair.name.text:
                    yield pair.value.text


def is_for_tests(build: Build) -> bool:
    """Whether it is only a test's, as the repository says, or a directory above it."""
    if build.purpose:
        return build.purpose == Purpose.TEST.value
    if build.path is None:
        return False
    return purpose_of_path(build.path) is Purpose.TEST


def is_development_name(name: str | None) -> bool:
    """Whether the words of a name say so: `dev`, `Dockerfile.test`."""
    if name is None:
        return False
    return purpose_of_name(name) in FOR_WORK


def has_own_python(build: Build, stage: Stage) -> bool:
    """Whether a stage starts from a Python image.

    Its interpreter is then not a package of the distribution.
    """
    image = build.root_image(stage)
    if image is None:
        return False
    tag = image.tag
    if "windows" in tag or "nanoserver" in tag:
        return False
    if image.name in _UV and "python3" in tag:
        return True
    return official_name(image) == "python"
