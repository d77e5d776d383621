"""Labels of a build, and their types by the policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lightship.build import Build
from lightship.dockerfile.tree import Pair, Stage
from lightship.facts.values.team_policy import team_policy
from lightship.lint.finding import Finding
from lightship.record import record
from lightship.repository_facts import GivenLabel
from lightship.text import Span


@record
class Label:
    """`key=value` of a stage; `value` is None where a variable is in it, which a build may set.

    `given` is what the build gives in its place; a label that only the build gives has no `pair`.
    """

    key: str
    value: str | None
    stage: Stage
    pair: Pair | None = None
    given: GivenLabel | None = None

    @property
    def span(self) -> Span:
        """Where it is set; of one that only the build gives the image that the stage starts from,
        which stands for the stage.
        """
        pair = self.pair
        if pair is None:
            return self.stage.base.span
        return pair.span

    @property
    def key_span(self) -> Span:
        pair = self.pair
        if pair is None:
            return self.span
        return pair.name.span

    @property
    def value_span(self) -> Span:
        pair = self.pair
        if pair is None:
            return self.span
        value = pair.value
        if value is None:
            return self.span
        return value.span

    @property
    def name(self) -> str:
        """What a message calls it: with its place where the build gives it."""
        if self.given is None:
            return self.key[:60]
        return f"{self.key[:60]} of {self.given.path}:{self.given.line}"


def labels(build: Build) -> Iterator[Label]:
    """The labels of all stages, in order, as the build has them; then those that only it gives."""
    unused = dict(build.labels)
    for label in _written(build):
        given = build.labels.get(label.key)
        if given is None or label.stage not in build.lineage:
            yield label
            continue
        unused.pop(label.key, None)
        yield replace(label, value=given.value, given=given)

    if build.final is None:
        return
    for key, given in unused.items():
        yield Label(key, given.value, build.final, given=given)


def _written(build: Build) -> Iterator[Label]:
    """The labels of the Dockerfile."""
    for step in build.evaluation.steps:
        instruction = step.instruction
        is_trigger = step.place is not instruction
        if instruction.keyword != "LABEL":
            continue
        if is_trigger:
            continue

        # They stand in turn among the operands
        keys = step.operands[::2]
        values = step.operands[1::2]
        labelled = zip(instruction.pairs, keys, values, strict=False)
        for pair, key, value in labelled:
            name = key.strip("\"'")
            known = None if _varies(pair) else value
            yield Label(name, known, step.stage, pair)


def labels_of_type(build: Build, kind: str) -> Iterator[Label]:
    """Labels with a known value, not empty, of which the policy says that it has this type."""
    schema = team_policy(build).label_schema
    if kind not in schema.values():
        return
    for label in labels(build):
        if not label.value:
            continue
        if schema.get(label.key) == kind:
            yield label


def labels_not_of_form(
    build: Build, kind: str, form: re.Pattern[str], wanted: str
) -> Iterator[Finding]:
    """A finding for each label of a type whose known value does not match all of `form`.

    `wanted` is what its value must be, with its article.
    """
    for label in labels_of_type(build, kind):
        value = label.value or ""
        if form.fullmatch(value):
            continue
        if label.pair is not None and label.pair.value is None:
            continue
        short = value[:30]
        message = f"{label.name} must be {wanted}, not {short!r}"
        yield Finding(label.value_span, message)


def _varies(pair: Pair) -> bool:
    """Whether a variable is in the value."""
    value = pair.value
    if value is None:
        return False
    return "$" in value.text
