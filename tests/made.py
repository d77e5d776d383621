"""Rules, Builds and Reports made for tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import laws

from lightship.build import Build
from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.fixes import UNSAFE
from lightship.lint.rule import Rule
from lightship.text import Edit, Span

IGNORE = {".dockerignore": "Dockerfile\n.dockerignore\n", "Dockerfile": ""}


def rule(rule_id: str = "made-up", check=None, theme: str = "made", **fields) -> Rule:
    """A rule that finds nothing, unless it is told to."""
    check = check or (lambda _: ())
    check.__module__ = f"lightship.rules.{theme}.{rule_id.replace('-', '_')}"
    return Rule(
        rule_id,
        "Made up for a test\n\n## Why is this bad?\nAs it says.\n",
        fields.pop("severity", Severity.WARNING),
        check,
        **fields,
    )


def finds(pattern: str, rule_id: str = "made-up", **fields) -> Rule:
    """A rule that finds each match of a pattern."""

    def check(build: Build) -> Iterator[Finding]:
        for match in re.finditer(pattern, build.dockerfile.text):
            yield Finding(Span(*match.span()), f"{match.group()} is wrong")

    return rule(rule_id, check, **fields)


def replaces(
    pattern: str,
    text: str,
    rule_id: str = "made-up",
    safety: Safety = Safety.SAFE,
    **fields,
) -> Rule:
    """A rule that finds each match of a pattern, and replaces it."""

    def check(build: Build) -> Iterator[Finding]:
        for match in re.finditer(pattern, build.dockerfile.text):
            span = Span(*match.span())
            fix = Fix(
                f"Replace {match.group()}",
                (Edit.replace(span, match.expand(text)),),
                safety,
            )
            yield Finding(span, f"{match.group()} is wrong", fix)

    return rule(rule_id, check, **fields)


def build(text: str, files: Mapping[str, str] | None = None) -> Build:
    return build_of(text, files)


def report(
    text: str,
    findings: Iterable[tuple[Rule, Finding]],
    path: str = "Dockerfile",
    aliases: Mapping[str, str] | None = None,
    **fields,
) -> Report:
    """What rules say of a text; `aliases` is how the user's configuration calls them, by id."""
    called = aliases or {}
    items = (
        Diagnostic(
            rule, finding, finding.severity or rule.severity, called.get(rule.id, "")
        )
        for rule, finding in findings
    )
    return Report(path, text, tuple(items), **fields)


def in_context(text: str, files: Mapping[str, str] | None = None) -> Build:
    """A Build whose context has `files` and ignores the Dockerfile; None: no context is known."""
    return build_of(text, None if files is None else {**IGNORE, **files})


def fixed(rule: Rule, text: str, files: Mapping[str, str] | None = None) -> str:
    """What the rule alone makes of the text; the laws hold on the way."""
    return laws.hold(in_context(text, files), [rule], UNSAFE).text


def findings(
    rule: Rule, text: str, files: Mapping[str, str] | None = None
) -> list[Finding]:
    """What the rule says of the text."""
    return [item.finding for item in lint(in_context(text, files), [rule])]


def lines(*parts: str) -> str:
    return "\n".join(parts)
