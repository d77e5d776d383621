"""The edits that give an install a cache mount: the flag, and what would keep the tool from using it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.caching.cache_mounts import add_mounts, switching_variable
from lightship.facts.edits import moves
from lightship.facts.edits.dropping import dropped
from lightship.facts.edits.moves import GiveUp
from lightship.facts.edits.runs import has_ignore
from lightship.facts.edits.word_edits import without
from lightship.facts.installs.requirement_files import environment_of
from lightship.facts.packages.apt import LISTS, AptRun, read_later
from lightship.facts.users.accounts import ROOT, accounts
from lightship.facts.users.current_user import user_of
from lightship.shell.cleaning import removes
from lightship.shell.packages import Option
from lightship.text import Edit

_PLAIN = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/@+"
)
_SPELLINGS = frozenset(("--no-cache-dir", "--no-cache", "-n"))
_DOCKER_CLEAN = "/etc/apt/apt.conf.d/docker-clean"
_EMPTIED = (LISTS, "/var/cache/apt", "/var/cache/apt/archives")
_APT_MOUNTS = tuple(
    f"--mount=type=cache,target={place},sharing=locked"
    for place in ("/var/cache/apt", LISTS)
)


def mounting(
    build: Build, found: Sequence[PackageInvocation], place: str, *, links: bool
) -> tuple[Edit, ...]:
    """For the commands of one tool in one RUN, which have their cache in `place`; nothing where it may not be right.

    `links` is whether it is settled how uv brings files out of its cache, which lies in another file system then.
    """
    try:
        return tuple(_mounting(build, found, place, links))
    except GiveUp:
        return ()


def _mounting(
    build: Build, found: Sequence[PackageInvocation], place: str, links: bool
) -> Iterator[Edit]:
    run = found[0].instruction
    if (
        not _PLAIN.issuperset(place)
        or _is_emptied(build, run, found, place)
        or not _has_good_mounts(build, run)
    ):
        raise GiveUp
    yield add_mounts(
        build, run, [f"--mount=type=cache,target={place}{_owner(build, run)}"]
    )
    for each in found:
        if switching_variable(build, each):
            raise GiveUp  # other installs may need it
        option = each.does.option(*each.does.facts.no_cache)
        if option is not None:
            yield from _without(build, each, option)
    if not links:
        yield moves.before(
            build.dockerfile,
            run,
            moves.indented(build.dockerfile, run, "ENV UV_LINK_MODE=copy"),
        )


def _owner(build: Build, run: Instruction) -> str:
    """A mount belongs to root unless it says whose it is."""
    user = user_of(build, run)
    if user in ROOT:
        return ""
    number = (
        user
        if user.isdigit()
        else next(
            (
                account.number
                for account in accounts(build)
                if account.name == user and not account.varies
            ),
            "",
        )
    )
    if not number:
        raise GiveUp
    return f",uid={number}"


def _has_good_mounts(build: Build, run: Instruction) -> bool:
    """Whether BuildKit takes the mounts that are there: of others nobody can tell what they mount."""
    return len(build.mounts(run)) == len(tuple((run.trigger or run).all_flags("mount")))


def _is_emptied(
    build: Build, run: Instruction, found: Sequence[PackageInvocation], place: str
) -> bool:
    removals = build.commands("rm", "find", of=run)
    cleans = build.packages(found[0].does.manager, action="clean", of=run)
    return any(removes(each.script, each.command, place) for each in removals) or any(
        True for _ in cleans
    )


def _without(
    build: Build, found: PackageInvocation, option: Option
) -> tuple[Edit, ...]:
    words = found.command.words
    edits = (
        without(build, found.script, words, [option.word])
        if option.word.value in _SPELLINGS
        else None
    )
    if edits is None:
        raise GiveUp
    return edits


def are_links_settled(build: Build, found: Sequence[PackageInvocation]) -> bool:
    """Whether an option or a variable tells uv how to bring files out of its cache."""
    return found[0].does.manager != "uv" or all(
        each.does.option("--link-mode") or "UV_LINK_MODE" in environment_of(build, each)
        for each in found
    )


def apt_mounting(build: Build, run: AptRun) -> tuple[Edit, ...]:
    """For a RUN that updates and installs with apt-get; nothing where it may not be right.

    Of /var/lib/apt only the index is mounted: the rest says which packages were asked for, and belongs to the image.
    """
    try:
        edits = sorted(_apt_mounting(build, run), key=lambda edit: edit.span)
    except GiveUp:
        return ()
    apart = all(edit.span.end <= after.span.start for edit, after in pairwise(edits))
    return tuple(edits) if apart else ()


def _apt_mounting(build: Build, run: AptRun) -> Iterator[Edit]:
    instruction, first = run.instruction, run.commands[0]
    script, item = first.script, first.script.pipeline_of(first.command)
    if (
        run.instruction in read_later(build)
        or has_ignore(build, instruction)
        or not _has_good_mounts(build, instruction)
    ):
        raise GiveUp
    if (
        script.shell == "exec"
        or script.outer
        or item.length > 1
        or item.negated
        or first.command.block
    ):
        raise GiveUp
    if item.operator not in ("", "&&", ";", "\n") or any(
        each.does.manager != "apt-get" for each in run.commands
    ):
        raise GiveUp
    yield add_mounts(build, instruction, _APT_MOUNTS)
    if not build.once(_speaks_of_docker_clean):
        yield Edit.insert(first.command.span.start, f"rm -f {_DOCKER_CLEAN} && ")
    for found in build.commands("rm", "find", "apt-get", of=instruction):
        command = found.command
        if command.has("clean") or any(
            removes(found.script, command, each) for each in _EMPTIED
        ):
            yield from _without_removal(build, found)


def _speaks_of_docker_clean(build: Build) -> bool:
    return _DOCKER_CLEAN in build.dockerfile.text


def _without_removal(build: Build, found: Invocation) -> tuple[Edit, ...]:
    """Leave what is in the mounts alone."""
    command = found.command
    operands = [word for word in command.args if not word.text.startswith("-")]
    inside = [
        word
        for word in operands
        if (word.value or "").startswith((LISTS, "/var/cache/apt"))
    ]
    edits: tuple[Edit, ...] | None = None
    if command.name == "apt-get" or (
        command.name == "rm" and len(inside) == len(operands)
    ):
        edit = dropped(build, found.script, command)
        edits = (edit,) if edit is not None else None
    elif command.name == "rm" and inside:
        edits = without(build, found.script, command.words, inside)
    if edits is None:
        raise GiveUp
    return edits
