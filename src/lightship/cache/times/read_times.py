"""Seconds of the steps of a Dockerfile, from a file that has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lightship.build import Build
from lightship.cache.plan.make_plan import stage_name
from lightship.cache.times.build_time import Times
from lightship.cache.times.buildkit_progress import LONGEST, read_progress
from lightship.dockerfile.tree import Instruction, Stage
from lightship.errors import UsageError
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import clean, join_workdir
from lightship.evaluation.stages import SCRATCH
from lightship.record import record
from lightship.regex import regex

LONGEST_TEXT = 64 << 20  # characters of a file with times
_LONGEST_OWN = 8 << 20  # of our own JSON
_MOST_COMPARED = 1_000_000  # texts of steps with names
_LISTED = frozenset(("RUN", "COPY", "ADD", "WORKDIR"))
_HEAD = regex(
    r"\[([^\]]{0,200}?)\s*([0-9]{1,6})/([0-9]{1,6})\] ([A-Za-z]{1,20})(?:\s|\Z)"
)
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


@record
class _Listed:
    """A step as BuildKit lists it, `[STAGE NUMBER/TOTAL] TEXT`.

    `pieces` are its text between its variables.
    """

    stage: str
    number: int
    total: int
    line: int
    keyword: str
    pieces: tuple[str, ...]

    @property
    def place(self) -> _Place:
        return self.stage, self.number, self.total


_Place = tuple[str, int, int]  # a stage, a number in it, and how many there are
_Seconds = dict[int, float]  # by line


@record
class _Named:
    """What a name in BuildKit's progress says, and the seconds of that step."""

    stage: str
    number: int
    total: int
    keyword: str
    text: str
    seconds: float


def read_times(text: str, build: Build, where: str) -> Times:
    """What a file says of the steps of `build`.

    A UsageError that names `where` if it says nothing of them.

    The file is our own JSON, `{"steps": [{"line": 3, "seconds": 1.5}, …]}`, such as `cache explain
    --format json` prints, or BuildKit's progress, `rawjson` or `plain`. A step whose instruction
    was edited since has the time that stands at its place, and the Times are marked as estimated.
    """
    if len(text) > LONGEST_TEXT:
        raise UsageError(
            f"{where}: more than {LONGEST_TEXT >> 20} MB is too much for a file of times"
        )
    listed = _listed(build)
    own = _own_steps(text)
    guessed: _Seconds = {}
    if own is not None:
        certain = _of_own(own, listed, where)
    else:
        certain, guessed = _of_progress(text, listed)
    if not certain:
        raise UsageError(
            f"{where}: no times of this Dockerfile's steps: use the output of `docker build "
            "--progress=rawjson`"
        )
    is_estimated = bool(guessed.keys() - certain.keys())
    return Times(guessed | certain, where, estimated=is_estimated)


def _listed(build: Build) -> tuple[_Listed, ...]:
    """All steps, as dockerfile2llb/convert.go counts them: the image of FROM is the first of
    its stage.

    `WORKDIR /` counts in the total, and has no number; what ONBUILD runs has numbers, and does not
    count.
    """
    all_listed: list[_Listed] = []
    numbers: dict[int, int] = {}  # of the last step, by stage
    for step in build.evaluation.steps:
        keyword = step.instruction.keyword
        if keyword not in _LISTED or _is_root(step):
            continue
        stage = step.stage
        last = numbers.get(stage.index, _first(build, stage))
        number = last + 1
        numbers[stage.index] = number
        listed = _as_listed(build, step, number)
        all_listed.append(listed)
    return tuple(all_listed)


def _as_listed(build: Build, step: Step, number: int) -> _Listed:
    stage, instruction = step.stage, step.instruction
    is_alone = len(build.dockerfile.stages) == 1
    label = "" if is_alone else stage_name(stage)
    total = _first(build, stage)
    for counted in stage.instructions:
        total += counted.keyword in _LISTED
    return _Listed(
        stage=label,
        number=number,
        total=total,
        line=instruction.first_line,
        keyword=instruction.keyword,
        pieces=_pieces(instruction),
    )


def _first(build: Build, stage: Stage) -> int:
    """1 where FROM is a step: where it names an image."""
    evaluation = build.evaluation
    number = stage.index
    starts_from_stage = evaluation.graph.bases[number] is not None
    if starts_from_stage:
        return 0
    base = evaluation.bases[number]
    return 0 if base.name == SCRATCH else 1


def _is_root(step: Step) -> bool:
    if step.instruction.keyword != "WORKDIR":
        return False
    operand = step.operands[0] if step.operands else ""
    workdir = step.before.workdir
    joined = join_workdir(workdir, operand)
    return clean(joined.path) == "/"


def _pieces(instruction: Instruction) -> tuple[str, ...]:
    """The text as `_alike` compares it.

    What a heredoc adds to the name (its first line) may be anything.
    """
    keyword = instruction.keyword
    text = _BEFORE.sub("", instruction.line.text, count=1)
    # The keyword stands there as it is written, and counts in capitals
    text = keyword + text[len(keyword) :]
    pieces = [_loose(piece) for piece in _VARIABLE.split(text)]
    if instruction.heredocs:
        pieces.append("")
    return tuple(pieces)


def _loose(text: str) -> str:
    return _LOOSE.sub("", text)


def _alike(pieces: Sequence[str], text: str) -> bool:
    """Whether `text` may be the pieces with anything between them.

    Where it was cut, the start of that.
    """
    cut = text.endswith(_CUT)
    if cut:
        text = text.rstrip("…").removesuffix("...")
    first, *others = pieces
    if cut and len(text) <= len(first):
        return first.startswith(text)
    if not text.startswith(first):
        return False

    end = len(first)
    if not others:
        return cut or end == len(text)

    *between, last = others
    for piece in between:
        start = text.find(piece, end)
        if start < 0:
            return cut
        end = start + len(piece)
    return cut or text.endswith(last, end)


def _of_progress(
    text: str,
    listed: Sequence[_Listed],
) -> tuple[_Seconds, _Seconds]:
    """Seconds by line: of steps that have the text of their instruction, and of those that
    only have its place.

    A step that is there for several platforms has the longest time of them.
    """
    by_place: dict[_Place, _Listed] = {}
    by_stage: dict[str, list[_Listed]] = {}
    for step in listed:
        by_place.setdefault(step.place, step)
        of_stage = by_stage.setdefault(step.stage, [])
        of_stage.append(step)

    certain: _Seconds = {}
    guessed: _Seconds = {}
    left = _MOST_COMPARED
    for name in _names(read_progress(text)):
        stage = name.stage if name.stage in by_stage else ""
        place = (stage, name.number, name.total)
        at_place = by_place.get(place)
        same = None
        # A file may have any number of names: those beyond the limit go by their place alone
        if left > 0:
            left -= len(listed)
            of_stage = by_stage.get(stage, [])
            same = _with_text(name, at_place, of_stage, listed)
        if same is not None:
            _add(certain, same.line, name.seconds)
        elif at_place is not None and at_place.keyword == name.keyword:
            _add(guessed, at_place.line, name.seconds)
    return certain, guessed


def _with_text(
    name: _Named,
    at_place: _Listed | None,
    of_stage: Sequence[_Listed],
    listed: Sequence[_Listed],
) -> _Listed | None:
    """The step of that text: the one at its place, else the only one of its stage, or of all."""
    if at_place is not None and _is_named(at_place, name):
        return at_place
    return _only(of_stage, name) or _only(listed, name)


def _add(seconds: _Seconds, line: int, time: float) -> None:
    longest = seconds.get(line, 0.0)
    seconds[line] = max(longest, time)


def _only(steps: Sequence[_Listed], name: _Named) -> _Listed | None:
    """The only one of `steps` that has that text."""
    same = [step for step in steps if _is_named(step, name)]
    return same[0] if len(same) == 1 else None


def _is_named(step: _Listed, name: _Named) -> bool:
    if step.keyword != name.keyword:
        return False
    return _alike(step.pieces, name.text)


def _names(seconds: Mapping[str, float]) -> Iterator[_Named]:
    """`[TARGET PLATFORM STAGE 2/5] RUN …`, where any of the three may be absent.

    A stage that is alone is not named.
    """
    for name, time in seconds.items():
        head = _HEAD.match(name)
        if head is None:
            continue
        before = head[1].split()
        stage = before[-1] if before else ""
        number = int(head[2])
        total = int(head[3])
        keyword = head[4].upper()
        rest = name[head.end(4) :]
        text = _loose(keyword + rest)
        yield _Named(stage, number, total, keyword, text, time)


def _own_steps(text: str) -> list[Any] | None:
    """The steps of our own JSON; None for another text."""
    text = text.removeprefix("\ufeff")
    if len(text) > _LONGEST_OWN or not text.lstrip().startswith("{"):
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    steps = document.get("steps")
    return steps if isinstance(steps, list) else None


def _of_own(
    steps: Sequence[Any],
    listed: Sequence[_Listed],
    where: str,
) -> _Seconds:
    """Seconds by line, of lines that are steps.

    An invalid time is an error, null means no time.
    """
    by_line = {step.line: step for step in listed}
    times: _Seconds = {}
    for at, raw in enumerate(steps):
        if not isinstance(raw, dict):
            continue
        seconds = raw.get("seconds")
        if seconds is None:
            continue
        if not _is_time(seconds):
            raise UsageError(
                f"{where}: steps[{at}].seconds must be a number of seconds from 0 to {LONGEST:.0f}"
            )

        line = raw.get("line")
        step = by_line.get(line) if isinstance(line, int) else None
        if step is not None and _is_same(step, raw.get("instruction")):
            _add(times, step.line, float(seconds))
    return times


def _is_time(seconds: Any) -> bool:
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return is_number and 0 <= seconds <= LONGEST


def _is_same(step: _Listed, instruction: Any) -> bool:
    """Whether a step of our own JSON is that instruction; one without a text is."""
    if not isinstance(instruction, str):
        return True
    return _alike(step.pieces, _loose(instruction))
