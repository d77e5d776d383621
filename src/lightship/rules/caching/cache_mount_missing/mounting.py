"""The edits that give an install a cache mount, and let the tool use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.stages import SCRATCH
from lightship.facts.caching.cache_mounts import (
    TOOLS,
    add_mounts,
    cache_mounts,
    cache_of,
    lies_in,
    meant_for,
    switching_variable,
)
from lightship.facts.edits import moves
from lightship.facts.edits.dropping import dropped
from lightship.facts.edits.moves import GiveUp
from lightship.facts.edits.runs import has_ignore, has_known_mounts
from lightship.facts.edits.word_edits import without
from lightship.facts.installs.requirement_files import environment_of
from lightship.facts.packages.apt import LISTS, AptRun
from lightship.facts.packages.apt_index import read_later
from lightship.facts.users.accounts import ROOT, accounts
from lightship.facts.users.current_user import user_of
from lightship.shell.cleaning import removes, takes
from lightship.shell.words import Word
from lightship.text import Edit, Span

_PLAIN = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/@+"
)
_SPELLINGS = frozenset(("--no-cache-dir", "--no-cache", "-n"))
_DOCKER_CLEAN = "/etc/apt/apt.conf.d/docker-clean"
_MOUNTED = ("/var/cache/apt", LISTS)
_EMPTIED = (*_MOUNTED, "/var/cache/apt/archives")
_APT_MOUNTS = [
    f"--mount=type=cache,target={place},sharing=locked" for place in _MOUNTED
]


def mounting(
    build: Build, installs: Sequence[PackageInvocation], place: str, *, links: bool
) -> tuple[Edit, ...]:
    """The edits for the commands of one tool in one RUN; none where they may not be right.

    `place` is where they have their cache. `links` is whether it is settled how uv brings files out
    of its cache, which then lies in another file system.
    """
    try:
        return tuple(_mounting(build, installs, place, links))
    except GiveUp:
        return ()


def _mounting(
    build: Build, installs: Sequence[PackageInvocation], place: str, links: bool
) -> Iterator[Edit]:
    run = installs[0].instruction
    tool = installs[0].does.manager
    if not _PLAIN.issuperset(place):
        raise GiveUp
    if not _takes_mounts(build, run):
        raise GiveUp
    if _is_emptied(build, run, tool, place):
        raise GiveUp
    if _has_mount_elsewhere(build, run):
        raise GiveUp

    mount = f"--mount=type=cache,target={place}{_owner(build, run)}"
    yield add_mounts(build, run, [mount])
    for install in installs:
        if switching_variable(build, install):
            raise GiveUp  # other installs may need it
        yield from _without_options(build, install)
    if not links:
        lines = ("ENV UV_LINK_MODE=copy",)
        yield moves.before_block(build.dockerfile, run, lines)


def _owner(build: Build, run: Instruction) -> str:
    """A mount belongs to root unless it says whose it is."""
    user = user_of(build, run)
    if user in ROOT:
        return ""
    number = user
    if not user.isdigit():
        number = _number_of(build, user)
    if not number:
        raise GiveUp
    return f",uid={number}"


def _number_of(build: Build, user: str) -> str:
    """The user id of an account that the Dockerfile makes; empty where it is not known."""
    for account in accounts(build):
        if account.name == user and not account.varies:
            return account.number
    return ""


def _takes_mounts(build: Build, run: Instruction) -> bool:
    """Whether it can have one more, and all that it does is known.

    A cache mount starts from `scratch` (BuildKit's convert_runmount.go), which no stage may be
    named.
    """
    names = {stage.name for stage in build.dockerfile.stages}
    if SCRATCH in names or not has_known_mounts(build, run):
        return False
    # A comment takes the rest of a script on one line with it, and may be mended
    scripts = () if run.heredocs else build.scripts(run)
    return not any(script.comments for script in scripts)


def _has_mount_elsewhere(build: Build, run: Instruction) -> bool:
    """Whether the RUN mounts a cache where no command of it has one: a second mount beside that one
    would leave the mistake.
    """
    calls = build.packages(*TOOLS, of=run)
    places = [place for call in calls if (place := cache_of(build, call)) is not None]
    for _, target in cache_mounts(build, run):
        is_met = any(
            lies_in(place, target) or lies_in(target, place) for place in places
        )
        if meant_for(target) and not is_met:
            return True
    return False


def _is_emptied(build: Build, run: Instruction, tool: str, place: str) -> bool:
    if any(build.packages(tool, action="clean", of=run)):
        return True
    removals = build.commands("rm", "find", of=run)
    return any(removes(call.script, call.command, place) for call in removals)


def _without_options(build: Build, install: PackageInvocation) -> tuple[Edit, ...]:
    """Without all that switch the cache off: `-n --no-cache` says it twice."""
    does = install.does
    options = [item.word for item in does.options if item.name in does.facts.no_cache]
    if not options:
        return ()
    if any(word.value not in _SPELLINGS for word in options):
        raise GiveUp
    edits = without(build, install.script, install.command.words, options)
    if edits is None:
        raise GiveUp
    return edits


def are_links_settled(build: Build, installs: Sequence[PackageInvocation]) -> bool:
    """Whether an option or a variable tells uv how to bring files out of its cache."""
    if installs[0].does.manager != "uv":
        return True
    for install in installs:
        by_variable = "UV_LINK_MODE" in environment_of(build, install)
        if not by_variable and not install.does.option("--link-mode"):
            return False
    return True


def apt_mounting(build: Build, run: AptRun) -> tuple[Edit, ...]:
    """The edits for a RUN that updates and installs with apt-get; none where unsure.

    Of /var/lib/apt only the index is mounted: the rest says which packages were requested, and
    belongs to the image.
    """
    try:
        edits = list(_apt_mounting(build, run))
    except GiveUp:
        return ()
    edits.sort(key=_place)
    for edit, following in pairwise(edits):
        if edit.span.end > following.span.start:
            return ()
    return tuple(edits)


def _place(edit: Edit) -> Span:
    return edit.span


def _is_cleaned_later(build: Build, run: Instruction) -> bool:
    """Whether another RUN removes the index: joined with this one, it would empty the mount."""
    for call in build.commands("rm", "find"):
        if call.instruction is run:
            continue
        if any("/apt/lists" in word.text for word in call.command.args):
            return True
        if _empties(call):
            return True
    return False


def _apt_mounting(build: Build, run: AptRun) -> Iterator[Edit]:
    instruction = run.instruction
    if instruction in read_later(build):
        raise GiveUp
    if has_ignore(build, instruction):
        raise GiveUp
    if _is_cleaned_later(build, instruction):
        raise GiveUp
    if not _takes_mounts(build, instruction):
        raise GiveUp
    if not _starts_plainly(run):
        raise GiveUp
    managers = {call.does.manager for call in run.commands}
    if managers != {"apt-get"}:
        raise GiveUp

    yield add_mounts(build, instruction, _APT_MOUNTS)
    if not build.once(_speaks_of_docker_clean):
        start = run.commands[0].command.span.start
        yield Edit.insert(start, f"rm -f {_DOCKER_CLEAN} && ")
    for call in build.commands("rm", "find", "apt-get", of=instruction):
        if call.command.has("clean") or _empties(call):
            yield from _without_removal(build, call)


def _starts_plainly(run: AptRun) -> bool:
    """Whether another command can precede the first one of apt."""
    first = run.commands[0]
    script = first.script
    command = first.command
    if script.shell == "exec" or script.outer:
        return False
    if command.block:
        return False
    item = script.pipeline_of(command)
    if item.length > 1 or item.negated:
        return False
    return item.operator in ("", "&&", ";", "\n")


def _empties(call: Invocation) -> bool:
    return any(removes(call.script, call.command, place) for place in _EMPTIED)


def _speaks_of_docker_clean(build: Build) -> bool:
    return _DOCKER_CLEAN in build.dockerfile.text


def _without_removal(build: Build, call: Invocation) -> tuple[Edit, ...]:
    """Leave what is in the mounts alone."""
    command = call.command
    operands = [word for word in command.args if not word.text.startswith("-")]
    inside = [word for word in operands if _is_mounted(word)]
    removes_all = command.name == "rm" and len(inside) == len(operands)
    if command.name == "apt-get" or removes_all:
        edit = dropped(build, call.script, command)
        if edit is None:
            raise GiveUp
        return (edit,)

    if command.name != "rm" or not inside:
        raise GiveUp
    rest = [word for word in operands if word not in inside]
    if any(takes(word, place) for word in rest for place in _EMPTIED):
        raise GiveUp  # a directory above the mounts
    edits = without(build, call.script, command.words, inside)
    if edits is None:
        raise GiveUp
    return edits


def _is_mounted(word: Word) -> bool:
    """Whether a word names a path in one of the mounts."""
    path = word.value or ""
    return path.startswith(_MOUNTED)
