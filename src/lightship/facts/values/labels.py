"""Labels of a build, and their types by the policy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Pair, Stage
from lightship.facts.values.team_policy import team_policy
from lightship.lint.finding import Finding
from lightship.record import record


@record
class Label:
    """`key=value` of a stage; `value` is None where a variable is in it, which a build may set."""

    pair: Pair
    key: str
    value: str | None
    stage: Stage


def labels(build: Build) -> Iterator[Label]:
    """All labels of all stages, in order."""
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
            yield Label(pair, name, known, step.stage)


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
        word = label.pair.value
        if word is None:
            continue
        key = label.key[:40]
        short = value[:30]
        message = f"{key} must be {wanted}, not {short!r}"
        yield Finding(word.span, message)


def _varies(pair: Pair) -> bool:
    """Whether a variable is in the value."""
    value = pair.value
    if value is None:
        return False
    return "$" in value.text
