"""Places for packages of Python, stage by stage: where each was made, and where COPY --from has brought it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lightship.base_images.pythons import Python
from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.paths import below, clean
from lightship.facts.copies.stage_copies import StageCopy, stage_copies
from lightship.facts.stages.tree_makers import made_by
from lightship.facts.values.directories import directories_of
from lightship.record import record

_TOOLS = ("python", "virtualenv", "uv", "poetry", "pdm", "pipenv", "pip")
_MOST = 200  # trees that a stage may have


@record
class Tree:
    """Packages in a place of their own. `kind` is venv, relocatable, user, prefix or target, as of Made.

    `made` is the path where it was made, by `maker`, a RUN of `stage`; `path` is where it is now. `tool` is what made
    it (`uv sync`), `python` with which interpreter, None where that is not known.
    """

    kind: str
    made: str
    path: str
    maker: Instruction
    stage: Stage
    tool: str
    python: Python | None


@record
class Arrival:
    """COPY --from brings a whole tree: `before` is the tree in the other stage, `after` what the stage has then."""

    copy: StageCopy
    before: Tree
    after: Tree

    @property
    def alone(self) -> bool:
        """Whether COPY names the tree itself, not a directory above it."""
        return self.copy.source == self.before.path


_Trees = dict[tuple[str, str], Tree]


def trees(build: Build, stage: Stage) -> Mapping[tuple[str, str], Tree]:
    """What a stage has at its end, by kind and path."""
    return build.once(_follow)[0][stage.index]


def arrivals(build: Build) -> Sequence[Arrival]:
    """Each tree that COPY --from brings, in order."""
    return build.once(_follow)[1] if stage_copies(build) else ()


def _follow(build: Build) -> tuple[list[_Trees], list[Arrival]]:
    makers: dict[Instruction, list[Tree]] = {}
    for tree in _made(build):
        makers.setdefault(tree.maker, []).append(tree)
    copies: dict[Instruction, list[StageCopy]] = {}
    for copy in stage_copies(build):
        copies.setdefault(copy.copying.instruction, []).append(copy)
    states: list[_Trees] = []
    brought: list[Arrival] = []
    for stage in build.dockerfile.stages:
        base = build.evaluation.graph.bases[stage.index]
        here = dict(states[base.index]) if base is not None else {}
        for item in stage.instructions:
            for tree in makers.get(item, ()):
                here.setdefault((tree.kind, tree.path), tree)
            for copy in copies.get(item, ()):
                arrived = _arrived(
                    copy,
                    states[copy.origin.index]
                    if copy.origin.index < stage.index
                    else {},
                )
                here.update(
                    {(each.after.kind, each.after.path): each.after for each in arrived}
                )
                brought += arrived
        states.append(here if len(here) <= _MOST else {})
    return states, brought


def _arrived(copy: StageCopy, there: _Trees) -> list[Arrival]:
    found = []
    for tree in there.values():
        rest = below(tree.path, copy.source)
        if rest is not None:
            found.append(
                Arrival(
                    copy, tree, replace(tree, path=clean(f"{copy.destination}/{rest}"))
                )
            )
    return found


def _made(build: Build) -> Iterator[Tree]:
    """The trees that RUN make, in order."""
    for call in build.commands():
        if not call.command.name.startswith(_TOOLS):
            continue
        stage, state = (
            build.dockerfile.stage_of(call.instruction),
            build.evaluation.before(call.instruction),
        )
        if stage is None or state is None:
            continue
        directory = directories_of(call.script, state.workdir)[call.command.index]
        if (
            directory is None
            and call.script.outer is not None
            and not any(build.scripts(call.instruction)[0].named("cd"))
        ):
            directory = state.workdir  # `sh -c` starts where its shell is
        made = made_by(build, call, stage, directory)
        if made is not None:
            yield Tree(
                made.kind,
                made.path,
                made.path,
                call.instruction,
                stage,
                made.tool,
                made.python,
            )
