"""Which installs bring groups of packages for development into the image."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.project_commands import (
    has_hidden_options,
    is_set,
    stage_of,
)
from lightship.record import record


@record
class GroupTool:
    """`names` are subcommands that install; `leave_out` leaves groups out, as do `others` and
    `variables`.

    `asks` are options that ask for groups for development.
    """

    names: tuple[str, ...]
    leave_out: str
    others: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    by_default: bool = True


TOOLS = {
    "uv": GroupTool(
        ("sync", "run"),
        "--no-dev",
        ("--no-default-groups", "--only-group", "--no-group", "--no-sync"),
        ("UV_NO_DEV", "UV_NO_DEFAULT_GROUPS", "UV_NO_SYNC"),
        ("--dev", "--only-dev", "--all-groups"),
    ),
    "poetry": GroupTool(
        ("install", "sync"),
        "--only main",
        ("--only", "--without", "--no-dev", "--only-root"),
        (),
        ("--all-groups",),
    ),
    "pdm": GroupTool(
        ("install", "sync"),
        "--prod",
        ("--group", "--without", "--no-default"),
        (),
        ("--dev",),
    ),
    "pipenv": GroupTool(("install", "sync"), "", asks=("--dev",), by_default=False),
}


def is_judged(install: Install) -> bool:
    """Whether it is always done, and all its options are known: `if [ "$DEV" ]` is a choice that
    the build has.
    """
    if has_hidden_options(install) or _is_after_test(install):
        return False
    return not install.script.inside(install.command, "if", "case", "condition")


def _is_after_test(install: Install) -> bool:
    """Whether it is run only where a test before it says so: `[ "$DEV" != yes ] || …`."""
    script = install.script
    own = script.pipeline_of(install.command)
    if own.operator == "||":
        return True
    tests = [
        command.span.end
        for command in script.named("[", "[[", "test")
        if command.block == install.command.block
    ]
    before = [item for item in script.pipelines if item.block == own.block]
    at = before.index(own)
    if own.operator != "&&" or at == 0:
        return False
    condition = before[at - 1]
    return condition.span.end in tests


def installs_groups(build: Build, about: GroupTool, install: Install) -> bool:
    """Whether an install takes groups for development."""
    does = install.does
    if does.option(*about.asks):
        return True
    if not about.by_default:
        return False
    if "UV_NO_GROUP" in build.dockerfile.text:
        return False

    leave_out, _, _ = about.leave_out.partition(" ")
    if does.option(leave_out, *about.others):
        return False
    return not is_set(build, install, *about.variables)


def counts(build: Build, install: Install, wanted: Sequence[Install]) -> bool:
    """Whether what it installs stays: uv takes out again what the last `uv sync` of a stage does
    not ask for.
    """
    if install.tool != "uv":
        return True

    stage = stage_of(build, install)
    for later in reversed(wanted):
        is_same_place = later.directory == install.directory
        if is_same_place and stage_of(build, later) is stage:
            return later is install
    return False
