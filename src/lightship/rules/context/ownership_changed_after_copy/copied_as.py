"""COPY with the owner or mode that a later command gives, in place of that command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.known import starts_in_root
from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.facts.edits.runs import has_ignore, is_plain
from lightship.facts.files.mode_changes import ModeChange, is_before
from lightship.facts.files.second_copies import SecondCopy
from lightship.facts.users.accounts import shipped_accounts
from lightship.record import record
from lightship.rules.context.ownership_changed_after_copy.case import (
    SYSTEM,
    Case,
    read_case,
)
from lightship.rules.context.ownership_changed_after_copy.conditions import (
    check_command,
    check_others,
)
from lightship.rules.context.ownership_changed_after_copy.copy_owner import (
    maker_of,
    mode_of,
    owner_of,
)
from lightship.rules.context.ownership_changed_after_copy.made_here import made_here
from lightship.shell.mode_bits import octal
from lightship.text import Edit, Span, apply_edits

_ACCOUNT_TOOLS = frozenset(
    "addgroup adduser groupadd groupmod true useradd usermod".split()
)
# What may stand between the first COPY and the RUN that moves above it
_IN_BETWEEN = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL RUN STOPSIGNAL WORKDIR".split()
)
_SHARED = SYSTEM | {"opt", "srv", "home"}
# The mode of a directory that COPY makes
_DIRECTORY_MODE = 0o755


@record
class OwnershipEdits:
    """The edits, and whether the image certainly stays as it was."""

    edits: tuple[Edit, ...]
    safe: bool


def plan(build: Build, change: ModeChange, second: SecondCopy) -> OwnershipEdits | None:
    """None where the image may get other owners or modes than it had."""
    try:
        return _plan(read_case(build, change), second)
    except GiveUp:
        return None


def _plan(case: Case, second: SecondCopy) -> OwnershipEdits:
    if case.change.name == "chgrp" or not set(second.items) <= set(case.items):
        raise GiveUp
    check_command(case)
    check_others(case)
    made = made_here(case)

    maker = None
    if case.flag == "chmod":
        value = mode_of(case)
    else:
        value = owner_of(case)
        maker = maker_of(case, value)

    edits: list[Edit] = []
    for item in case.items:
        copy = item.copying.instruction
        if copy.flag(case.flag) is None:
            edits.append(Edit.insert(copy.name.span.end, f" --{case.flag}={value}"))
    if not edits:
        raise GiveUp

    # The account has to be there when COPY names it
    if maker is not None and not is_before(case.build, maker, case.first):
        edits += _moved(case, maker)
        if maker is not case.run:
            edits += _command_edits(case, made)
        return OwnershipEdits(tuple(edits), safe=False)
    edits += _command_edits(case, made)
    return OwnershipEdits(tuple(edits), _is_fresh(case))


def _keeps_directory(case: Case) -> bool:
    """Whether the owner or mode of the directory itself must still be set.

    It must not where COPY makes the directory.
    """
    path = case.change.path
    copied_there = any(item.root == path for item in case.items)
    if copied_there and case.change.option is None:
        return False
    workdirs = [clean(directory) for directory in _workdirs(case)]
    if any(below(directory, path) for directory in workdirs):
        raise GiveUp  # a directory inside, which belongs to root
    if case.flag == "chmod":
        return (octal(case.change.to.value or "") or 0) != _DIRECTORY_MODE
    if path in workdirs or _is_made(case):
        return True
    return any(account.home == path for account in shipped_accounts(case.build))


def _is_made(case: Case) -> bool:
    """Whether a RUN before makes the directory itself."""
    before = set(case.instructions_before())
    for call in case.build.commands("mkdir"):
        if call.instruction not in before:
            continue
        places = [clean(value) for value in call.command.values[1:] if value]
        if case.change.path in places:
            return True
    return False


def _workdirs(case: Case) -> Iterator[str]:
    """The directories that WORKDIR may have made before the command."""
    build = case.build
    for step in build.evaluation.steps:
        if step.stage not in build.lineage:
            continue
        if is_before(build, step.instruction, case.run):
            yield step.before.workdir
    before = build.evaluation.before(case.run)
    yield before.workdir if before is not None else "/"


def _command_edits(case: Case, made: Sequence[str]) -> Iterator[Edit]:
    """The command for the directory, and for those that its own RUN makes."""
    yield _command_edit(case)
    if not made:
        return
    word, option = case.change.word, case.change.option
    if option is None or option.span.start > word.span.start:
        raise GiveUp
    yield Edit.insert(word.span.end, " " + " ".join(made))


def _command_edit(case: Case) -> Edit:
    """The command without `-R`; or no RUN at all, where nothing is left to do."""
    if _keeps_directory(case) or len(case.pipelines) > 1:
        return _without_option(case)
    dockerfile, run = case.dockerfile, case.run
    block = moves.block(dockerfile, run)
    commented = block.start != dockerfile.lines.starts[run.first_line - 1]
    if commented or holds_comment(dockerfile, run.span):
        return _without_option(case)
    return moves.remove(dockerfile, run)


def _without_option(case: Case) -> Edit:
    option = case.change.option
    if option is None:
        raise GiveUp
    if option.text not in ("-R", "--recursive"):
        return Edit.replace(option.span, option.text.replace("R", ""))
    words = case.command.words
    at = next(number for number, word in enumerate(words) if word is option)
    start = words[at - 1].span.end
    gap = Span(start, option.span.start).of(case.dockerfile.text)
    if gap.strip(" "):
        raise GiveUp
    return Edit.delete(Span(start, option.span.end))


def _moved(case: Case, maker: Instruction) -> list[Edit]:
    """The RUN that makes the user, above the first COPY."""
    _check_move(case, maker)
    dockerfile = case.dockerfile
    block = moves.block(dockerfile, maker)
    text = dockerfile.text
    if maker is case.run:
        edit = _in_moved(case)
        text = apply_edits(text, [edit])
        growth = len(edit.text) - (edit.span.end - edit.span.start)
        block = Span(block.start, block.end + growth)
    lines = [line.removesuffix("\r") for line in block.of(text).split("\n")]
    return [
        moves.before(dockerfile, case.first, lines),
        moves.remove(dockerfile, maker),
    ]


def _check_move(case: Case, maker: Instruction) -> None:
    """Give up where the RUN would run in another environment above the first COPY."""
    stage = case.dockerfile.stage_of(case.run)
    if stage is None or maker not in stage.instructions:
        raise GiveUp
    _check_maker(case, maker)

    items = stage.instructions
    between = items[items.index(case.first) : items.index(maker)]
    if any(item.keyword not in _IN_BETWEEN for item in between):
        raise GiveUp
    before = case.build.evaluation.before(case.first)
    after = case.build.evaluation.before(maker)
    if before is None or after is None:
        raise GiveUp
    if clean(before.workdir) != clean(after.workdir):
        raise GiveUp


def _check_maker(case: Case, maker: Instruction) -> None:
    """Give up unless the RUN makes accounts and does nothing else, but for the command itself."""
    if not is_plain(maker) or maker.flags or "$" in maker.line.text:
        raise GiveUp
    for script in case.build.scripts(maker):
        for command in script.commands:
            if command is case.command:
                continue
            if command.name not in _ACCOUNT_TOOLS:
                raise GiveUp
    if not moves.is_closed(case.dockerfile, maker) or has_ignore(case.build, maker):
        raise GiveUp


def _in_moved(case: Case) -> Edit:
    """The command above COPY: without `-R`, or taken out if the directory is not there yet."""
    if _keeps_directory(case):
        if not _is_there_early(case):
            raise GiveUp
        return _without_option(case)

    pipelines = case.pipelines
    item = case.script.pipelines[case.command.pipeline]
    if len(pipelines) == 1 or item != pipelines[-1]:
        raise GiveUp
    gap = Span(pipelines[-2].span.end, item.span.end)
    if holds_comment(case.dockerfile, gap):
        raise GiveUp
    return Edit.delete(gap)


def _is_there_early(case: Case) -> bool:
    """Whether the directory is there above the first COPY, or is made by the RUN that moves."""
    before = case.build.evaluation.before(case.first)
    if before is None:
        return False
    path = case.change.path
    if path == clean(before.workdir):
        return True
    for account in shipped_accounts(case.build):
        if account.maker is case.run and account.home == path:
            return True
    return False


def _is_fresh(case: Case) -> bool:
    """Whether the image is known to have nothing at that path, nor lacks a directory above it."""
    root = case.build.evaluation.root(case.build.lineage[0]).name
    if not starts_in_root(root):
        return False
    _, top, *rest = case.change.path.split("/")
    return not rest and top not in _SHARED
