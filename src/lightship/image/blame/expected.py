"""A Build -> the rows of history that its build would write.

What the Dockerfile does not tell (a variable of the base image, a build arg) may be anything:
`Expected.patterns`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.errors import ExpansionError
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import join_workdir
from lightship.evaluation.stages import SCRATCH
from lightship.expansion.variables import Budget, Getter, expand
from lightship.image.blame.history_text import DEFAULT_SHELLS, FILE_KEYWORDS
from lightship.image.blame.written import (
    ANYTHING,
    Expand,
    RowStyle,
    as_it_stands,
    pair_texts,
    written,
)
from lightship.record import record
from lightship.regex import regex

_LEAST_KNOWN = 3  # characters of a pattern beside its keyword
_MOST_SHELLS = 16
_INVALID = regex("[\ud800-\udfff]")
# Not every version of every builder writes them
_OPTIONAL = frozenset({"HEALTHCHECK", "ONBUILD", "ARG", "SHELL", "MAINTAINER"})


@record(eq=False)
class Expected:
    """The row that an instruction would write.

    `instruction` is the line of the Dockerfile: of a trigger, its ONBUILD. `keys` are the forms of
    `Row.keys`, each of `patterns` a form cut where anything may stand. An `optional` row is not
    written by every version of the builder.
    """

    instruction: Instruction
    keyword: str
    keys: frozenset[str]
    patterns: tuple[tuple[str, ...], ...] = ()
    optional: bool = False


def shells_of(build: Build) -> tuple[str, ...]:
    """The shells that SHELL names in the stages that make the image."""
    shells: dict[str, None] = {}
    for step in _steps(build):
        if step.instruction.keyword == "SHELL":
            shell = " ".join(step.operands)
            shells[shell] = None
    return tuple(shells)[:_MOST_SHELLS]


def _steps(build: Build) -> Iterator[Step]:
    """The steps that make the image: those of the final stage, after those of the stages that
    it is FROM.
    """
    wanted = {stage.index for stage in build.lineage}
    return (step for step in build.evaluation.steps if step.stage.index in wanted)


def is_from_scratch(build: Build) -> bool:
    """Whether the image has no base image: all of its rows are of the Dockerfile."""
    lineage = build.lineage
    if not lineage:
        return False
    root = build.evaluation.root(lineage[0])
    return root.name == SCRATCH


def copied_from(build: Build) -> dict[int, str]:
    """The stage or image that each COPY reads from, by the line where it starts."""
    names: dict[int, str] = {}
    for source in chain.from_iterable(build.evaluation.graph.sources):
        instruction = source.instruction
        if instruction.keyword == "COPY":
            name = _source_name(source.stage, source.name)
            names[instruction.first_line] = name
    return names


def _source_name(stage: Stage | None, name: str) -> str:
    if stage is None:
        return name
    return stage.name if stage.name is not None else str(stage.index)


def expected_rows(
    build: Build,
    family: str,
    shell: Sequence[str] = (),
) -> tuple[Expected, ...]:
    """The rows of `build`, the first one first.

    `family` as `Row.family`, `shell` the image's own.
    """
    outer: dict[int, Instruction] = {}  # ONBUILD, by the id of its trigger
    for stage in build.lineage:
        for instruction in stage.instructions:
            if instruction.trigger:
                outer[id(instruction.trigger)] = instruction

    usual = [tuple(text.split(" ")) for text in DEFAULT_SHELLS]
    shells = (tuple(shell), *usual)
    style = RowStyle(family, shells, build.dockerfile.text)
    walk = _RowWalk(build, style)
    rows: list[Expected] = []
    for step in _steps(build):
        place = outer.get(id(step.instruction), step.instruction)
        row = walk.row(step, place)
        is_unwritten = row.keyword == "ONBUILD" and family == "buildkit"
        if not is_unwritten:
            rows.append(row)
    return tuple(rows)


class _RowWalk:
    """Goes through the steps in order.

    `values` are the variables as far as the Dockerfile alone tells them.
    """

    def __init__(self, build: Build, style: RowStyle) -> None:
        self.style = style
        self.escape = build.dockerfile.escape
        self.values: dict[str, str] = {}
        self.workdir = "/" if is_from_scratch(build) else ANYTHING
        self.budget = Budget()

    def row(self, step: Step, place: Instruction) -> Expected:
        """The row of the next step, whose line is that of `place`."""
        keyword = step.instruction.keyword
        family = self.style.family
        texts = self._as_given(step)
        if family != "buildkit":
            texts += as_it_stands(self.style, step.instruction)
        keys = [_as_json(text) for text in texts if ANYTHING not in text]

        loose = [text for text in self._loosely(step) if _tells_enough(keyword, text)]
        if keyword == "ARG" and family == "shell":
            loose.append(f"ARG {ANYTHING}")  # buildah writes names of other ARGs too
        patterns = [tuple(_as_json(text).split(ANYTHING)) for text in loose]

        is_unwritten = family == "kaniko" and keyword not in FILE_KEYWORDS
        return Expected(
            instruction=place,
            keyword=keyword,
            keys=frozenset(keys),
            patterns=tuple(patterns),
            optional=is_unwritten or keyword in _OPTIONAL,
        )

    def _as_given(self, step: Step) -> list[str]:
        """With what the defaults and the build args of this Build give."""
        before = step.before
        path = step.operands[0] if step.operands else ""
        workdir = join_workdir(before.workdir, path).path
        expander = self._expander(before.env.get)
        return self._written(step, expander, workdir)

    def _loosely(self, step: Step) -> list[str]:
        """With ANYTHING for what a build arg or the base image may change.

        What the step sets is remembered.
        """
        loose = self._expander(lambda name: self.values.get(name, ANYTHING))
        try:
            self._set_workdir(step.instruction, loose)
            texts = self._written(step, loose, self.workdir)
            self._set_values(step.instruction, loose)
        except ExpansionError:
            self.values.clear()
            return []
        return texts

    def _expander(self, get: Getter) -> Expand:
        return lambda text: (
            expand(text, get, escape=self.escape, budget=self.budget).text
        )

    def _written(self, step: Step, expander: Expand, workdir: str) -> list[str]:
        try:
            return list(written(self.style, step, expander, workdir))
        except ExpansionError:
            return []

    def _set_values(self, instruction: Instruction, loose: Expand) -> None:
        if instruction.keyword == "ARG":
            for pair in instruction.pairs:
                self.values[pair.name.text] = ANYTHING
        elif instruction.keyword == "ENV":
            texts = [loose(text) for text in pair_texts(instruction)]
            names, values = texts[::2], texts[1::2]
            self.values |= zip(names, values, strict=True)

    def _set_workdir(self, instruction: Instruction, loose: Expand) -> None:
        """That of the base image may be anything."""
        if instruction.keyword != "WORKDIR" or not instruction.args:
            return
        path = loose(instruction.args[0].text)
        if path.startswith(ANYTHING):
            self.workdir = path
        elif path.startswith("/") or not self.workdir.startswith(ANYTHING):
            self.workdir = join_workdir(self.workdir, path).path
        else:
            self.workdir = ANYTHING + join_workdir(f"/{self.workdir[1:]}", path).path


def _as_json(text: str) -> str:
    """As a config can hold it: bytes that are not UTF-8 are lost."""
    return _INVALID.sub("\ufffd", text).strip(" \t\r\n")


def _tells_enough(keyword: str, text: str) -> bool:
    """Whether a text is a pattern, and says more than its keyword."""
    if ANYTHING not in text:
        return False
    known = text.replace(ANYTHING, "").strip()
    return keyword == "ARG" or len(known) - len(keyword) >= _LEAST_KNOWN
