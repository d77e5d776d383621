"""Whether a container runs as root."""

from __future__ import annotations

from lightship.base_images.users import may_be_local
from lightship.build import Build
from lightship.evaluation.dispatch import Step
from lightship.evaluation.stages import SCRATCH
from lightship.facts.stages.final_image import is_beside_deployed
from lightship.facts.start.command_line_tool import is_command_line_tool
from lightship.facts.start.gives_root_up import gives_root_up
from lightship.facts.start.purpose import runs_program, start_steps
from lightship.facts.users.accounts import is_root
from lightship.facts.users.current_user import image_user_of
from lightship.record import record
from lightship.rules.security.root_user.beside import (
    is_add_on,
    is_for_lambda,
    is_github_action,
)
from lightship.rules.security.root_user.hands_on import only_hands_on
from lightship.rules.security.root_user.manifest_user import is_left_to_manifest
from lightship.rules.security.root_user.meant_root import (
    means_root,
    only_changes_owners,
    only_fills_volume,
    works_on_host,
)
from lightship.rules.security.root_user.other_user import runs_as_another
from lightship.rules.security.root_user.root_calls import calls_for_root


@record
class RootRun:
    """The container runs as root: because of `step`, a USER, or no USER at all.

    `sure` is False where the base image is not known, and may have another user.
    """

    step: Step | None
    sure: bool = True


def root_run(build: Build) -> RootRun | None:
    """Whether the final image starts a program as root.

    None also where the program must be root, or gives that up by itself.
    """
    final = build.final
    if final is None or build.evaluation.root(final).system == "windows":
        return None
    if any(item.trigger for item in final.instructions):
        return None  # others start from it
    if gives_root_up(build) or _is_left_to_platform(build):
        return None
    if is_command_line_tool(build) or build.repository.is_example:
        return None
    if is_beside_deployed(build) or only_hands_on(build):
        return None  # to work in, on files of the host
    if _must_be_root(build) or _has_user_elsewhere(build):
        return None

    last = None
    for step in build.shipped_steps:
        if step.instruction.keyword == "USER":
            last = step
    if last is None:
        return _by_image(build)
    return _by_user(build, last)


def _is_left_to_platform(build: Build) -> bool:
    return is_github_action(build) or is_add_on(build) or is_for_lambda(build)


def _has_user_elsewhere(build: Build) -> bool:
    return runs_as_another(build) or is_left_to_manifest(build)


def _must_be_root(build: Build) -> bool:
    if means_root(build):
        return True
    if only_changes_owners(build) or only_fills_volume(build):
        return True
    return works_on_host(build) or calls_for_root(build)


def _by_user(build: Build, last: Step) -> RootRun | None:
    """The same where there is a USER."""
    image = image_user_of(build, build.lineage[0])
    if not start_steps(build):
        if image.runs_as in ("root", "drops"):
            return None  # it starts a shell, or the image's own program drops root
        if _is_told_elsewhere(build):
            return None
    elif not runs_program(build) and image.runs_as != "user":
        return None  # CMD is a shell, in which somebody works
    if not last.operands:
        return None
    user = last.operands[0]
    if not is_root(user):
        return None
    return RootRun(last)


def _by_image(build: Build) -> RootRun | None:
    """The same where there is none, so that the user is the base image's."""
    image = image_user_of(build, build.lineage[0])
    if image.runs_as in ("user", "drops"):
        return None
    if not runs_program(build):
        return None
    is_sure = image.runs_as == "root" and not _is_local(build)
    if not is_sure and _is_told_elsewhere(build):
        return None
    return RootRun(None, is_sure)


def _is_told_elsewhere(build: Build) -> bool:
    """Whether the user of the base image is for another Dockerfile of the project to set.

    It builds the base itself, gives it as a build context, or passes its whole name.
    """
    stage = build.lineage[0]
    image = build.root_image(stage)
    if _is_local(build):
        return True
    if image is not None and build.is_own_image(image):
        return True
    for used in build.images:
        if used.span == stage.base.span:
            return used.is_variable
    return False


def _is_local(build: Build) -> bool:
    """Whether the base image was built on the spot, or is an additional build context."""
    stage = build.lineage[0]
    name = build.evaluation.root(stage).name
    if name in build.contexts:
        return True
    image = build.root_image(stage)
    if image is None or name == SCRATCH:
        return False
    return may_be_local(image)
