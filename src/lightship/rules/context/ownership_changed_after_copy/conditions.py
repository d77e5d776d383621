"""What must hold so that COPY can give the owner or mode: the checks give up where it may not."""

from __future__ import annotations

from lightship.dockerfile.places import holds_comment
from lightship.evaluation.paths import below, clean, related
from lightship.facts.edits.moves import GiveUp
from lightship.facts.edits.runs import has_ignore, is_plain
from lightship.facts.files.mode_changes import mode_changes
from lightship.facts.files.writes import may_write
from lightship.rules.context.ownership_changed_after_copy.case import SYSTEM, Case
from lightship.shell.commands import Command

# Directories below those of the system that an image leaves to others
_LEFT = ("/usr/src", "/usr/app", "/var/www", "/var/app", "/var/lib/app")
_SHARED = ("/", *_LEFT, "/opt", "/srv", "/home")


def check_command(case: Case) -> None:
    """The command stands by itself in a chain of `&&`, and names one path."""
    _check_script(case)
    change, command = case.change, case.command
    if not change.alone or change.children or command.block:
        raise GiveUp
    item = case.script.pipelines[command.pipeline]
    if item.length > 1 or item.negated:
        raise GiveUp
    if command.wrappers or command.redirects or command.assignments:
        raise GiveUp
    if holds_comment(case.dockerfile, command.span):
        raise GiveUp
    if has_ignore(case.build, case.run):
        raise GiveUp
    _check_changes(case)


def _check_script(case: Case) -> None:
    if not is_plain(case.run) or case.run.flags:
        raise GiveUp
    script = case.script
    if script.outer is not None or script.inner:
        raise GiveUp
    if script.opaque or script.errors:
        raise GiveUp
    for pipeline in case.pipelines:
        if pipeline.background or pipeline.operator not in ("", "&&"):
            raise GiveUp


def _check_changes(case: Case) -> None:
    """The RUN changes nothing else that has to do with the path."""
    number = 0
    for change in mode_changes(case.build):
        if change.call.instruction is case.run:
            number += related(change.path, case.change.path)
    if number > 1:
        raise GiveUp


def check_others(case: Case) -> None:
    """Nothing but the COPY and ADD may have written there, and all of them are in this stage."""
    _check_place(case.change.path)
    stage = case.dockerfile.stage_of(case.run)
    for copied in case.items:
        if copied.stage is not stage or below(copied.root, case.change.path) is None:
            raise GiveUp
        if copied.copying.instruction.flag(case.flag) is not None:
            raise GiveUp

    def is_of_no_matter(command: Command) -> bool:
        return is_harmless(case, command)

    for item in case.instructions_before():
        if item.trigger is not None or item.keyword == "VOLUME":
            raise GiveUp
        if item.keyword != "RUN":
            continue
        if may_write(case.build, item, case.change.path, is_of_no_matter):
            raise GiveUp


def _check_place(path: str) -> None:
    """Give up where the base image may have files of its own."""
    if path in _SHARED:
        raise GiveUp
    top = path.split("/")[1]
    left = any(below(path, place) is not None for place in _LEFT)
    if top in SYSTEM and not left:
        raise GiveUp


def is_harmless(case: Case, command: Command) -> bool:
    """The other of chown and chmod, the directory itself, and the home directory of its owner."""
    if command.name in ("chown", "chmod"):
        return command.name != case.flag
    if command.name == "mkdir":
        return _makes_nothing_inside(case, command)
    if case.flag != "chown" or command.name not in ("useradd", "adduser"):
        return False
    user = (case.change.to.value or "").partition(":")[0]
    return user in command.values


def _makes_nothing_inside(case: Case, mkdir: Command) -> bool:
    for word in mkdir.args:
        if word.text.startswith("-"):
            continue
        place = word.value or ""
        if not place.startswith("/") or below(clean(place), case.change.path):
            return False
    return True
