"""Where a package manager is called: an image that lacks it is one finding, and covers others."""

from __future__ import annotations

from lightship.build import Build, PackageInvocation
from lightship.text import Span


def calls_of_manager(build: Build, call: PackageInvocation) -> tuple[Span, ...]:
    """The words that call the manager of `call`, for `covered_by` of what is said of the install.

    Of an image that does not have the manager the first of them is reported as an error.
    """
    name = call.command.name
    calls = [call for call in build.package_commands if call.command.name == name]
    return tuple(call.command.words[0].span for call in calls)
