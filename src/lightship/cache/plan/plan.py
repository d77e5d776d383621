"""`Plan`: the steps of a build, with all that the cache key of each depends on.

No file is looked at yet.
"""

from __future__ import annotations

from lightship.build import Build
from lightship.cache.builders import Builder
from lightship.cache.causes import Cause
from lightship.cache.selection.context_tree import FileTree
from lightship.cache.selection.selection import Selection
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.dispatch import Step as Evaluated
from lightship.record import record


@record
class KeyPart:
    """One thing that a key depends on and that the Dockerfile alone decides: of what kind,
    its name, its value.

    `line` is that of the instruction which sets it.
    """

    cause: Cause
    name: str
    value: str
    line: int = 0


def instruction_part(name: str, value: str) -> KeyPart:
    """A part that the instruction itself says."""
    return KeyPart(Cause.INSTRUCTION, name, value)


def setting_part(name: str, value: str) -> KeyPart:
    """A part that holds for the instruction: its directory, user, platform."""
    return KeyPart(Cause.SETTING, name, value)


@record(eq=False)
class BaseImage:
    """What a stage starts from where that is not a stage: an image for a platform.

    An empty `image` is scratch.
    """

    image: str
    platform: str
    line: int

    @property
    def number(self) -> int:
        """Lower than that of any step: it comes before them all."""
        return -1


@record(eq=False)
class Output:
    """Files of another stage, which `stage` names: what a step copies or mounts of them, at
    `path` below its root.

    `after` is the last step of that stage.
    """

    stage: str
    after: After
    path: str


@record
class Inputs:
    """What a key depends on beside the step below: `alone` says that it does not depend on
    that one.
    """

    parts: tuple[KeyPart, ...]
    selections: tuple[Selection, ...] = ()
    outputs: tuple[Output, ...] = ()
    alone: bool = False

    @property
    def variables(self) -> list[str]:
        """The names of the variables among the parts, in their order."""
        return [part.name for part in self.parts if part.cause is Cause.VARIABLE]


@record(eq=False)
class Planned:
    """One step of the plan, and `below`, what it is laid upon.

    `number` is its place in the plan, from 0.
    """

    number: int
    stage: str
    evaluated: Evaluated
    inputs: Inputs
    below: After

    @property
    def instruction(self) -> Instruction:
        return self.evaluated.instruction

    @property
    def line(self) -> int:
        return self.instruction.first_line

    @property
    def after(self) -> tuple[int, ...]:
        """The numbers of the steps that it waits for."""
        read = [output.after for output in self.inputs.outputs]
        needed = (self.below, *read)
        numbers = [step.number for step in needed if isinstance(step, Planned)]
        return tuple(numbers)


After = Planned | BaseImage  # what a step is laid upon, or files come after


@record(eq=False)
class Plan:
    """All steps that a build lists: stages in the order of the Dockerfile, so that the
    target's come last.
    """

    build: Build
    builder: Builder
    steps: tuple[Planned, ...]

    @property
    def selections(self) -> tuple[Selection, ...]:
        """Everything that is selected of the build context, each once."""
        selections: dict[Selection, None] = {}
        for step in self.steps:
            selections |= dict.fromkeys(step.inputs.selections)
        return tuple(selections)


@record(eq=False)
class Side:
    """A build, and the files that it is given."""

    build: Build
    tree: FileTree
