"""The commands that the instructions of a Dockerfile run, in order and by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import TypeVar

from lightship.dockerfile.tree import Dockerfile, Instruction
from lightship.evaluation.evaluate import Evaluation
from lightship.record import record
from lightship.shell.commands import Command, Script, scripts_of
from lightship.shell.packages import PackageCommand, read_command

K = TypeVar("K")
T = TypeVar("T")
# Something with its place among all others
Placed = tuple[int, T]
# A package manager, and what it does; None for whatever it does
ManagerAction = tuple[str, str | None]


@record
class Invocation:
    """One simple command of a script, with the script and the instruction that hold it."""

    instruction: Instruction
    script: Script
    command: Command


@record
class PackageInvocation:
    """A command of a package manager, with what it does."""

    instruction: Instruction
    script: Script
    command: Command
    does: PackageCommand


class Invocations:
    """All commands of a Dockerfile; each script is read once, when somebody asks."""

    def __init__(self, dockerfile: Dockerfile, evaluation: Evaluation) -> None:
        self._dockerfile = dockerfile
        self._evaluation = evaluation
        self._scripts: dict[Instruction, tuple[Script, ...]] = {}

    def scripts(self, instruction: Instruction) -> tuple[Script, ...]:
        """The script of an instruction, then those that its commands hand to a shell."""
        if instruction not in self._scripts:
            before = self._evaluation.before(instruction)
            shell = before.shell if before else None
            self._scripts[instruction] = scripts_of(instruction, shell)
        return self._scripts[instruction]

    def is_run(self, names: Iterable[str]) -> bool:
        """Whether a RUN runs one of these commands."""
        return not self._by_name.keys().isdisjoint(names)

    def of_run(self, names: tuple[str, ...]) -> Iterator[Invocation]:
        """The commands of all RUN that have one of these names; all without any."""
        if not names:
            return iter(self._all)
        return _in_order(self._by_name, names)

    def of_instructions(
        self,
        keywords: tuple[str, ...],
        names: tuple[str, ...],
        instructions: Iterable[Instruction],
    ) -> Iterator[Invocation]:
        """The same of those of `instructions` that have one of `keywords`, in ONBUILD too."""
        for instruction in instructions:
            inner = instruction.trigger or instruction
            if inner.keyword not in keywords:
                continue
            if names and not _mentions(inner, names):
                continue
            for script in self.scripts(instruction):
                commands = script.named(*names) if names else script.commands
                for command in commands:
                    yield Invocation(instruction, script, command)

    @cached_property
    def _all(self) -> tuple[Invocation, ...]:
        """All commands of all RUN."""
        instructions = self._dockerfile.instructions
        return tuple(self.of_instructions(("RUN",), (), instructions))

    @cached_property
    def _by_name(self) -> dict[str, list[Placed[Invocation]]]:
        """The same by name, each with its place: rules ask a hundred times."""
        by_name: dict[str, list[Placed[Invocation]]] = {}
        for place, call in enumerate(self._all):
            same = by_name.setdefault(call.command.name, [])
            same.append((place, call))
        return by_name

    @cached_property
    def of_packages(self) -> tuple[PackageInvocation, ...]:
        """What all RUN do with package managers, in order."""
        calls: list[PackageInvocation] = []
        for call in self._all:
            command = call.command
            does = read_command(command)
            if does is None:
                continue
            known = PackageInvocation(call.instruction, call.script, command, does)
            calls.append(known)
        return tuple(calls)

    def is_managed(self, managers: Iterable[str]) -> bool:
        """Whether a RUN calls one of these package managers."""
        return any((manager, None) in self._by_manager for manager in managers)

    def of_managers(
        self, managers: Iterable[str], action: str | None
    ) -> Iterator[PackageInvocation]:
        """What all RUN do with these package managers: `action`, or anything where it is None."""
        keys = [(manager, action) for manager in managers]
        return _in_order(self._by_manager, keys)

    @cached_property
    def _by_manager(self) -> dict[ManagerAction, list[Placed[PackageInvocation]]]:
        """The commands of each manager, and those of each of its actions; each with its place."""
        by_manager: dict[ManagerAction, list[Placed[PackageInvocation]]] = {}
        for row in enumerate(self.of_packages):
            does = row[1].does
            for action in (None, does.action):
                same = by_manager.setdefault((does.manager, action), [])
                same.append(row)
        return by_manager

    def of_managers_in(
        self,
        instruction: Instruction,
        managers: tuple[str, ...],
        action: str | None,
    ) -> Iterator[PackageInvocation]:
        """The same of one RUN alone."""
        for call in self._packages_by_instruction.get(instruction, ()):
            does = call.does
            if does.manager in managers and action in (None, does.action):
                yield call

    @cached_property
    def _packages_by_instruction(self) -> dict[Instruction, list[PackageInvocation]]:
        by_instruction: dict[Instruction, list[PackageInvocation]] = {}
        for call in self.of_packages:
            same = by_instruction.setdefault(call.instruction, [])
            same.append(call)
        return by_instruction


def _in_order(rows: Mapping[K, list[Placed[T]]], keys: Iterable[K]) -> Iterator[T]:
    """What stands under any of `keys`, by its place."""
    lists = [rows[key] for key in keys if key in rows]
    if not lists:
        return iter(())
    if len(lists) == 1:
        return (item for _, item in lists[0])

    in_order = sorted(chain.from_iterable(lists), key=itemgetter(0))
    # What stands under two of them is given once
    once = dict(in_order)
    return iter(once.values())


def text_of(instruction: Instruction) -> str:
    """An instruction as one line, and its here-documents."""
    bodies = [heredoc.content for heredoc in instruction.heredocs]
    return "\0".join((instruction.line.text, *bodies))


def _mentions(instruction: Instruction, names: tuple[str, ...]) -> bool:
    """Whether one of `names` stands anywhere in the instruction: most need not be read as a
    script at all.
    """
    text = text_of(instruction)
    return any(name in text for name in names)
