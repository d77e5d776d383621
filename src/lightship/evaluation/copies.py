"""COPY and ADD: what each source is, and where it goes, as far as the Dockerfile tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.dockerfile.tree import Dockerfile, Instruction, Word
from lightship.errors import ExpansionError
from lightship.evaluation.copy_sources import git_source, is_url
from lightship.evaluation.dispatch import Step
from lightship.evaluation.evaluate import Evaluation
from lightship.evaluation.state import State
from lightship.expansion.variables import expand, is_plain
from lightship.record import record


@record
class Operand:
    """A source or the destination.

    `value` is what BuildKit reads, None where a variable has no value that is known, and for a
    heredoc as destination. `varies` is whether a variable is in it, so that a build arg may change
    it. `kind` of a source is file (or directory), heredoc, url or git.
    """

    word: Word
    value: str | None
    varies: bool
    kind: str = "file"


@record
class Copying:
    """One COPY or ADD; `onbuild` marks one that waits in ONBUILD: nothing is known of the
    stage that it will run in.

    `before` is the state before it, None in ONBUILD. `from_context` is False for `COPY --from`.
    """

    instruction: Instruction
    sources: tuple[Operand, ...]
    destination: Operand
    before: State | None
    step: Step | None

    @property
    def from_context(self) -> bool:
        flag = self.instruction.flag("from")
        return flag is None or not flag.value

    @property
    def local(self) -> tuple[Operand, ...]:
        """The sources that are files of the build context, where they are known."""
        if not self.from_context:
            return ()
        return tuple(
            source
            for source in self.sources
            if source.kind == "file" and source.value is not None
        )


def copyings(
    dockerfile: Dockerfile,
    evaluation: Evaluation,
    *keywords: str,
) -> Iterator[Copying]:
    """Every COPY and ADD (or only those of `keywords`), in ONBUILD too, in order."""
    for outer in dockerfile.instructions:
        instruction = outer.trigger or outer
        if (
            instruction.keyword not in (keywords or ("COPY", "ADD"))
            or len(instruction.args) < 2
        ):
            continue
        step = evaluation.step(outer) if outer.trigger is None else None
        if step is None and outer.trigger is None:
            continue  # before the first FROM
        yield _read(dockerfile, instruction, step)


def _read(
    dockerfile: Dockerfile,
    instruction: Instruction,
    step: Step | None,
) -> Copying:
    state = step.before if step is not None else None
    operands: list[Operand] = []
    for word in instruction.args:
        heredocs = instruction.heredocs
        if any(heredoc.span.covers(word.span) for heredoc in heredocs):
            operand = Operand(word, word.text, varies=False, kind="heredoc")
        else:
            operand = _operand(dockerfile, word, state)
        operands.append(operand)
    *sources, destination = operands
    if destination.kind == "heredoc" or destination.word.text.startswith("<<"):
        # A heredoc where a path was meant: to change the word would be to lose its end, or to open
        # one
        destination = replace(destination, value=None)
    return Copying(instruction, tuple(sources), destination, state, step)


def _operand(dockerfile: Dockerfile, word: Word, state: State | None) -> Operand:
    if is_plain(word.text, dockerfile.escape):
        return Operand(word, word.text, varies=False, kind=_kind(word.text))
    try:
        found = expand(
            word.text,
            state.env.get if state is not None else lambda _: None,
            escape=dockerfile.escape,
        )
    except ExpansionError:
        return Operand(word, None, varies=True, kind=_kind(word.text))
    value = None if found.unset else found.text
    return Operand(
        word,
        value,
        varies=bool(found.used | found.unset),
        kind=_kind(value or word.text),
    )


def _kind(text: str) -> str:
    if is_url(text):
        return "url"
    git = git_source(text) if "://" in text or "@" in text else None
    return "git" if git is not None and not git.local else "file"
