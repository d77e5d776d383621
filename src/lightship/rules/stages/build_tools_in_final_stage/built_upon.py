"""Whether another image of the repository is built on this one, and may compile with its tools."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.reference import Reference, read_reference
from lightship.base_images.users import may_be_local
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.start.container_lines import begins_as_dockerfile, run_texts
from lightship.rules.stages.build_tools_in_final_stage.kept_tools import (
    MANAGERS,
)
from lightship.shell.build_tools import is_build_tool, is_headers

# What may compile what it installs
_COMPILING = (
    "bundle",
    "gem",
    "npm",
    "pdm",
    "pip",
    "pipenv",
    "pnpm",
    "poetry",
    "uv",
    "yarn",
)


def is_built_upon(build: Build) -> bool:
    """Whether a Dockerfile starts from the very image that a build of this one makes, and installs
    packages of a language there without a compiler of its own.
    """
    own = set(_own_images(build))
    if not own:
        return False
    parts = {name.rpartition("/")[2] for name, _ in own}
    for text in run_texts(build) or ():
        if text == build.dockerfile.text:
            continue
        if not begins_as_dockerfile(text):
            continue
        if not any(part in text for part in parts):
            continue
        if _compiles_upon(text, own):
            return True
    return False


def _own_images(build: Build) -> Iterator[tuple[str, str]]:
    """Name and tag of what its builds make."""
    for name in build.repository.names:
        image = read_reference(name)
        if isinstance(image, str):
            continue  # why it is no name of an image
        if _may_be_own(image):
            yield image.name, image.tag


def _may_be_own(image: Reference) -> bool:
    if not image.official:
        return True
    return may_be_local(image)


def _compiles_upon(text: str, own: set[tuple[str, str]]) -> bool:
    dockerfile = parse(text)
    if dockerfile.problems:
        return False
    other = Build(dockerfile)
    for stage in dockerfile.stages:
        image = other.root_image(stage)
        if image is None:
            continue
        is_upon = (image.name, image.tag) in own
        if is_upon and _needs_compiler(other, stage):
            return True
    return False


def _needs_compiler(other: Build, stage: Stage) -> bool:
    """Whether packages of a language are installed in a stage, and no compiler."""
    there: set[Instruction] = set()
    for line in other.lineage_of(stage):
        there.update(line.instructions)
    for call in other.packages(*MANAGERS, action="install"):
        if call.instruction in there and _brings_compiler(call):
            return False
    installs = other.packages(*_COMPILING, action="install")
    return any(call.instruction in there for call in installs)


def _brings_compiler(call: PackageInvocation) -> bool:
    manager = call.does.manager
    for package in call.does.packages:
        name = package.name
        if is_headers(manager, name):
            continue
        if is_build_tool(manager, name):
            return True
    return False
