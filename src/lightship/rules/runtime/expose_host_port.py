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
            if port.ip or port.host:
                yield _finding(build, step, word, port)


def _finding(build: Build, step: Step, word: Word, port: Port) -> Finding:
    _before, _colon, right = port.text.rpartition(":")
    span = word_on_first_line(build.dockerfile, step, word.span)
    message = f"{port.text} names more than the container's port: use {right}"

    # Where the host port is another number, either may be meant
    number, slash, protocol = right.partition("/")
    both = f"{port.host}{slash}{protocol} {right}"
    is_unsure = bool(port.host) and port.host != number
    if is_unsure:
        message = f"{port.text} exposes {right} alone: use {right}, or {both} for both"

    written = word.span.of(build.dockerfile.text)
    is_plain = not port.refusal and word.text == port.text == written
    if not is_plain:
        return Finding(span, message)

    fix = _use(word, right)
    if not is_unsure:
        return Finding(span, message, fix)
    alone = replace(fix, safety=Safety.MANUAL)
    other = replace(_use(word, both), safety=Safety.MANUAL)
    return Finding(span, message, choices=(alone, other))


def _use(word: Word, text: str) -> Fix:
    edit = Edit.replace(word.span, text)
    return Fix(f"Use {text}", (edit,))


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
