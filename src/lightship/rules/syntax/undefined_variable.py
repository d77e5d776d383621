"""A variable is used that neither ENV nor ARG sets

BuildKit puts variables into ENV, COPY, WORKDIR, USER and others before anything runs; one that
is not set becomes nothing. `ENV PATH=$PAHT:/app/bin` loses the whole PATH. An ARG before the
first FROM counts in a stage only after an `ARG` of its own there.

lightship does not know the variables of base images, except PATH. So the finding is a warning
where the stage starts from `scratch`, else only a note: the image may set the variable.

There is no fix: declare the variable, correct its name, or say what to do without it, as in
`${NAME:-}`. BuildKit reports that form as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.dispatch import Step
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.stages import SCRATCH
from lightship.dockerfile.values import similar
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Span


def check(build: Build) -> Iterator[Finding]:
    for step in build.evaluation.steps:
        for name in sorted(step.unset):
            hint = similar(name, step.before.env)
            message = f"${name} is not set here" + (f" ({hint})" if hint else "")
            sure = build.evaluation.root(step.stage).name == SCRATCH
            yield Finding(_span(build, step, name), message, severity=None if sure else Severity.INFO)


def _span(build: Build, step: Step, name: str) -> Span:
    """`$name` itself where it stands on the first line."""
    if step.place is not step.instruction:
        return on_first_line(build.dockerfile, step.place)
    start, end = step.instruction.span
    pattern = re.compile(rf"\$(?:{re.escape(name)}(?!\w)|\{{{re.escape(name)}(?!\w)[^}}\n]*\}}?)")
    found = pattern.search(build.dockerfile.text, start, end)
    return on_first_line(build.dockerfile, step.place, Span(*found.span()) if found else None)


RULE = Rule(
    id="undefined-variable",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("UndefinedVar",),
    examples=(
        Example(bad="ENV PATH=$PAHT:/app/bin"),
        Example(bad="ARG VERSION=1\nFROM debian:trixie-slim\nLABEL version=$VERSION"),
        Example(good="ENV PATH=$PATH:/app/bin"),
        Example(good="ARG VERSION=1\nFROM debian:trixie-slim\nARG VERSION\nLABEL version=$VERSION"),
    ),
)
