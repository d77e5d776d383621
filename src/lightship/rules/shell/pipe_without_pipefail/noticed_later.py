"""Pipes whose failure makes a later command of the build fail, so that it does not go unseen."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.rules.shell.pipe_without_pipefail.made_accounts import is_account_used
from lightship.rules.shell.pipe_without_pipefail.remote_tools import is_missed_later
from lightship.rules.shell.pipe_without_pipefail.written_files import is_file_checked
from lightship.shell.commands import Command, Script


def is_noticed_later(
    build: Build, instruction: Instruction, script: Script, failing: Command
) -> bool:
    """Whether a command that fails in a pipe makes a later command of the build fail."""
    if is_file_checked(build, instruction, script, failing):
        return True
    if is_account_used(build, failing):
        return True
    return is_missed_later(build, instruction, failing)
