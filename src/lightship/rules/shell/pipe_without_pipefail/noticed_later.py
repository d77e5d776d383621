"""Pipes whose failure makes a later command of the build fail, so that it does not go unseen."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.rules.shell.pipe_without_pipefail.made_accounts import is_account_used
from lightship.rules.shell.pipe_without_pipefail.remote_tools import is_missed_later
from lightship.rules.shell.pipe_without_pipefail.written_files import is_file_checked
from lightship.shell.commands import Command, Script
from lightship.shell.failing import ends_build

# Each needs what the one before has made, or makes it again
_BUILD_STEPS = frozenset(
    "autoreconf bazel cmake configure gmake make meson ninja scons".split()
)


def is_noticed_later(
    build: Build, instruction: Instruction, script: Script, failing: Command
) -> bool:
    """Whether a command that fails in a pipe makes a later command of the build fail."""
    if is_file_checked(build, instruction, script, failing):
        return True
    if is_account_used(build, failing):
        return True
    if _is_built_on(script, failing):
        return True
    return is_missed_later(build, instruction, failing)


def _is_built_on(script: Script, failing: Command) -> bool:
    """Whether a later step of the same build needs it: `make | tee log && make install`."""
    if failing.name not in _BUILD_STEPS:
        return False
    later = script.commands[failing.index + 1 :]
    steps = [item for item in later if item.name in _BUILD_STEPS]
    if not steps:
        return False
    last = steps[-1]
    return ends_build(script, last)
