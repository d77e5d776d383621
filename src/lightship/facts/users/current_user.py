"""As whom an instruction runs, and where that user is at home, as far as the Dockerfile tells."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.base_images.reference import read_reference
from lightship.base_images.users import ImageUser, image_user
from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.dispatch import Step
from lightship.evaluation.stages import SCRATCH
from lightship.facts.users.accounts import ROOT, account_of

# Users of official images, besides root, with their homes
_HOMES = {
    "node": "/home/node",
    "www-data": "/var/www",
    "nobody": "/nonexistent",
}


def user_of(build: Build, instruction: Instruction) -> str:
    """The user that an instruction runs as, without its group; empty where that is not known."""
    state = build.evaluation.before(instruction)
    if state is None:
        return ""
    user, _, _ = state.user.partition(":")
    if user:
        return user
    stage = build.dockerfile.stage_of(instruction)
    if stage is None:
        return ""
    return base_user(build, stage)


def user_steps(build: Build) -> list[Step]:
    """The USER instructions of the final image, in order: the last one decides."""
    users: list[Step] = []
    for step in build.shipped_steps:
        keyword = step.instruction.keyword
        if keyword == "USER" and step.operands:
            users.append(step)
    return users


def base_user(build: Build, stage: Stage) -> str:
    """The user that a stage's base image ends with: root, or empty where that is not known."""
    image = image_user_of(build, stage)
    if image.runs_as in ("root", "drops"):
        return "root"
    return ""


def image_user_of(build: Build, stage: Stage) -> ImageUser:
    """What is known of the user of the image that a stage comes from."""
    base = build.evaluation.root(stage)
    if base.name == SCRATCH:
        return ImageUser("root")
    image = build.root_image(stage)
    if image is None:  # no name of an image
        return _of_unknown_tag(base.name)
    return image_user(image)


def _of_unknown_tag(name: str) -> ImageUser:
    """What is known of `name:` where a build arg without a default gives the tag.

    All tags of a name end with a user of their own, or drop root, if they are known for it.
    """
    unknown = ImageUser("unknown")
    if not name.endswith(":"):
        return unknown
    reference = read_reference(name.removesuffix(":"))
    if isinstance(reference, str):
        return unknown

    known = image_user(reference)
    if known.runs_as in ("user", "drops"):
        return known
    return unknown


def home_of(build: Build, instruction: Instruction) -> str | None:
    """The home directory of the user that an instruction runs as; None where it is not known."""
    state = build.evaluation.before(instruction)
    if state is None:
        return None
    home = state.env.get("HOME")
    if home:
        return home
    stage = build.dockerfile.stage_of(instruction)
    if stage is None:
        return None

    stages = build.lineage_of(stage)
    user = user_of(build, instruction)
    return home_of_user(build, stages, user)


def home_of_user(build: Build, stages: Sequence[Stage], user: str) -> str | None:
    """The home directory of a user that one of `stages` makes or has; None where not known."""
    if user in ROOT:
        return "/root"
    account = account_of(build, stages, user)
    if account is not None:
        return account.home
    return _HOMES.get(user)
