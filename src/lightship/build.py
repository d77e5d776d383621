"""`Build`: a Dockerfile, its build context, build args and target: exactly what `docker build` takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lightship.context.files import Context
from lightship.dockerfile.evaluate import Evaluation, evaluate
from lightship.dockerfile.tree import Dockerfile, Instruction, Stage
from lightship.shell.commands import Command, Script, script_of
from lightship.shell.packages import Installation, read_command


@dataclass(frozen=True, eq=False)
class Build:
    """What one `docker build` is given.

    `context` is None where none is known; rules that look at files are silent then. `path` is the Dockerfile's path
    inside the context (relative, with `/`), or None where it lies elsewhere.
    """

    dockerfile: Dockerfile
    context: Context | None = None
    args: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None
    path: str | None = None

    @cached_property
    def evaluation(self) -> Evaluation:
        """What BuildKit knows before each instruction: environment, working directory, user, shell."""
        return evaluate(self.dockerfile, self.args)

    @property
    def final(self) -> Stage | None:
        """The stage that becomes the image: the target, or the last."""
        stages = self.dockerfile.stages
        if self.target is None:
            return stages[-1] if stages else None
        return next((stage for stage in reversed(stages) if stage.name == self.target.lower()), None)

    def each(self, *keywords: str) -> Iterator[Instruction]:
        """Instructions with one of `keywords` (upper case; all without any), in order."""
        for instruction in self.dockerfile.instructions:
            if not keywords or instruction.keyword in keywords:
                yield instruction
