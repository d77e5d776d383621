"""What an install leaves open: names in the command, in its files, or in those of the project."""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import basename

from lightship.build import Build, PackageInvocation
from lightship.facts.stages.final_image import is_worked_in
from lightship.lint.finding import Finding, Severity
from lightship.pyproject.dependency import Dependency
from lightship.pyproject.markers import may_hold
from lightship.pyproject.requirements import Requirements
from lightship.rules.python.unlocked_requirements.lock_advice import (
    advice_on,
    compile_tool,
    lock_command,
    message_about,
)
from lightship.rules.python.unlocked_requirements.settled_installs import UPGRADE
from lightship.rules.python.unlocked_requirements.settled_versions import (
    bounded_names,
    has_unknown_before,
    installed_by_conda,
    is_mistyped,
    is_pinned,
    loose_packages,
    settled_names,
)
from lightship.rules.python.unlocked_requirements.small_matters import (
    LISTS,
    SETTLED_FOR_ONE,
    TOOLS,
    is_small_list,
    is_small_matter,
)
from lightship.rules.python.unlocked_requirements.stated_names import stated_by_project
from lightship.shell.specs import Package, written
from lightship.wording.lists import listed


def finding_of(
    build: Build, call: PackageInvocation, files: Sequence[Requirements]
) -> Finding | None:
    """The finding of an install that reads `files`; None where it leaves nothing open."""
    mistyped = [item for item in call.does.packages if is_mistyped(item)]
    if mistyped:
        return _of_mistyped(mistyped[0])

    everything = [asked for file in files for asked in file.dependencies]
    named = [item for item in everything if item.name and not item.url]
    # A marker may leave Linux out
    asked = [item for item in named if may_hold(item.marker)]
    held = {item.name for item in asked if is_pinned(item)}
    held.update(item.name for file in files for item in file.constraints)
    held |= bounded_names(build, call)
    left_alone = TOOLS | LISTS | build.repository.projects
    left_alone |= installed_by_conda(build, call)
    settled = held | left_alone

    loose = loose_packages(build, call, settled)
    # After --upgrade the newest is meant
    if call.does.option(UPGRADE) or is_small_matter(build, call, loose):
        loose = []

    elsewhere = build.once(settled_names)
    open_ones = [item for item in asked if item.name not in settled | elsewhere]
    if call.does.option(UPGRADE) and is_worked_in(build):
        open_ones = []  # those who work in it want the newest
    pinned = {item.name for item in asked} & (held - left_alone)
    if len(pinned) >= SETTLED_FOR_ONE * len(open_ones):
        open_ones = []
    if is_small_list(build, {item.name for item in open_ones}):
        open_ones = []

    if loose and has_unknown_before(build, call):
        return None

    if loose:
        # What a requirements file of the same command leaves open is locked with it
        names = [package.name for package in loose]
        names += [item.name for item in open_ones]
        command = _pinning_command(call, names)
        return Finding(loose[0].word.span, message_about(build, call, names, command))

    if open_ones:
        severity = Severity.INFO if pinned else None
        return _of_file(build, call, open_ones, severity)

    stated = stated_by_project(build, call, settled)
    if not stated:
        return None
    names = [item.name for item in stated]
    command = lock_command(build, call, stated[0].file)
    message = message_about(build, call, names, command)
    return Finding(call.does.subcommand.span, message, severity=Severity.INFO)


def _pinning_command(call: PackageInvocation, names: Sequence[str]) -> str:
    """What pins names that stand in the command: for a single one, a lock file is much."""
    if len(names) == 1:
        return "pin a version"
    return f"write requirements.in and run {compile_tool(call)}"


def _of_mistyped(package: Package) -> Finding:
    """The finding of `flask=3.1`, at which pip stops."""
    text = written(package.word)
    message = f"{text} is not a requirement, so the build fails: write =="
    return Finding(package.word.span, message, severity=Severity.ERROR)


def _of_file(
    build: Build,
    call: PackageInvocation,
    loose: Sequence[Dependency],
    severity: Severity | None,
) -> Finding:
    """The finding of a requirements file that leaves names open."""
    option = call.does.option("--requirement", "--requirements")
    span = option.span if option is not None else call.does.subcommand.span
    names = listed(dependency.name for dependency in loose)
    file = loose[0].file
    command = f"run {compile_tool(call)} {basename(file)} -o locked.txt"
    advice = advice_on(build, call, command)
    return Finding(span, f"{file} does not pin {names}: {advice}", severity=severity)
