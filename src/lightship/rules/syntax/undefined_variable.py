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
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.values import similar
from lightship.evaluation.dispatch import Step
from lightship.evaluation.stages import SCRATCH
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Span

_USE = re.compile(r"\$(?:\{(\w+)[^}\n]*\}?|(\w+))")
_MOST_HINTS = 50  # a hint compares the name with all that are known


def check(build: Build) -> Iterator[Finding]:
    hints = _MOST_HINTS
    for step in build.evaluation.steps:
        if not step.unset:
            continue
        uses = _uses(build, step)
        sure = build.evaluation.root(step.stage).name == SCRATCH
        for name in sorted(step.unset):
            hint = similar(name, step.before.env) if hints > 0 else ""
            hints -= 1
            span = on_first_line(build.dockerfile, step.place, uses.get(name))
            message = f"${name} is not set here" + (f" ({hint})" if hint else "")
            yield Finding(span, message, severity=None if sure else Severity.INFO)


def _uses(build: Build, step: Step) -> dict[str, Span]:
    """Where each variable is first named in the instruction."""
    if step.place is not step.instruction:
        return {}
    found: dict[str, Span] = {}
    for match in _USE.finditer(build.dockerfile.text, *step.instruction.span):
        found.setdefault(match[1] or match[2], Span(*match.span()))
    return found


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
