"""Seconds of the steps of a Dockerfile, from a file that has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lightship.build import Build
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
# Behind a text that was cut: by BuildKit (progressui, limitString), or by us
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
            f"{where}: more than {LONGEST_TEXT >> 20} MB are not read for times of steps"
        )
    listed = _listed(build)
    own = _own_steps(text)
    certain, guessed = (
        (_of_own(own, listed, where), {})
        if own is not None
        else _of_progress(text, listed)
    )
    if not certain:
        raise UsageError(
            f"{where}: no time of a step of this Dockerfile is in it; it may be what `docker build` prints with "
            '--progress=rawjson or --progress=plain, or JSON, {"steps": [{"line": 3, "seconds": 1.5}]}'
        )
    return Times(
        guessed | certain, where, estimated=bool(guessed.keys() - certain.keys())
    )


def _listed(build: Build) -> tuple[_Listed, ...]:
    """All steps, as dockerfile2llb/convert.go counts them: an image behind FROM is the first
    of its stage.

    `WORKDIR /` counts in the total, and has no number; what ONBUILD runs has numbers, and does not
    count.
    """
    found: list[_Listed] = []
    last: dict[int, int] = {}
    for step in build.evaluation.steps:
        if step.instruction.keyword in _LISTED and not _is_root(step):
            number = last.get(step.stage.index, _first(build, step.stage)) + 1
            last[step.stage.index] = number
            found.append(_as_listed(build, step, number))
    return tuple(found)


def _as_listed(build: Build, step: Step, number: int) -> _Listed:
    stage, instruction = step.stage, step.instruction
    label = (
        ""
        if len(build.dockerfile.stages) == 1
        else stage.name or f"stage-{stage.index}"
    )
    total = _first(build, stage) + sum(
        each.keyword in _LISTED for each in stage.instructions
    )
    return _Listed(
        label,
        number,
        total,
        instruction.first_line,
        instruction.keyword,
        _pieces(instruction),
    )


def _first(build: Build, stage: Stage) -> int:
    """1 where FROM is a step: where it names an image."""
    is_image = build.evaluation.graph.bases[stage.index] is None
    return int(is_image and build.evaluation.bases[stage.index].name != SCRATCH)


def _is_root(step: Step) -> bool:
    if step.instruction.keyword != "WORKDIR":
        return False
    joined = join_workdir(
        step.before.workdir, step.operands[0] if step.operands else ""
    )
    return clean(joined.path) == "/"


def _pieces(instruction: Instruction) -> tuple[str, ...]:
    """The text as `_alike` compares it.

    What a heredoc adds to the name (its first line) may be anything.
    """
    said = _BEFORE.sub("", instruction.line.text, count=1)[len(instruction.keyword) :]
    pieces = [
        _LOOSE.sub("", piece) for piece in _VARIABLE.split(instruction.keyword + said)
    ]
    return (*pieces, "") if instruction.heredocs else tuple(pieces)


def _alike(pieces: Sequence[str], text: str) -> bool:
    """Whether `text` may be the pieces with anything between them.

    Where it was cut, the start of that.
    """
    cut = text.endswith(_CUT)
    text = text.rstrip("…").removesuffix("...") if cut else text
    if cut and len(text) <= len(pieces[0]):
        return pieces[0].startswith(text)
    if not text.startswith(pieces[0]):
        return False
    at = len(pieces[0])
    if len(pieces) == 1:
        return cut or at == len(text)
    for piece in pieces[1:-1]:
        found = text.find(piece, at)
        if found < 0:
            return cut
        at = found + len(piece)
    return cut or (len(text) - len(pieces[-1]) >= at and text.endswith(pieces[-1]))


def _of_progress(
    text: str, listed: Sequence[_Listed]
) -> tuple[dict[int, float], dict[int, float]]:
    """Seconds by line: of steps that have the text of their instruction, and of those that
    only have its place.

    A step that is there for several platforms has the longest time of them.
    """
    by_place = {
        (step.stage, step.number, step.total): step for step in reversed(listed)
    }
    by_stage: dict[str, list[_Listed]] = {}
    for step in listed:
        by_stage.setdefault(step.stage, []).append(step)
    certain: dict[int, float] = {}
    guessed: dict[int, float] = {}
    left = _MOST_COMPARED
    for name in _names(read_progress(text)):
        stage = name.stage if name.stage in by_stage else ""
        place = by_place.get((stage, name.number, name.total))
        groups = (
            ([place] if place else [], by_stage.get(stage, []), listed)
            if left > 0
            else ()
        )
        left -= len(listed)
        same = next(filter(None, (_only(group, name) for group in groups)), None)
        if same is not None:
            certain[same.line] = max(certain.get(same.line, 0.0), name.seconds)
        elif place is not None and place.keyword == name.keyword:
            guessed[place.line] = max(guessed.get(place.line, 0.0), name.seconds)
    return certain, guessed


def _only(steps: Sequence[_Listed], name: _Named) -> _Listed | None:
    """The only one of `steps` that has that text."""
    found = [
        step
        for step in steps
        if step.keyword == name.keyword and _alike(step.pieces, name.text)
    ]
    return found[0] if len(found) == 1 else None


def _names(seconds: Mapping[str, float]) -> Iterator[_Named]:
    """`[TARGET PLATFORM STAGE 2/5] RUN …`, where any of the three may be absent.

    A stage that is alone is not named.
    """
    for name, time in seconds.items():
        head = _HEAD.match(name)
        if head is not None:
            keyword, stage = head[4].upper(), (head[1].split() or [""])[-1]
            text = _LOOSE.sub("", keyword + name[head.end(4) :])
            yield _Named(stage, int(head[2]), int(head[3]), keyword, text, time)


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
    steps: Sequence[Any], listed: Sequence[_Listed], where: str
) -> dict[int, float]:
    """Seconds by line, of lines that are steps.

    A time that is none is an error, null is no time.
    """
    lines = {step.line: step for step in listed}
    found: dict[int, float] = {}
    for at, raw in enumerate(steps):
        step = raw if isinstance(raw, dict) else {}
        line, seconds = step.get("line"), step.get("seconds")
        if seconds is None:
            continue
        if (
            isinstance(seconds, bool)
            or not isinstance(seconds, int | float)
            or not 0 <= seconds <= LONGEST
        ):
            raise UsageError(
                f"{where}: steps[{at}].seconds is no number of seconds from 0 to {LONGEST:.0f}"
            )
        if (
            isinstance(line, int)
            and line in lines
            and _is_same(lines[line], step.get("instruction"))
        ):
            found[line] = max(found.get(line, 0.0), float(seconds))
    return found


def _is_same(step: _Listed, instruction: Any) -> bool:
    """Whether a step of our own JSON is that instruction; one without a text is."""
    return not isinstance(instruction, str) or _alike(
        step.pieces, _LOOSE.sub("", instruction)
    )
