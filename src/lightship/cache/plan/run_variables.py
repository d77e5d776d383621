"""The variables that each RUN sees, in the order in which its cache key has them.

BuildKit keeps a list in which what is set again moves to the end (client/llb/meta.go, EnvList). A
stage that starts from another takes its list, ARG included, and then sets the ENV of the image
once more (convert.go, dispatch of FROM).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lightship.build import Build
from lightship.cache.causes import Cause
from lightship.cache.plan.plan import KeyPart
from lightship.dockerfile.tree import Instruction, Stage
from lightship.errors import LightshipError
from lightship.evaluation.conversion import NOT_IN_ENV
from lightship.evaluation.dispatch import Step
from lightship.record import record

# Variables of all stages and RUN together; no Dockerfile but a hostile one has as many
_MOST = 1_000_000


@record(eq=False)
class SetVariable:
    """One variable, as ENV or ARG set it; all RUN that see it share its `part` of their keys."""

    part: KeyPart
    keyword: str


Variables = tuple[SetVariable, ...]
_Pair = tuple[str, str]  # a name and its value


@record(eq=False, frozen=False)
class _Scope:
    """The variables of a stage while it is gone through.

    `image` are those of ENV, in the image's own order.
    """

    variables: dict[str, SetVariable]
    image: dict[str, SetVariable]

    def set(self, variable: SetVariable) -> None:
        name = variable.part.name
        self.variables.pop(name, None)
        self.variables[name] = variable
        if variable.keyword == "ENV":
            self.image[name] = variable

    def inherited(self) -> _Scope:
        """What a stage begins with that starts from this one."""
        variables = dict(self.variables)
        image = dict(self.image)
        scope = _Scope(variables, image)
        for variable in self.image.values():
            scope.set(variable)
        return scope


def environments(build: Build) -> dict[int, Variables]:
    """The variables before each RUN, by `id` of its step. A LightshipError where they are
    millions.
    """
    by_step: dict[int, Variables] = {}
    scopes: dict[int, _Scope] = {}
    total = 0
    for step in build.evaluation.steps:
        stage = step.stage.index
        if stage not in scopes:
            parent = build.evaluation.graph.bases[stage]
            scopes[stage] = _first_scope(parent, scopes)
            total += len(scopes[stage].variables)

        scope = scopes[stage]
        keyword = step.instruction.keyword
        if keyword in ("ENV", "ARG"):
            for variable in _set_by(build, step):
                scope.set(variable)
        if keyword != "RUN":
            continue

        total += len(scope.variables)
        if total > _MOST:
            raise LightshipError(
                "this Dockerfile has too many variables to work out its cache keys"
            )
        seen = scope.variables.values()
        by_step[id(step)] = tuple(seen)
    return by_step


def _first_scope(parent: Stage | None, scopes: Mapping[int, _Scope]) -> _Scope:
    """What a stage begins with: what the stage that it starts from leaves."""
    if parent is None or parent.index not in scopes:
        return _Scope({}, {})
    scope = scopes[parent.index]
    return scope.inherited()


def _set_by(build: Build, step: Step) -> list[SetVariable]:
    """What ENV or ARG sets; an ARG without a value sets nothing."""
    instruction = step.instruction
    keyword = instruction.keyword
    line = instruction.first_line
    known: set[str] = set()
    if keyword == "ARG":
        known = _with_value(build, instruction)

    variables: list[SetVariable] = []
    for name, value in _pairs(step):
        if keyword == "ARG" and name not in known:
            continue
        part = KeyPart(Cause.VARIABLE, name, value, line)
        variable = SetVariable(part, keyword)
        variables.append(variable)
    return variables


def _pairs(step: Step) -> Iterator[_Pair]:
    """Names and values, which stand in turn among the operands."""
    names = step.operands[::2]
    values = step.operands[1::2]
    return zip(names, values, strict=False)


def _with_value(build: Build, arg: Instruction) -> set[str]:
    """The names that have a value as an ARG: there, by --build-arg or before the first FROM."""
    known: set[str] = set()
    for pair in arg.pairs:
        if pair.value is not None:
            known.add(pair.name.text)
    known |= build.args.keys()
    known |= build.evaluation.globals.keys()
    return known - NOT_IN_ENV
