"""One chown or chmod after COPY, and what its fix asks about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.tree import Dockerfile, Instruction
from lightship.evaluation.paths import related
from lightship.facts.files.mode_changes import (
    Brought,
    ModeChange,
    brought,
    is_before,
)
from lightship.facts.users.accounts import Account, shipped_accounts
from lightship.record import record
from lightship.shell.commands import Command, Pipeline, Script

# Directories of the system, in which an image may have files of its own
SYSTEM = frozenset(
    "bin boot dev etc lib lib32 lib64 media mnt proc root run sbin sys tmp usr var".split()
)


@record
class Case:
    """A command that changes owners or modes, and `items`, the copies before it that it changes.

    `flag` is the flag of COPY that does the same: `chown` or `chmod`.
    """

    build: Build
    change: ModeChange
    items: tuple[Brought, ...]
    flag: str

    @property
    def dockerfile(self) -> Dockerfile:
        return self.build.dockerfile

    @property
    def run(self) -> Instruction:
        return self.change.call.instruction

    @property
    def script(self) -> Script:
        return self.change.call.script

    @property
    def command(self) -> Command:
        return self.change.call.command

    @property
    def pipelines(self) -> Sequence[Pipeline]:
        return self.script.items

    @property
    def first(self) -> Instruction:
        """The first of the copies."""
        return self.items[0].copying.instruction

    def instructions_before(self) -> Iterator[Instruction]:
        """The instructions of the final image up to the command."""
        for stage in self.build.lineage:
            for item in stage.instructions:
                if item is self.run:
                    return
                yield item

    def account(self, user: str) -> Account | None:
        for account in shipped_accounts(self.build):
            if account.name == user:
                return account
        return None


def read_case(build: Build, change: ModeChange) -> Case:
    """The command, with what comes to its path, or to a directory above or below it, before."""
    run = change.call.instruction
    items = [
        item
        for item in brought(build)
        if is_before(build, item.copying.instruction, run)
        and related(item.root, change.path)
    ]
    flag = "chmod" if change.name == "chmod" else "chown"
    return Case(build, change, tuple(items), flag)
