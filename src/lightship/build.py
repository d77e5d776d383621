"""`Build`: a Dockerfile, its build context, build args and target: exactly what `docker
build` takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar

from lightship.base_images import lifetimes
from lightship.base_images.reference import Reference, read_reference
from lightship.base_images.users import may_be_local
from lightship.context.files import Context
from lightship.dockerfile.tree import Dockerfile, Flag, Instruction, Stage
from lightship.evaluation.copies import Copying, copyings
from lightship.evaluation.dispatch import Step
from lightship.evaluation.evaluate import Evaluation, evaluate
from lightship.evaluation.image_references import UsedImage, images
from lightship.evaluation.mounts import Mount, MountRefused, read_mount
from lightship.policy import Policy
from lightship.record import record
from lightship.repository_facts import MountedVolume, RepositoryFacts
from lightship.shell.commands import Command, Script, scripts_of
from lightship.shell.packages import PackageCommand, read_command

K = TypeVar("K")
T = TypeVar("T")


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


@record(eq=False, slots=False)
class Build:
    """What one `docker build` is given.

    `context` is None where none is known; rules that look at files are silent then. `path` is the
    Dockerfile's path inside the context (relative, with `/`), or None where it lies elsewhere.
    `today` is the day that it is built on: whether a release of a base image still gets fixes
    depends on it. `purpose` is what the image is for, as the repository tells: `production`,
    `development`, `test`, `ci` or `tool`; empty where nothing tells it. `contexts` are the names of
    additional build contexts: BuildKit takes FROM and `--from` of such a name from there. `volumes`
    are those that a compose file mounts into its containers. `policy` is what the team allows;
    None where its configuration says nothing of it. `is_guess` is whether nothing says how it is
    built: the context is only the most likely one. `is_published` is whether something pushes the
    image to a registry, whatever it is for. `has_init` is whether its containers run under an init.
    `given_args` are the names of build args that some build of the repository gives, also with a
    value that is not known; `are_args_known` is whether the repository says how it is built, so
    that no other one is given. `platforms` are those that the builds of the repository name
    together, those that publish it if there are any; empty where one of them names none.
    `repository` is what holds for all builds.
    """

    dockerfile: Dockerfile
    context: Context | None = None
    args: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None
    path: str | None = None
    today: date = field(default_factory=lifetimes.today)
    purpose: str = ""
    contexts: frozenset[str] = frozenset()
    volumes: tuple[MountedVolume, ...] = ()
    policy: Policy | None = None
    is_guess: bool = False
    is_published: bool = False
    may_be_buildah: bool = False
    has_init: bool = False
    given_args: frozenset[str] = frozenset()
    are_args_known: bool = False
    platforms: frozenset[str] = frozenset()
    repository: RepositoryFacts = field(default_factory=RepositoryFacts)
    _scripts: dict[Instruction, tuple[Script, ...]] = field(
        default_factory=dict, init=False, repr=False
    )
    _facts: dict[Callable[[Build], Any], Any] = field(
        default_factory=dict, init=False, repr=False
    )

    @cached_property
    def evaluation(self) -> Evaluation:
        """What BuildKit knows before each instruction: environment, working directory, user,
        shell.
        """
        return evaluate(self.dockerfile, self.args, self.target)

    def once(self, find: Callable[[Build], T]) -> T:
        """What `find` says of this Build, worked out the first time only: a fact that several
        rules ask for.
        """
        found: T
        try:
            found = self._facts[find]
        except KeyError:
            found = self._facts[find] = find(self)
        return found

    @property
    def is_for_production(self) -> bool:
        """Whether the image is shipped, as far as the repository tells."""
        return self.purpose in ("", "production")

    @property
    def final(self) -> Stage | None:
        """The stage that becomes the image: the target, or the last."""
        stages = self.dockerfile.stages
        if self.target is None:
            return stages[-1] if stages else None
        name = self.target.lower()
        for stage in reversed(stages):
            if stage.name == name:
                return stage
        return None

    def is_own_image(self, image: Reference) -> bool:
        """Whether the repository builds the image, or publishes others beside it: its owners' own.

        An official one keeps its name, unless the repository gives that very tag to its own.
        """
        images = self.repository.images
        if image.official and not may_be_local(image):
            return self._has_taken(image)
        # A registry of its own may have it as well as Docker Hub
        if image.name in images or ("/" in image.path and image.path in images):
            return True
        return image.name.rpartition("/")[0] in self.repository.namespaces

    @cached_property
    def lineage(self) -> tuple[Stage, ...]:
        """The final stage and the stages that it starts from, the first one first: all of the
        image's layers.
        """
        return self.lineage_of(self.final) if self.final is not None else ()

    def lineage_of(self, stage: Stage) -> tuple[Stage, ...]:
        """A stage and the stages that it starts from, the first one first."""
        line: list[Stage] = []
        ancestor: Stage | None = stage
        # FROM sees only stages before it: there is no circle
        while ancestor is not None:
            line.append(ancestor)
            ancestor = self.base_of(ancestor)
        return tuple(reversed(line))

    def base_of(self, stage: Stage) -> Stage | None:
        """The stage that a stage starts from; None where that is an image."""
        return self.evaluation.graph.bases[stage.index]

    def root_image(self, stage: Stage) -> Reference | None:
        """The image that a stage comes from in the end; None where its name is that of none, or
        an official one's that the repository gives to an image of its own.
        """
        name = self.evaluation.root(stage).name
        if name in self.contexts:
            return None  # it is an additional build context
        reference = read_reference(name)
        if isinstance(reference, str) or self._has_taken(reference):
            return None
        return reference

    def _has_taken(self, image: Reference) -> bool:
        """Whether the repository builds an image that has the name and tag of an official one."""
        if not image.official or not image.tag or image.digest:
            return False
        return f"{image.name}:{image.tag}" in self.repository.images

    @cached_property
    def shipped(self) -> frozenset[Instruction]:
        """The instructions of the lineage."""
        return frozenset(item for stage in self.lineage for item in stage.instructions)

    @cached_property
    def shipped_steps(self) -> tuple[Step, ...]:
        """What is carried out in the lineage, in order, triggers of ONBUILD included."""
        stages = set(self.lineage)
        return tuple(step for step in self.evaluation.steps if step.stage in stages)

    def each(self, *keywords: str) -> Iterator[Instruction]:
        """Instructions with one of `keywords` (upper case; all without any), in order."""
        for instruction in self.dockerfile.instructions:
            if not keywords or instruction.keyword in keywords:
                yield instruction

    def has_instruction(self, *keywords: str) -> bool:
        """Whether there is an instruction with one of `keywords` (upper case), in ONBUILD too."""
        return not self._keywords.keys().isdisjoint(keywords)

    def has_repeated(self, *keywords: str) -> bool:
        """Whether there are two instructions with one of `keywords`, counted as above."""
        return any(self._keywords[keyword] > 1 for keyword in keywords)

    @cached_property
    def _keywords(self) -> Counter[str]:
        """How many instructions there are of each keyword."""
        keywords: Counter[str] = Counter()
        for instruction in self.dockerfile.instructions:
            keywords[instruction.keyword] += 1
            if instruction.trigger is not None:
                keywords[instruction.trigger.keyword] += 1
        return keywords

    @cached_property
    def has_named_stage(self) -> bool:
        """Whether a FROM gives its stage a name."""
        return any(stage.name_word is not None for stage in self.dockerfile.stages)

    def mentions(self, *texts: str) -> bool:
        """Whether one of `texts` stands in an instruction, in any case."""
        instructions = self._lower_text
        return any(text.lower() in instructions for text in texts)

    @cached_property
    def _lower_text(self) -> str:
        """The instructions in lower case: a line that continues is one line."""
        instructions = self.dockerfile.instructions
        texts = [_text_of(item.trigger or item) for item in instructions]
        return "\0".join(texts).lower()

    def has_command(self, *names: str) -> bool:
        """Whether a RUN runs one of these commands."""
        return not self._calls_by_name.keys().isdisjoint(names)

    def has_manager(self, *managers: str) -> bool:
        """Whether a RUN calls one of these package managers."""
        return any((manager, None) in self._packages_by for manager in managers)

    def scripts(self, instruction: Instruction) -> tuple[Script, ...]:
        """The script of an instruction, then those that its commands hand to a shell.

        ONBUILD gives that inside.
        """
        if instruction not in self._scripts:
            before = self.evaluation.before(instruction)
            shell = before.shell if before else None
            self._scripts[instruction] = scripts_of(instruction, shell)
        return self._scripts[instruction]

    def commands(
        self,
        *names: str,
        keywords: tuple[str, ...] = ("RUN",),
        of: Instruction | None = None,
    ) -> Iterator[Invocation]:
        """The commands of one of `names` (all without any) that instructions of `keywords`,
        or ONBUILD of them, run.

        With `of` those of that instruction alone.
        """
        if of is None and keywords == ("RUN",):
            return _in_order(self._calls_by_name, names) if names else iter(self._calls)
        instructions = self.dockerfile.instructions if of is None else (of,)
        return self._commands_in(instructions, names, keywords)

    def _commands_in(
        self,
        instructions: Iterable[Instruction],
        names: tuple[str, ...],
        keywords: tuple[str, ...],
    ) -> Iterator[Invocation]:
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
    def _calls(self) -> tuple[Invocation, ...]:
        """All commands of all RUN."""
        return tuple(self._commands_in(self.dockerfile.instructions, (), ("RUN",)))

    @cached_property
    def _calls_by_name(self) -> dict[str, list[tuple[int, Invocation]]]:
        """The same by name, each with its place: rules ask a hundred times."""
        by_name: dict[str, list[tuple[int, Invocation]]] = {}
        for place, call in enumerate(self._calls):
            by_name.setdefault(call.command.name, []).append((place, call))
        return by_name

    def mounts(self, instruction: Instruction) -> tuple[Mount, ...]:
        """The mounts of a RUN that BuildKit accepts; ONBUILD gives those inside, not expanded."""
        if instruction.trigger is None:
            step = self.evaluation.step(instruction)
            return step.mounts if step is not None else ()
        flags = instruction.trigger.all_flags("mount")
        mounts = [_as_written(flag) for flag in flags]
        return tuple([mount for mount in mounts if mount is not None])

    @cached_property
    def package_commands(self) -> tuple[PackageInvocation, ...]:
        """What all RUN do with package managers, in order."""
        calls: list[PackageInvocation] = []
        for call in self._calls:
            does = read_command(call.command)
            if does is not None:
                calls.append(
                    PackageInvocation(call.instruction, call.script, call.command, does)
                )
        return tuple(calls)

    @cached_property
    def images(self) -> tuple[UsedImage, ...]:
        """The images that FROM, COPY and mounts name, where the whole name is known."""
        used = images(self.dockerfile, self.evaluation)
        return tuple([image for image in used if image.name not in self.contexts])

    def copyings(self, *keywords: str) -> Iterator[Copying]:
        """Every COPY and ADD (or only those of `keywords`), in ONBUILD too, in order."""
        for copying in self._copyings:
            if not keywords or copying.instruction.keyword in keywords:
                yield copying

    @cached_property
    def _copyings(self) -> tuple[Copying, ...]:
        return tuple(copyings(self.dockerfile, self.evaluation))

    @cached_property
    def _packages_by(
        self,
    ) -> dict[tuple[str, str | None], list[tuple[int, PackageInvocation]]]:
        """The commands of each manager, and those of each of its actions; each with its place."""
        by_manager: dict[
            tuple[str, str | None], list[tuple[int, PackageInvocation]]
        ] = {}
        for row in enumerate(self.package_commands):
            _, call = row
            for action in (None, call.does.action):
                by_manager.setdefault((call.does.manager, action), []).append(row)
        return by_manager

    @cached_property
    def _packages_of(self) -> dict[Instruction, list[PackageInvocation]]:
        by_instruction: dict[Instruction, list[PackageInvocation]] = {}
        for call in self.package_commands:
            by_instruction.setdefault(call.instruction, []).append(call)
        return by_instruction

    def packages(
        self,
        *managers: str,
        action: str | None = None,
        of: Instruction | None = None,
    ) -> Iterator[PackageInvocation]:
        """Those of one of `managers` that do `action` (anything, without it).

        With `of` in that instruction alone.
        """
        if of is None:
            keys = [(manager, action) for manager in managers]
            return _in_order(self._packages_by, keys)
        return (
            call
            for call in self._packages_of.get(of, ())
            if call.does.manager in managers and action in (None, call.does.action)
        )


def _in_order(rows: Mapping[K, list[tuple[int, T]]], keys: Iterable[K]) -> Iterator[T]:
    """What stands under any of `keys`, by its place."""
    lists = [rows[key] for key in keys if key in rows]
    if not lists:
        return iter(())
    if len(lists) == 1:
        return (item for _, item in lists[0])
    in_order = sorted(chain.from_iterable(lists), key=itemgetter(0))
    return iter(dict(in_order).values())


def _mentions(instruction: Instruction, names: tuple[str, ...]) -> bool:
    """Whether one of `names` stands anywhere in the instruction: most need not be read as a
    script at all.
    """
    text = _text_of(instruction)
    return any(name in text for name in names)


def _text_of(instruction: Instruction) -> str:
    """An instruction as one line, and its here-documents."""
    bodies = [heredoc.content for heredoc in instruction.heredocs]
    return "\0".join((instruction.line.text, *bodies))


def _as_written(flag: Flag) -> Mount | None:
    try:
        return read_mount(flag, str)
    except MountRefused:
        return None
