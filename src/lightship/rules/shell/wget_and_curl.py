"""A stage uses both wget and curl

## What it does
Finds stages that call both wget and curl.

The rule is off by default: base images often have both, and a build stage is thrown away. There
is no fix, because their options differ.

## Why is this bad?
Both do the same. An image that has one of them does not need the other and its dependencies.

## When to ignore
Ignore it where each is used for something that the other cannot do.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Stage
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    firsts: dict[Stage, dict[str, Invocation]] = {}
    for call in build.commands("wget", "curl"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is not None:
            firsts.setdefault(stage, {}).setdefault(call.command.name, call)

    # The first call of each program, by stage, those of base stages too
    seen: dict[int, dict[str, Invocation]] = {}
    for stage in build.dockerfile.stages:
        base = build.base_of(stage)
        known = dict(seen[base.index]) if base is not None else {}
        seen[stage.index] = known

        for call in sorted(firsts.get(stage, {}).values(), key=_start):
            name = call.command.name
            if name in known:
                continue
            for earlier, first in known.items():
                line = first.instruction.first_line
                message = f"line {line} uses {earlier}: use only one of the two"
                yield Finding(call.command.words[0].span, message)
            known[name] = call


def _start(call: Invocation) -> int:
    return call.command.span.start


RULE = Rule(
    id="wget-and-curl",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(commands=("wget",)),
    practice=Practice.SIZE,
    default=False,
    aliases=("DL4001", "DS-0014", "AVD-DS-0014", "semgrep/use-either-wget-or-curl"),
    examples=(
        Example(
            bad="RUN wget -q https://example.com/a\nRUN curl -fsSLO https://example.com/b"
        ),
        Example(
            bad="RUN curl -fsSLO https://example.com/b && \\\n    # why\n"
            "    wget -q https://example.com/a"
        ),
        Example(
            bad="RUN <<EOF\nset -e\nwget -q https://example.com/a\n"
            "curl -fsSLO https://example.com/b\nEOF"
        ),
        Example(
            bad="FROM debian:13-slim AS base\nRUN wget -q https://example.com/a\n"
            "FROM base\nRUN bash -c 'curl -fsSLO https://example.com/b'"
        ),
        Example(
            bad='RUN ["wget", "-q", "https://example.com/a"]\n'
            "ONBUILD RUN curl -fsSLO https://example.com/b"
        ),
        Example(
            good="RUN curl -fsSLO https://example.com/a && curl -fsSLO https://example.com/b"
        ),
        Example(
            good="FROM debian:13-slim AS a\nRUN wget -q https://example.com/a\n"
            "FROM debian:13-slim\nRUN curl -fsSLO https://example.com/b\nCOPY --from=a /a /a"
        ),
        Example(good="RUN apt-get purge -y wget curl && echo wget curl"),
    ),
)
