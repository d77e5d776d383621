"""A stage while BuildKit converts it (frontend/dockerfile/dockerfile2llb/convert.go,
dispatchState).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from lightship.dockerfile.tree import Dockerfile, Problem, Stage, Word
from lightship.errors import ExpansionError
from lightship.evaluation.mounts import Mount
from lightship.evaluation.stages import StageSource
from lightship.evaluation.state import State, Timeline
from lightship.expansion.variables import Budget, expand, is_plain
from lightship.record import record
from lightship.text import Span

if TYPE_CHECKING:
    from lightship.evaluation.ports import Port

# Build args that never become variables (convert.go, nonEnvArgs)
NOT_IN_ENV = frozenset({"BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"})


class RefusedError(Exception):
    """BuildKit's reason, where to look, and what to write instead."""

    def __init__(self, message: str, span: Span | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.span = span
        self.hint = hint


@record
class Shared:
    """What all stages share."""

    dockerfile: Dockerfile
    build_args: Mapping[str, str]
    global_args: Mapping[str, str]
    budget: Budget


@record(eq=False, frozen=False)
class Conversion:
    """A stage while it is gone through.

    `sources` are what COPY and RUN read from, by `id` of the instruction.
    """

    shared: Shared
    stage: Stage
    env: Timeline[str]
    args: Timeline[str | None]
    image_env: dict[str, str]
    state: State
    system: str
    sources: Mapping[int, list[StageSource]]
    refusals: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    unset: set[str] = field(default_factory=set)

    @property
    def escape(self) -> str:
        return self.shared.dockerfile.escape

    def expand(self, text: str) -> str:
        """One word, with this stage's variables; raises ExpansionError."""
        if is_plain(text, self.escape):
            return text
        return self._note(text, self.escape, skip_quotes=False)

    def expand_raw(self, text: str) -> str:
        """The body of a heredoc: quotes stay."""
        return self._note(text, "\\", skip_quotes=True)

    def _note(self, text: str, escape: str, skip_quotes: bool) -> str:
        try:
            found = expand(
                text,
                self.env.get,
                escape=escape,
                skip_quotes=skip_quotes,
                budget=self.shared.budget,
            )
        except ExpansionError as error:
            self._read(error.used, error.unset)
            raise
        self._read(found.used, found.unset)
        return found.text

    def _read(self, used: frozenset[str], unset: frozenset[str]) -> None:
        self.used |= used
        self.unset.update(
            name
            for name in unset
            if name not in self.args.versions and name not in NOT_IN_ENV
        )


@record(eq=False, frozen=False)
class ConvertedOperands:
    """What became of the operands."""

    operands: tuple[str, ...]
    flags: Mapping[str, str] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    ports: tuple[tuple[Word, Port], ...] = ()
    refused: RefusedError | None = None
