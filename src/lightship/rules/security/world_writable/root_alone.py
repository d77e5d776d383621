"""Whether root alone runs the container, so that there is nobody to keep out."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.start.gives_root_up import gives_root_up
from lightship.facts.users.accounts import is_root, shipped_accounts
from lightship.facts.users.current_user import image_user_of, user_steps


def is_of_root_alone(build: Build) -> bool:
    """Whether no other user than root runs anything, or owns a file."""
    if not runs_as_root(build) or shipped_accounts(build):
        return False
    if any("chown" in step.flags for step in build.shipped_steps if step.flags):
        return False
    return not any(build.commands("chown", "chgrp"))


def runs_as_root(build: Build) -> bool:
    """Whether root runs the container, and stays root."""
    users = user_steps(build)
    if users:
        as_root = is_root(users[-1].operands[0])
    else:
        as_root = image_user_of(build, build.lineage[0]).runs_as == "root"
    return as_root and not gives_root_up(build)
