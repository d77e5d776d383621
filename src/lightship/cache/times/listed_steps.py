"""`ListedStep`: a step as BuildKit's progress names it, `[STAGE NUMBER/TOTAL] TEXT`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lightship.build import Build
from lightship.cache.plan.step_names import LISTED, is_listed, stage_name
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.dispatch import Step
from lightship.evaluation.stages import SCRATCH
from lightship.record import record
from lightship.regex import regex

# BuildKit shows a step after its shell lexer, which takes quotes and escapes away
_LOOSE = regex(r"[\s\"'\\`]+")
# With re.IGNORECASE; a trigger's line is all of ONBUILD
_BEFORE = regex(r"\A\s*(?:ONBUILD\s+)?", 2)
_VARIABLE = regex(r"\$(?:\{[^{}]*\}|[A-Za-z0-9_]+)")
# After a text that was cut: by BuildKit (progressui, limitString), or by us
_CUT = (
    "...",
    "…",
)


class Place(NamedTuple):
    """Where a step stands: its stage, its number there, and how many the stage has.

    A stage that is alone has no name.
    """

    stage: str
    number: int
    total: int


@record
class ListedStep:
    """A step that has a number; `pieces` are its text between its variables."""

    place: Place
    line: int
    keyword: str
    pieces: tuple[str, ...]

    def has_text(self, text: str) -> bool:
        """Whether a text, as `loose` leaves it, may be this instruction's, whatever its
        variables stand for.

        Where it was cut, the start of that.
        """
        is_cut = text.endswith(_CUT)
        if is_cut:
            text = text.rstrip("…")
            text = text.removesuffix("...")
        first, *others = self.pieces
        if is_cut and len(text) <= len(first):
            return first.startswith(text)
        if not text.startswith(first):
            return False

        end = len(first)
        if not others:
            return is_cut or end == len(text)

        *between, last = others
        for piece in between:
            start = text.find(piece, end)
            if start < 0:
                return is_cut
            end = start + len(piece)
        return is_cut or text.endswith(last, end)


def listed_steps(build: Build) -> Iterator[ListedStep]:
    """All steps, as dockerfile2llb/convert.go counts them: the image of FROM is the first of
    its stage.

    `WORKDIR /` counts in the total, and has no number; what ONBUILD runs has numbers, and does not
    count.
    """
    # Of the last step, by stage
    numbers: dict[int, int] = {}
    for step in build.evaluation.steps:
        if not is_listed(step):
            continue
        stage = step.stage
        last = numbers.get(stage.index)
        if last is None:
            last = _first(build, stage)
        number = last + 1
        numbers[stage.index] = number
        yield _as_listed(build, step, number)


def _as_listed(build: Build, step: Step, number: int) -> ListedStep:
    stage = step.stage
    is_alone = len(build.dockerfile.stages) == 1
    label = "" if is_alone else stage_name(stage)
    total = _first(build, stage)
    for counted in stage.instructions:
        total += counted.keyword in LISTED

    place = Place(label, number, total)
    instruction = step.instruction
    pieces = _pieces(instruction)
    return ListedStep(
        place,
        instruction.first_line,
        instruction.keyword,
        tuple(pieces),
    )


def _first(build: Build, stage: Stage) -> int:
    """1 where FROM is a step: where it names an image."""
    evaluation = build.evaluation
    number = stage.index
    starts_from_stage = evaluation.graph.bases[number] is not None
    if starts_from_stage:
        return 0
    base = evaluation.bases[number]
    if base.name == SCRATCH:
        return 0
    return 1


def _pieces(instruction: Instruction) -> Iterator[str]:
    """The text as `has_text` compares it.

    What a heredoc adds to the name (its first line) may be anything.
    """
    keyword = instruction.keyword
    text = _BEFORE.sub("", instruction.line.text, count=1)
    # The keyword stands there as it is written, and counts in capitals
    rest = text[len(keyword) :]
    text = keyword + rest
    for piece in _VARIABLE.split(text):
        yield loose(piece)
    if instruction.heredocs:
        yield ""


def loose(text: str) -> str:
    """A text without blanks, quotes and escapes."""
    return _LOOSE.sub("", text)
