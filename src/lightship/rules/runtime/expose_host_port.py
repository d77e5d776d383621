"""EXPOSE names a host port or an address

## What it does
Finds EXPOSE with more than the port of the container, such as `8080:80` or `127.0.0.1:80`.

## Why is this bad?
EXPOSE says which ports the container listens on. Where they appear on the host is decided by
`docker run --publish`; BuildKit ignores that part here, and will refuse it.

## Fix safety
The fix keeps the container's port. It is safe: BuildKit exposes the same ports. There is no fix
for a word with variables.

## When to ignore
Ignore it where another tool reads the host port from this line.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import word_on_first_line
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit


def check(build: Build) -> Iterator[Finding]:
    for step in build.evaluation.steps:
        for word, port in step.ports:
            if not port.ip and not port.host:
                continue
            fix = None
            right = port.text.rpartition(":")[2]
            if not port.refusal and word.text == port.text == word.span.of(
                build.dockerfile.text
            ):
                fix = Fix(f"Use {right}", (Edit.replace(word.span, right),))
            span = word_on_first_line(build.dockerfile, step, word.span)
            message = f"{port.text} names more than the container's port: use {right}"
            yield Finding(span, message, fix)


RULE = Rule(
    id="expose-host-port",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(keywords=("EXPOSE",)),
    aliases=("ExposeInvalidFormat",),
    examples=(
        Example(bad="EXPOSE 8080:80", fixed="EXPOSE 80"),
        Example(bad="EXPOSE 127.0.0.1:53:53/udp 443", fixed="EXPOSE 53/udp 443"),
        Example(good="EXPOSE 80 443"),
    ),
)
