"""EXPOSE names a host port or an address

## What it does
Finds EXPOSE with more than the port of the container, such as `8080:80` or `127.0.0.1:80`.

## Why is this bad?
EXPOSE says which ports the container listens on. Where they appear on the host is decided by
`docker run --publish`; BuildKit ignores that part here, and will refuse it.

## Fix safety
The fix keeps the container's port. It is safe: BuildKit exposes the same ports. Where the host port
is another number, two ports may be meant: both are choices then. There is no fix for a word with
variables.

## When to ignore
Ignore it where another tool reads the host port from this line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.build import Build
from lightship.dockerfile.places import word_on_first_line
from lightship.dockerfile.tree import Word
from lightship.evaluation.dispatch import Step
from lightship.evaluation.ports import Port
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit


def check(build: Build) -> Iterator[Finding]:
    for step in build.evaluation.steps:
        for word, port in step.ports:
            if not port.ip and not port.host:
                continue
            yield _finding(build, step, word, port)


def _finding(build: Build, step: Step, word: Word, port: Port) -> Finding:
    right = port.text.rpartition(":")[2]
    span = word_on_first_line(build.dockerfile, step, word.span)
    message = f"{port.text} names more than the container's port: use {right}"

    written = word.span.of(build.dockerfile.text)
    is_plain = not port.refusal and word.text == port.text == written
    number, slash, protocol = right.partition("/")
    both = f"{port.host}{slash}{protocol} {right}"
    is_unsure = bool(port.host) and port.host != number
    if is_unsure:
        message = f"{port.text} exposes {right} alone: use {right}, or {both} for both"
    if not is_plain:
        return Finding(span, message)

    fix = Fix(f"Use {right}", (Edit.replace(word.span, right),))
    if not is_unsure:
        return Finding(span, message, fix)
    # Either may be meant
    other = Fix(f"Use {both}", (Edit.replace(word.span, both),), Safety.MANUAL)
    alone = replace(fix, safety=Safety.MANUAL)
    return Finding(span, message, choices=(alone, other))


RULE = Rule(
    id="expose-host-port",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(keywords=("EXPOSE",)),
    aliases=("ExposeInvalidFormat",),
    examples=(
        Example(bad="EXPOSE 8080:8080", fixed="EXPOSE 8080"),
        Example(bad="EXPOSE 127.0.0.1:53:53/udp 443", fixed="EXPOSE 53/udp 443"),
        Example(bad="EXPOSE 1521:5500"),
        Example(good="EXPOSE 80 443"),
    ),
)
