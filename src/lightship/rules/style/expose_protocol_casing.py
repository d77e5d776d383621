"""The protocol of EXPOSE is not in lower case

`80/TCP` and `80/tcp` are the same: BuildKit writes the lower-case one into the image.

The fix writes it in lower case, and is safe. There is no fix for a word with variables.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Edit


def check(build: Build) -> Iterator[Finding]:
    for step in build.evaluation.steps:
        for word, port in step.ports:
            lower = port.protocol.lower()
            if port.protocol == lower:
                continue
            fix = None
            if word.text == port.text == word.span.of(build.dockerfile.text):
                right = port.text.removesuffix(port.protocol) + lower
                fix = Fix(f"Write {right}", (Edit.replace(word.span, right),))
            span = word.span if step.place is step.instruction else None
            where = on_first_line(build.dockerfile, step.place, span)
            yield Finding(
                where, f"{port.protocol} is not in lower case: write {lower}", fix
            )


RULE = Rule(
    id="expose-protocol-casing",
    docs=__doc__,
    severity=Severity.STYLE,
    check=check,
    aliases=("ExposeProtoCasing",),
    examples=(
        Example(bad="EXPOSE 80/TCP 53/Udp", fixed="EXPOSE 80/tcp 53/udp"),
        Example(good="EXPOSE 80/tcp 53/udp"),
    ),
)
