"""What shows at once that a slim image does not do: commands and headers that it lacks.

Whether it surely does is a longer question, which the rule of full images asks.
"""

from __future__ import annotations

from lightship.base_images.full import missing_commands
from lightship.base_images.reference import Reference
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.evaluation.image_references import UsedImage

_APT = ("apt-get", "apt", "aptitude")
_CALLING = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK")
_GIT = ("git+", "github:")


def uses_full(build: Build, used: UsedImage, image: Reference) -> bool:
    """Whether a stage on an image calls what only the full one of its kind has.

    Also where apt installs headers and no compiler, or a package comes from git.
    """
    stages = [stage for stage in build.dockerfile.stages if _is_on(build, stage, used)]
    installed: set[str] = set()
    for install in build.packages(*_APT, action="install"):
        if build.dockerfile.stage_of(install.instruction) in stages:
            names = [package.name for package in install.does.packages]
            installed.update(name.partition(":")[0] for name in names)

    missing = missing_commands(image, installed)
    if "gcc" in missing and any(name.endswith("-dev") for name in installed):
        return True
    for call in build.commands(keywords=_CALLING):
        if build.dockerfile.stage_of(call.instruction) not in stages:
            continue
        if call.command.name in missing:
            return True
        words = (word.text.strip("\"'") for word in call.command.args)
        if "git" in missing and any(word.startswith(_GIT) for word in words):
            return True
    return False


def _is_on(build: Build, stage: Stage, used: UsedImage) -> bool:
    root = build.lineage_of(stage)[0]
    return root.base.span == used.span
