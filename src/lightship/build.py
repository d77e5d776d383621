"""`Build`: a Dockerfile, its build context, build args and target: exactly what `docker
build` takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import date
from functools import cached_property
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
from lightship.invocations import Invocation, Invocations, PackageInvocation, text_of
from lightship.policy import Policy
from lightship.record import record
from lightship.repository_facts import GivenLabel, MountedVolume, RepositoryFacts
from lightship.shell.commands import Script

__all__ = ["Build", "Invocation", "PackageInvocation"]
T = TypeVar("T")


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
    together, those that publish it if there are any; empty where one of them names none. `labels`
    are those that the build gives the image, over those of the Dockerfile. `repository` is what
    holds for all builds.
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
    labels: Mapping[str, GivenLabel] = field(default_factory=dict)
    repository: RepositoryFacts = field(default_factory=RepositoryFacts)
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

    @cached_property
    def has_shell_start(self) -> bool:
        """Whether a CMD or ENTRYPOINT is in shell form, in ONBUILD too."""
        for instruction in self.dockerfile.instructions:
            inner = instruction.trigger or instruction
            if inner.keyword in ("CMD", "ENTRYPOINT") and inner.form != "exec":
                return True
        return False

    def mentions(self, *texts: str) -> bool:
        """Whether one of `texts` stands in an instruction, in any case."""
        instructions = self._lower_text
        return any(text.lower() in instructions for text in texts)

    @cached_property
    def _lower_text(self) -> str:
        """The instructions in lower case: a line that continues is one line."""
        instructions = self.dockerfile.instructions
        texts = [text_of(item.trigger or item) for item in instructions]
        return "\0".join(texts).lower()

    @cached_property
    def _invocations(self) -> Invocations:
        return Invocations(self.dockerfile, self.evaluation)

    def has_command(self, *names: str) -> bool:
        """Whether a RUN runs one of these commands."""
        return self._invocations.is_run(names)

    def has_manager(self, *managers: str) -> bool:
        """Whether a RUN calls one of these package managers."""
        return self._invocations.is_managed(managers)

    def scripts(self, instruction: Instruction) -> tuple[Script, ...]:
        """The script of an instruction, then those that its commands hand to a shell.

        ONBUILD gives that inside.
        """
        return self._invocations.scripts(instruction)

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
            return self._invocations.of_run(names)
        instructions = self.dockerfile.instructions if of is None else (of,)
        return self._invocations.of_instructions(keywords, names, instructions)

    def mounts(self, instruction: Instruction) -> tuple[Mount, ...]:
        """The mounts of a RUN that BuildKit accepts; ONBUILD gives those inside, not expanded."""
        if instruction.trigger is None:
            step = self.evaluation.step(instruction)
            return step.mounts if step is not None else ()
        flags = instruction.trigger.all_flags("mount")
        mounts = [_as_written(flag) for flag in flags]
        return tuple([mount for mount in mounts if mount is not None])

    @property
    def package_commands(self) -> tuple[PackageInvocation, ...]:
        """What all RUN do with package managers, in order."""
        return self._invocations.of_packages

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
            return self._invocations.of_managers(managers, action)
        return self._invocations.of_managers_in(of, managers, action)


def _as_written(flag: Flag) -> Mount | None:
    try:
        return read_mount(flag, str)
    except MountRefused:
        return None
