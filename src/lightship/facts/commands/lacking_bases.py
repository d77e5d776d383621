"""Whether any command is called that a base image comes without: most Dockerfiles call none."""

from __future__ import annotations

from lightship.base_images.missing_commands import missing_commands
from lightship.build import Build
from lightship.dockerfile.tree import Stage


def calls_any_missing(build: Build) -> bool:
    """Whether a command is called that the image of some stage does not have at its start."""
    missing: set[str] = set()
    for stage in build.dockerfile.stages:
        missing |= missing_in_base(build, stage)
    if not missing:
        return False

    for call in build.commands():
        command = call.command
        names = {wrapper.name for wrapper in command.wrappers}
        names.add(command.name)
        if not missing.isdisjoint(names):
            return True
    return False


def missing_in_base(build: Build, stage: Stage) -> set[str]:
    """What the image of a stage surely comes without."""
    image = build.root_image(stage)
    if image is None:
        return set()
    commands = missing_commands(image)
    return set(commands)
