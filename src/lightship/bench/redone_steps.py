"""Which steps of a version a builder carries out again, by their cache keys, before it does so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field

from lightship.build import Build
from lightship.cache.keys.keys import Key, Keyed
from lightship.cache.keys.moment import Moment
from lightship.cache.plan.plan import BaseImage, Planned, Side
from lightship.cache.plan.step_names import text_of
from lightship.cache.selection.context_tree import ContextChange, FileTree
from lightship.errors import ParseError
from lightship.record import record

# The bytes of a file after an edit: no other file has them
_EDITED = "edited"
_Instruction = tuple[str, str, object]


@record(eq=False)
class RedoneSteps:
    """The steps of a version, and which of them a build of each kind carries out.

    `missed` are numbers of steps, by `cold`, `warm`, `nothing`, `edit` and `dependency`; `keys` are
    those that a builder has of it afterwards.
    """

    build: Build
    steps: tuple[Planned, ...]
    missed: Mapping[str, frozenset[int]]
    keys: frozenset[Key] = field(default_factory=frozenset)

    @property
    def is_in_a_row(self) -> bool:
        """Whether each step waits for all before it, so that no two run at the same time."""
        before: list[set[int]] = []
        for number, step in enumerate(self.steps):
            waited = set(step.after)
            for after in step.after:
                waited |= before[after]

            if len(waited) < number:
                return False
            before.append(waited)
        return True


def redone_steps(
    side: Side, edits: Mapping[str, str], cache: Collection[Key] = ()
) -> RedoneSteps | None:
    """What builds of a version do; None for one that BuildKit refuses.

    `edits` are the paths that change, by their kinds; `cache` are the keys that a builder has
    before the first of these builds.
    """
    try:
        moment = Moment(side.build, side.tree)
    except ParseError:
        return None

    keyed = moment.keyed
    unknown = [step for step in keyed if step.key not in cache]
    missed: dict[str, frozenset[int]] = {
        "cold": _numbers(keyed),
        "warm": _numbers(unknown),
        "nothing": frozenset(),
    }
    for kind, path in edits.items():
        missed[kind] = _after_edit(moment, side.tree, keyed, path)

    steps = moment.keys.plan.steps
    keys = frozenset(step.key for step in keyed if step.key is not None)
    return RedoneSteps(side.build, steps, missed, keys)


def _numbers(steps: Iterable[Keyed]) -> frozenset[int]:
    return frozenset(keyed.step.number for keyed in steps)


def _after_edit(
    moment: Moment, tree: FileTree, keyed: Sequence[Keyed], path: str
) -> frozenset[int]:
    """The steps that have another key once a file is edited; none for one that is not sent."""
    file = tree.files.get(path)
    if file is None or path not in moment.sent.entries:
        return frozenset()

    edit = ContextChange(path, file, _EDITED)
    moment.apply([edit], tree.read)
    edited = moment.keyed

    # The next edit starts from the files as they are
    undo = ContextChange(path, file, tree.identity(path))
    moment.apply([undo], tree.read)

    pairs = zip(keyed, edited, strict=True)
    return _numbers(old for old, new in pairs if old.key != new.key)


def redoes_the_same(before: Side, after: Side, path: str) -> bool:
    """Whether an edit of a file makes a builder carry out the same instructions in both versions.

    With the same settings and variables, on the same base images. What stands below them may
    differ. Not told where there is none, as where the file is not sent.
    """
    old = _instructions(before, path)
    new = _instructions(after, path)
    return bool(old) and old == new


def _instructions(side: Side, path: str) -> list[_Instruction]:
    redone = redone_steps(side, {"edit": path})
    if redone is None:
        return []
    missed = redone.missed["edit"]
    return [_instruction(step) for step in redone.steps if step.number in missed]


def _instruction(step: Planned) -> _Instruction:
    """A step, but for its place and what it is laid upon other than a base image."""
    parts = [(part.cause, part.name, part.value) for part in step.inputs.parts]
    paths = [output.path for output in step.inputs.outputs]
    base = _base(step)
    return text_of(step), base.image, (parts, paths, base.platform)


def _base(step: Planned) -> BaseImage:
    below = step.below
    while isinstance(below, Planned):
        below = below.below
    return below
