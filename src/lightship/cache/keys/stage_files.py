"""`StageFiles`: files of a stage that others copy or mount, and what these depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lightship.cache.plan.plan import After, Output, Planned
from lightship.cache.selection.selection import Selection, before_wildcards
from lightship.context.wildcards import clean, has_wildcards
from lightship.record import record

Place = tuple[int, str]  # the id of what the files come after, and their path


@record(eq=False)
class StageFiles:
    """The files at `path` of a stage, as they are after a step.

    `fixed` is the path without its wildcards; `atoms` are what the files depend on.
    """

    after: After
    path: str
    fixed: str
    atoms: list[Atom] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The number of the step that they come after; -1 for those of a base image."""
        return self.after.number


Atom = str | Selection | Planned | StageFiles
"""One thing that files depend on: a text, what is selected of the context, the key of a step,
files of a stage.
"""


@record(eq=False)
class AllStageFiles:
    """All stage files that were asked for, and those that they depend on, each after its needs."""

    in_order: tuple[StageFiles, ...]
    by_place: Mapping[Place, StageFiles]

    @property
    def selections(self) -> tuple[Selection, ...]:
        """What of the build context they depend on, each once."""
        selections: dict[Selection, None] = {}
        for files in self.in_order:
            for atom in files.atoms:
                if isinstance(atom, Selection):
                    selections[atom] = None
        return tuple(selections)

    def of(self, output: Output) -> StageFiles:
        """The files that an output stands for; of a pattern, what it selects."""
        place = place_of(output.after, output.path)
        return self.by_place[place]


def place_of(after: After, path: str) -> Place:
    """What two outputs have in common that are of the same files."""
    return id(after), clean(path)


def stage_files(after: After, path: str) -> StageFiles:
    """The files at a path, with nothing yet that they depend on."""
    cleaned = clean(path)
    fixed = _before_wildcards(cleaned)
    return StageFiles(after, cleaned, fixed)


def _before_wildcards(path: str) -> str:
    if not has_wildcards(path):
        return path
    fixed = before_wildcards(path[1:])
    return f"/{fixed}"
