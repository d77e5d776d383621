"""What one rule says of a text and its files, for the tests of that rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lightship.lint.diagnostic import Diagnostic
from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.finding import Finding, Severity
from lightship.lint.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}


def found(
    rule: str, text: str, files: Mapping[str, str] | None = None, **fields: object
) -> list[Diagnostic]:
    """All that the rule finds; `fields` are those of the Build."""
    build = replace(build_of(text, files), **fields)
    return lint(build, [RULES[rule]])


def findings(
    rule: str, text: str, files: Mapping[str, str] | None = None, **fields: object
) -> list[Finding]:
    return [item.finding for item in found(rule, text, files, **fields)]


def said(
    rule: str, text: str, files: Mapping[str, str] | None = None, **fields: object
) -> list[str]:
    """Its messages."""
    return [item.finding.message for item in found(rule, text, files, **fields)]


def severities(
    rule: str, text: str, files: Mapping[str, str] | None = None, **fields: object
) -> list[Severity]:
    return [item.severity for item in found(rule, text, files, **fields)]


def severity(
    rule: str, text: str, files: Mapping[str, str] | None = None, **fields: object
) -> Severity:
    """That of its only finding."""
    (only,) = severities(rule, text, files, **fields)
    return only
