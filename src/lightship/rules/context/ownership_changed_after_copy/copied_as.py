"""COPY with the owner or mode that a later command gives, in the place of that command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.known import starts_in_root
from lightship.base_images.lifetimes import official_name
from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean, related
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.facts.edits.runs import has_ignore, is_plain
from lightship.facts.files.mode_changes import (
    Brought,
    ModeChange,
    brought,
    is_before,
    mode_changes,
)
from lightship.facts.files.second_copies import SecondCopy
from lightship.facts.files.writes import may_write
from lightship.facts.users.accounts import ROOT, Account, accounts, groups
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command, Pipeline
from lightship.shell.mode_bits import octal
from lightship.text import Edit, Span, apply_edits

_OWNER = regex(r"[\w.$\{\}-]+(?::[\w.$\{\}-]*)?")
_VARIABLE = regex(r"\$\{?(\w+)\}?")
_ACCOUNT_TOOLS = frozenset(
    "addgroup adduser groupadd groupmod true useradd usermod".split()
)
_IN_BETWEEN = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL RUN STOPSIGNAL WORKDIR".split()
)
# Directories of the system in which an image may have files of its own, and those that it leaves to others
_SYSTEM = frozenset(
    "bin boot dev etc lib lib32 lib64 media mnt proc root run sbin sys tmp usr var".split()
)
_LEFT = ("/usr/src", "/usr/app", "/var/www", "/var/app", "/var/lib/app")
_OF_IMAGES = {"node": "node", "nginx": "nginx", "php": "www-data", "httpd": "www-data"}


@record
class Plan:
    """The edits, and whether the image surely stays as it was."""

    edits: tuple[Edit, ...]
    safe: bool


def plan(build: Build, change: ModeChange, found: SecondCopy) -> Plan | None:
    """None where the image may get other owners or modes than it had."""
    try:
        return _Planner(build, change, found).plan()
    except GiveUp:
        return None


class _Planner:
    """One plan; each step gives up where it is not sure."""

    def __init__(self, build: Build, change: ModeChange, found: SecondCopy) -> None:
        self.build, self.change, self.dockerfile = build, change, build.dockerfile
        self.run = change.found.instruction
        self.items = _items(build, change)
        self.flag = "chmod" if change.name == "chmod" else "chown"
        if not set(found.items) <= set(self.items) or change.name == "chgrp":
            raise GiveUp

    def plan(self) -> Plan:
        self._check_command()
        self._check_others()
        value = self._mode() if self.flag == "chmod" else self._owner()
        maker = self._maker(value) if self.flag == "chown" else None
        edits = [
            Edit.insert(
                item.copying.instruction.name.span.end, f" --{self.flag}={value}"
            )
            for item in self.items
            if item.copying.instruction.flag(self.flag) is None
        ]
        if not edits:
            raise GiveUp
        if maker is not None and not is_before(self.build, maker, self.first):
            edits += self._moved(maker)
            edits += (
                []
                if maker is self.run
                else [self._command_edit(self._keeps_directory())]
            )
            return Plan(tuple(edits), safe=False)
        edits.append(self._command_edit(self._keeps_directory()))
        return Plan(tuple(edits), self._is_fresh())

    @property
    def first(self) -> Instruction:
        return self.items[0].copying.instruction

    @property
    def pipelines(self) -> Sequence[Pipeline]:
        return self.change.found.script.items

    def _check_command(self) -> None:
        """The command stands by itself in a chain of `&&`, and names one path."""
        change, script, command = (
            self.change,
            self.change.found.script,
            self.change.found.command,
        )
        plain = (
            is_plain(self.run)
            and not self.run.flags
            and script.outer is None
            and not script.inner
        )
        if (
            not plain
            or script.opaque
            or script.errors
            or not change.alone
            or change.children
            or command.block
        ):
            raise GiveUp
        item = script.pipelines[command.pipeline]
        if (
            item.length > 1
            or item.negated
            or command.wrappers
            or command.redirects
            or command.assignments
        ):
            raise GiveUp
        if not {each.operator for each in self.pipelines} <= {"", "&&"} or any(
            each.background for each in self.pipelines
        ):
            raise GiveUp
        if holds_comment(self.dockerfile, command.span) or has_ignore(
            self.build, self.run
        ):
            raise GiveUp
        others = [
            each
            for each in mode_changes(self.build)
            if each.found.instruction is self.run
        ]
        if sum(related(each.path, change.path) for each in others) > 1:
            raise GiveUp

    def _check_others(self) -> None:
        """Nothing but the COPY and ADD may have written there, and all of them stand in this stage."""
        change, stage = self.change, self.dockerfile.stage_of(self.run)
        for item in self.items:
            own = item.copying.instruction.flag(self.flag)
            if (
                item.stage is not stage
                or below(item.root, change.path) is None
                or own is not None
            ):
                raise GiveUp
        for each in self._before():
            writes = each.keyword == "RUN" and may_write(
                self.build, each, change.path, self._is_harmless
            )
            if writes or each.trigger is not None or each.keyword == "VOLUME":
                raise GiveUp
        parts = change.path.split("/")
        system = parts[1] in _SYSTEM and not any(
            below(change.path, place) is not None for place in _LEFT
        )
        if system or change.path in ("/", *_LEFT, "/opt", "/srv", "/home"):
            raise GiveUp

    def _is_harmless(self, command: Command) -> bool:
        """The other one of chown and chmod, the directory itself, and the home directory of its owner."""
        if command.name == ("chmod" if self.flag == "chown" else "chown"):
            return True
        if command.name == "mkdir":
            places = [
                word.value or ""
                for word in command.args
                if not word.text.startswith("-")
            ]
            return all(
                place.startswith("/") and not below(clean(place), self.change.path)
                for place in places
            )
        user = (self.change.to.value or "").partition(":")[0]
        return (
            self.flag == "chown"
            and command.name in ("useradd", "adduser")
            and user in command.values
        )

    def _before(self) -> Iterator[Instruction]:
        for item in (
            item for stage in self.build.lineage for item in stage.instructions
        ):
            if item is self.run:
                return
            yield item

    def _mode(self) -> str:
        text = self.change.to.value or ""
        mode = octal(text)
        if mode is None or mode & 0o002:
            raise GiveUp  # Docker 26 passes symbols over; and what everyone may write is wrong in another way
        return text

    def _owner(self) -> str:
        """The owner as COPY takes it: a user without a group would bring the group of the same number."""
        text = self.change.to.text.strip("\"'")
        if not _OWNER.fullmatch(text):
            raise GiveUp
        for name in _VARIABLE.findall(text):
            if any(
                name not in (item.copying.before.env if item.copying.before else {})
                for item in self.items
            ):
                raise GiveUp
        user, colon, group = text.partition(":")
        if group:
            return text
        if colon:
            account = self._account(user)
            if account is None or not account.own_group:
                raise GiveUp
            return f"{user}:{user}"
        if not all(item.copying.from_context for item in self.items):
            raise GiveUp
        return f"{user}:0"

    def _account(self, user: str) -> Account | None:
        return next(
            (account for account in accounts(self.build) if account.name == user), None
        )

    def _maker(self, value: str) -> Instruction | None:
        """The RUN that makes the user or the group, whichever comes last; None where they are there by themselves."""
        before = self.build.evaluation.before(self.run)
        known = before.env if before is not None else {}
        user, _, group = _VARIABLE.sub(
            lambda found: known.get(found[1], ""), value
        ).partition(":")
        if "$" in value and not (user.isdecimal() and group.isdecimal()):
            raise GiveUp
        makers = [
            self._maker_of(name, is_group)
            for name, is_group in ((user, False), (group, True))
        ]
        found = [maker for maker in makers if maker is not None]
        return max(found, key=lambda item: item.first_line, default=None)

    def _maker_of(self, name: str, is_group: bool) -> Instruction | None:
        if name.isdecimal() or name in ROOT:
            return None
        account = self._account(name)
        if account is not None and (account.own_group or not is_group):
            return self._shipped(account.maker)
        for group in groups(self.build) if is_group else ():
            if group.name == name:
                return self._shipped(group.call.instruction)
        image = read_reference(self.build.evaluation.root(self.build.lineage[0]).name)
        if (
            not isinstance(image, str)
            and _OF_IMAGES.get(official_name(image) or "") == name
        ):
            return None
        raise GiveUp

    def _shipped(self, maker: Instruction) -> Instruction:
        if maker is self.run or is_before(self.build, maker, self.run):
            return maker
        raise GiveUp

    def _keeps_directory(self) -> bool:
        """Whether the directory itself is not one that COPY makes, so that its owner must be set on its own."""
        path = self.change.path
        if any(item.root == path and self.change.option is None for item in self.items):
            return False
        made = [clean(each) for each in self._workdirs()]
        if any(below(each, path) for each in made):
            raise GiveUp  # a directory inside, which belongs to root
        if self.flag == "chmod":
            return (octal(self.change.to.value or "") or 0) != 0o755
        return (
            path in made
            or self._is_made()
            or any(account.home == path for account in accounts(self.build))
        )

    def _is_made(self) -> bool:
        """Whether a RUN before makes the directory itself."""
        before = set(self._before())
        found = (
            each for each in self.build.commands("mkdir") if each.instruction in before
        )
        return any(
            clean(value) == self.change.path
            for each in found
            for value in each.command.values[1:]
            if value
        )

    def _workdirs(self) -> Iterator[str]:
        """The directories that WORKDIR may have made before the command."""
        for step in self.build.evaluation.steps:
            if step.stage in self.build.lineage and is_before(
                self.build, step.instruction, self.run
            ):
                yield step.before.workdir
        before = self.build.evaluation.before(self.run)
        yield before.workdir if before is not None else "/"

    def _command_edit(self, keeps_directory: bool) -> Edit:
        """The command without `-R`; or nothing at all, where nothing is left to do."""
        alone = len(self.pipelines) == 1
        block = moves.block(self.dockerfile, self.run)
        above = block.start != self.dockerfile.lines.starts[self.run.first_line - 1]
        if (
            not keeps_directory
            and alone
            and not above
            and not holds_comment(self.dockerfile, self.run.span)
        ):
            return moves.remove(self.dockerfile, self.run)
        return self._without_option()

    def _without_option(self) -> Edit:
        option, command = self.change.option, self.change.found.command
        if option is None:
            raise GiveUp
        if option.text not in ("-R", "--recursive"):
            return Edit.replace(option.span, option.text.replace("R", ""))
        at = next(number for number, word in enumerate(command.words) if word is option)
        gap = Span(command.words[at - 1].span.end, option.span.start).of(
            self.dockerfile.text
        )
        if gap.strip(" "):
            raise GiveUp
        return Edit.delete(Span(command.words[at - 1].span.end, option.span.end))

    def _moved(self, maker: Instruction) -> list[Edit]:
        """The RUN that makes the user, above the first COPY."""
        items = self.dockerfile.stage_of(self.run)
        between = items.instructions if items is not None else ()
        if (
            maker not in between
            or not is_plain(maker)
            or maker.flags
            or "$" in maker.line.text
        ):
            raise GiveUp
        between = between[between.index(self.first) : between.index(maker)]
        before, after = (
            self.build.evaluation.before(item) for item in (self.first, maker)
        )
        same = (
            before is not None
            and after is not None
            and clean(before.workdir) == clean(after.workdir)
        )
        if any(item.keyword not in _IN_BETWEEN for item in between) or not same:
            raise GiveUp
        commands = [
            command
            for script in self.build.scripts(maker)
            for command in script.commands
        ]
        if any(
            command.name not in _ACCOUNT_TOOLS
            and command is not self.change.found.command
            for command in commands
        ):
            raise GiveUp
        if not moves.is_closed(self.dockerfile, maker) or has_ignore(self.build, maker):
            raise GiveUp
        block = moves.block(self.dockerfile, maker)
        text = self.dockerfile.text
        if maker is self.run:
            edit = self._in_moved()
            text = apply_edits(text, [edit])
            block = Span(
                block.start,
                block.end + len(edit.text) - (edit.span.end - edit.span.start),
            )
        lines = tuple(line.removesuffix("\r") for line in block.of(text).split("\n"))
        return [
            moves.before(self.dockerfile, self.first, lines),
            moves.remove(self.dockerfile, maker),
        ]

    def _in_moved(self) -> Edit:
        """The command where it stands above COPY: without `-R`, or taken out where the directory is not there yet."""
        if self._keeps_directory():
            before = self.build.evaluation.before(self.first)
            homes = [
                account.home
                for account in accounts(self.build)
                if account.maker is self.run
            ]
            if before is None or self.change.path not in (
                clean(before.workdir),
                *homes,
            ):
                raise GiveUp
            return self._without_option()
        command = self.change.found.command
        at = self.pipelines.index(self.change.found.script.pipelines[command.pipeline])
        if at == 0 or at != len(self.pipelines) - 1:
            raise GiveUp
        gap = Span(self.pipelines[at - 1].span.end, self.pipelines[at].span.end)
        if holds_comment(self.dockerfile, gap):
            raise GiveUp
        return Edit.delete(gap)

    def _is_fresh(self) -> bool:
        """Whether the image surely has nothing at that path, nor lacks a directory above it."""
        root = self.build.evaluation.root(self.build.lineage[0]).name
        parts = self.change.path.split("/")
        return (
            starts_in_root(root)
            and len(parts) == 2
            and parts[1] not in _SYSTEM | {"opt", "srv", "home"}
        )


def _items(build: Build, change: ModeChange) -> tuple[Brought, ...]:
    """What comes to the path, or to a directory above or below it, before the command."""
    run = change.found.instruction
    found = (
        item
        for item in brought(build)
        if is_before(build, item.copying.instruction, run)
    )
    return tuple(item for item in found if related(item.root, change.path))
