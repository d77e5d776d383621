"""What shows at once that a slim image does not do: commands and headers that it lacks.

Whether it surely does is a longer question, which the rule of full images asks.
"""

from __future__ import annotations

from collections.abc import Container

from lightship.base_images.full import missing_commands
from lightship.base_images.reference import Reference
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.evaluation.image_references import UsedImage
from lightship.shell.commands import Command

_APT = ("apt-get", "apt", "aptitude")
_CALLING = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK")
_GIT = ("git+", "github:")


def uses_full(build: Build, used: UsedImage, image: Reference) -> bool:
    """Whether a stage on an image calls what only the full one of its kind has.

    Also where apt installs headers and no compiler, or a package comes from git.
    """
    dockerfile = build.dockerfile
    stages = [stage for stage in dockerfile.stages if _is_on(build, stage, used)]
    installed = _installed(build, stages)
    missing = missing_commands(image, installed)
    has_headers = any(name.endswith("-dev") for name in installed)
    if has_headers and "gcc" in missing:
        return True

    for call in build.commands(keywords=_CALLING):
        stage = dockerfile.stage_of(call.instruction)
        if stage not in stages:
            continue
        command = call.command
        if command.name in missing:
            return True
        if "git" in missing and _names_git(command):
            return True
    return False


def _installed(build: Build, stages: Container[Stage | None]) -> set[str]:
    """The packages that apt installs in these stages, without their architecture."""
    installed: set[str] = set()
    for install in build.packages(*_APT, action="install"):
        stage = build.dockerfile.stage_of(install.instruction)
        if stage not in stages:
            continue
        for package in install.does.packages:
            name, _, _ = package.name.partition(":")
            installed.add(name)
    return installed


def _names_git(command: Command) -> bool:
    """Whether it installs a package from git, as `pip install git+https://...` does."""
    for word in command.args:
        text = word.text.strip("\"'")
        if text.startswith(_GIT):
            return True
    return False


def _is_on(build: Build, stage: Stage, used: UsedImage) -> bool:
    root = build.lineage_of(stage)[0]
    return root.base.span == used.span
