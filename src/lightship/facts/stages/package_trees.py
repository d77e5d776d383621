"""Places for Python packages, stage by stage.

Where each was made, and where COPY --from has brought it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from lightship.base_images.pythons import Python
from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.paths import below, clean
from lightship.facts.copies.stage_copies import StageCopy, stage_copies
from lightship.facts.stages.tree_makers import made_by
from lightship.facts.values.directories import directory_of
from lightship.record import record
from lightship.shell.run_as import named_user

_TOOLS = ("python", "virtualenv", "uv", "poetry", "pdm", "pipenv", "pip")
_MOST = 200  # trees that a stage may have


@record
class Tree:
    """Packages in a place of their own; `kind` is that of Made.

    `made` is the path where it was made, by `maker`, a RUN; `path` is where it is now.
    `tool` is what made it (`uv sync`), `python` with which interpreter, None where that is not
    known. `owner` is the user that made it, empty where that is not said.
    """

    kind: str
    made: str
    path: str
    maker: Instruction
    tool: str
    python: Python | None
    owner: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the others of its stage."""
        return self.kind, self.path


@record
class Arrival:
    """COPY --from brings a whole tree.

    `before` is the tree in the other stage, `after` what the stage has then.
    """

    copy: StageCopy
    before: Tree
    after: Tree

    @property
    def alone(self) -> bool:
        """Whether COPY names the tree itself, not a directory above it."""
        return self.copy.source == self.before.path


_Trees = dict[tuple[str, str], Tree]
T = TypeVar("T")


@record
class _History:
    """What each stage has at its end, by its index, and all that COPY --from has brought."""

    stages: list[_Trees]
    arrivals: list[Arrival]


def trees(build: Build, stage: Stage) -> Mapping[tuple[str, str], Tree]:
    """What a stage has at its end, by kind and path."""
    return build.once(_follow).stages[stage.index]


def arrivals(build: Build) -> Sequence[Arrival]:
    """Each tree that COPY --from brings, in order."""
    if not stage_copies(build):
        return ()
    return build.once(_follow).arrivals


def _follow(build: Build) -> _History:
    made = _by_instruction(_makers(build))
    copies = _by_instruction(_copiers(build))
    history = _History([], [])
    for stage in build.dockerfile.stages:
        here = _inherited(build, history, stage)
        for item in stage.instructions:
            for tree in made.get(item, ()):
                if not _is_kept(here, tree):
                    here.setdefault(tree.key, tree)
            for copy in copies.get(item, ()):
                for arrival in _arrived(history, copy):
                    history.arrivals.append(arrival)
                    tree = arrival.after
                    here[tree.key] = tree

        if len(here) > _MOST:
            here = {}
        history.stages.append(here)
    return history


def _is_kept(here: _Trees, tree: Tree) -> bool:
    """Whether `uv sync` keeps an environment that may be moved, and writes its programs so.

    It makes another one where its Python is not that of the environment.
    """
    if tree.tool != "uv sync":
        return False
    earlier = here.get(("relocatable", tree.path))
    return earlier is not None and earlier.python == tree.python


def _makers(build: Build) -> Iterator[tuple[Instruction, Tree]]:
    """The trees that RUN make, each with its RUN."""
    for tree in _made(build):
        yield tree.maker, tree


def _copiers(build: Build) -> Iterator[tuple[Instruction, StageCopy]]:
    """What COPY takes from other stages, each with its COPY."""
    for copy in stage_copies(build):
        yield copy.copying.instruction, copy


def _inherited(build: Build, history: _History, stage: Stage) -> _Trees:
    """The trees of the stage that a stage starts from."""
    base = build.base_of(stage)
    if base is None:
        return {}
    return dict(history.stages[base.index])


def _by_instruction(
    pairs: Iterator[tuple[Instruction, T]],
) -> dict[Instruction, list[T]]:
    by_instruction: dict[Instruction, list[T]] = {}
    for instruction, thing in pairs:
        things = by_instruction.setdefault(instruction, [])
        things.append(thing)
    return by_instruction


def _arrived(history: _History, copy: StageCopy) -> list[Arrival]:
    """The trees that a COPY brings from a stage before it."""
    index = copy.origin.index
    if index >= len(history.stages):
        return []
    arrived: list[Arrival] = []
    for tree in history.stages[index].values():
        rest = below(tree.path, copy.source)
        if rest is None:
            continue
        path = clean(f"{copy.destination}/{rest}")
        moved = replace(tree, path=path)
        arrived.append(Arrival(copy, tree, moved))
    return arrived


def _made(build: Build) -> Iterator[Tree]:
    """The trees that RUN make, in order."""
    for call in build.commands():
        if not call.command.name.startswith(_TOOLS):
            continue
        state = build.evaluation.before(call.instruction)
        stage = build.dockerfile.stage_of(call.instruction)
        if state is None or stage is None:
            continue

        directory = _directory(build, call, state.workdir)
        made = made_by(build, call, stage, directory)
        if made is None:
            continue
        yield Tree(
            kind=made.kind,
            made=made.path,
            path=made.path,
            maker=call.instruction,
            tool=made.tool,
            python=made.python,
            owner=_owner(call, state.user),
        )


def _owner(call: Invocation, user: str) -> str:
    """As whom a command runs: the user that it names itself, or that of USER."""
    return named_user(call.script, call.command) or user.partition(":")[0]


def _directory(build: Build, call: Invocation, workdir: str) -> str | None:
    """Where a command runs; a script in `sh -c` starts where its shell does."""
    directory = directory_of(build, call)
    if directory is not None:
        return directory
    if call.script.outer is None:
        return None

    first, *_ = build.scripts(call.instruction)
    changes = any(first.named("cd"))
    return None if changes else workdir
