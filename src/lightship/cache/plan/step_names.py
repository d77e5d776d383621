"""Which instructions BuildKit lists as steps, and what it calls them and their stages."""

from __future__ import annotations

from lightship.cache.plan.plan import Planned
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import in_workdir

LISTED = frozenset(("RUN", "COPY", "ADD", "WORKDIR"))


def is_listed(step: Step) -> bool:
    """Whether an instruction is a step of its own; `WORKDIR /` is none."""
    keyword = step.instruction.keyword
    if keyword == "WORKDIR":
        return directory_of(step) != "/"
    return keyword in LISTED


def directory_of(step: Step) -> str:
    """The directory that WORKDIR goes to."""
    operand = ""
    if step.operands:
        operand = step.operands[0]
    workdir = step.before.workdir
    return in_workdir(workdir, operand)


def stage_name(stage: Stage) -> str:
    """The name of a stage; `stage-N` where it has none, as BuildKit calls it."""
    return stage.name or f"stage-{stage.index}"


def text_of(step: Planned) -> str:
    """The instruction of a step on one line."""
    return on_one_line(step.instruction)


def on_one_line(instruction: Instruction) -> str:
    """An instruction on one line, as BuildKit joins it; a heredoc's body is left out."""
    words = instruction.line.text.split()
    return " ".join(words)
