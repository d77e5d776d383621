"""Which steps of a version a builder carries out again, by their cache keys, before it does so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
            waited = {
                other for after in step.after for other in (after, *before[after])
            }
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
    missed: dict[str, frozenset[int]] = {
        "cold": frozenset(step.step.number for step in keyed),
        "warm": frozenset(step.step.number for step in keyed if step.key not in cache),
        "nothing": frozenset(),
    }
    for kind, path in edits.items():
        missed[kind] = _after_edit(moment, side.tree, keyed, path)
    keys = frozenset(step.key for step in keyed if step.key is not None)
    return RedoneSteps(side.build, moment.keys.plan.steps, missed, keys)


def _after_edit(
    moment: Moment, tree: FileTree, keyed: Sequence[Keyed], path: str
) -> frozenset[int]:
    """The steps that have another key once a file is edited; none for one that is not sent."""
    file = tree.files.get(path)
    if file is None or path not in moment.sent.entries:
        return frozenset()
    moment.apply([ContextChange(path, file, _EDITED)], tree.read)
    edited = moment.keyed
    moment.apply([ContextChange(path, file, tree.identity(path))], tree.read)
    pairs = zip(keyed, edited, strict=True)
    return frozenset(old.step.number for old, new in pairs if old.key != new.key)


def redoes_the_same(before: Side, after: Side, path: str) -> bool:
    """Whether an edit of a file makes a builder carry out the same instructions in both versions.

    With the same settings and variables, on the same base images. What stands below them may
    differ. Not told where there is none, as where the file is not sent.
    """
    old, new = (_instructions(side, path) for side in (before, after))
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
