"""The protocol of EXPOSE is not in lowercase

## What it does
Finds ports of EXPOSE whose protocol has uppercase letters, such as `80/TCP`.

## Why is this bad?
BuildKit writes `80/tcp` into the image in any case. A search for `80/tcp` should find it in the
Dockerfile too.

## Fix safety
The fix writes the protocol in lowercase. It is safe: the image is the same. There is no fix where
the port contains a variable.

## When to ignore
It is a matter of style: ignore it where you prefer uppercase protocols.
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
    dockerfile = build.dockerfile
    for step in build.evaluation.steps:
        for word, port in step.ports:
            protocol = port.protocol
            lower = protocol.lower()
            if protocol == lower:
                continue
            fix = None
            # As it is written, without a variable
            if word.text == port.text == word.span.of(dockerfile.text):
                right = port.text.removesuffix(protocol) + lower
                edit = Edit.replace(word.span, right)
                fix = Fix(f"Use {right}", (edit,))
            where = word_on_first_line(dockerfile, step, word.span)
            message = f"{protocol} is not in lowercase: use {lower}"
            yield Finding(where, message, fix)


RULE = Rule(
    id="expose-protocol-casing",
    docs=__doc__,
    severity=Severity.STYLE,
    check=check,
    scope=RuleScope(keywords=("EXPOSE",)),
    aliases=("ExposeProtoCasing",),
    examples=(
        Example(bad="EXPOSE 80/TCP 53/Udp", fixed="EXPOSE 80/tcp 53/udp"),
        Example(good="EXPOSE 80/tcp 53/udp"),
    ),
)
