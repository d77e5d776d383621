"""Runs rules over a Build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain

from lightship.build import Build
from lightship.lint import suppress
from lightship.lint.builtin import (
    ALWAYS,
    RULE_CRASHED,
    SYNTAX_ERROR,
    UNREADABLE_FILE,
    UNUSED_IGNORE,
)
from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Finding, Severity
from lightship.lint.registry import all_rules
from lightship.lint.rule import Rule
from lightship.lint.rule_selection import RuleSelection, is_buildkit, names
from lightship.text import Span


def lint(
    build: Build,
    rules: Sequence[Rule],
    severities: Mapping[str, Severity] | None = None,
) -> list[Diagnostic]:
    """What `rules` find in `build` and no comment hides, in the order of the text; that of other
    files comes last.

    `severities` replace the rules' own, by id. Where BuildKit refuses the text, only that is
    reported.
    """
    return examine(build, rules, severities)[0]


def examine(
    build: Build,
    rules: Sequence[Rule],
    severities: Mapping[str, Severity] | None = None,
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """As `lint`, and what comments hide."""
    dockerfile, severities = build.dockerfile, severities or {}
    if dockerfile.problems:
        return sorted(_run(build, SYNTAX_ERROR, severities), key=_place), []
    strict = suppress.warnings_are_errors(dockerfile)
    own = _own(tuple(rules))
    diagnostics = list(
        chain.from_iterable(_run(build, rule, severities, strict) for rule in own)
    )
    found = suppress.ignores(dockerfile)
    kept, hidden, used = (
        suppress.split(diagnostics, found) if found else (diagnostics, [], set())
    )
    if found and any(rule.id == UNUSED_IGNORE.id for rule in rules):
        idle = suppress.unused(
            dockerfile, found, used, names(tuple(rules)), names(all_rules())
        )
        more = [
            Diagnostic(
                UNUSED_IGNORE, finding, _severity(UNUSED_IGNORE, finding, severities)
            )
            for finding in idle
        ]
        kept += suppress.split(more, found)[0]
    return sorted(kept, key=_place), hidden


def report(build: Build, selection: RuleSelection, path: str) -> Report:
    """`examine` as a Report; `path` is the Dockerfile as a person would write it."""
    kept, hidden = examine(build, selection.rules, selection.severities)
    if aliases := selection.aliases:
        kept = [replace(item, alias=aliases.get(item.rule.id, "")) for item in kept]
    edited = {
        edit.path for item in kept for cure in item.finding.cures for edit in cure.edits
    }
    named = edited | {item.finding.path for item in kept}
    files = {
        name: context_text(build, name)
        for name in sorted(name for name in named if name is not None)
    }
    text = build.dockerfile.text
    return Report(
        path,
        text,
        tuple(kept),
        files,
        suppressed=len(hidden),
        unreadable=bool(build.dockerfile.problems),
    )


def unreadable(path: str, reason: str) -> Report:
    """The Report of a file that could not be read."""
    finding = Finding(Span(0, 0), reason)
    return Report(
        path,
        "",
        (Diagnostic(UNREADABLE_FILE, finding, UNREADABLE_FILE.severity),),
        unreadable=True,
    )


def crashed(path: str, error: Exception) -> Report:
    """The Report of a file on which lightship itself stumbled."""
    finding = Finding(
        Span(0, 0),
        f"lightship crashed on this file with {type(error).__name__}: {error}",
    )
    return Report(
        path,
        "",
        (Diagnostic(RULE_CRASHED, finding, RULE_CRASHED.severity),),
        unreadable=True,
    )


def context_text(build: Build, path: str) -> str:
    """The text of a file of the build context; empty if it does not exist."""
    return (build.context.read(path) or "") if build.context is not None else ""


@lru_cache(maxsize=8)
def _own(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules that do not speak by themselves."""
    return tuple(rule for rule in rules if rule not in ALWAYS)


def _run(
    build: Build, rule: Rule, severities: Mapping[str, Severity], strict: bool = False
) -> Sequence[Diagnostic]:
    """What `rule` finds; an error of the rule itself becomes a finding, so that all others still
    run.

    `strict` is whether the Dockerfile says that warnings of BuildKit are errors.
    """
    found: list[Diagnostic] = []
    try:
        for finding in rule.check(build):
            fatal = strict and any(map(is_buildkit, rule.aliases))
            found.append(
                Diagnostic(
                    rule,
                    finding,
                    Severity.ERROR if fatal else _severity(rule, finding, severities),
                )
            )
    except Exception as error:  # noqa: BLE001 - whatever a rule does wrong must not end the run
        reason = f"rule {rule.id} crashed with {type(error).__name__}: {error}"
        found.append(
            Diagnostic(RULE_CRASHED, Finding(Span(0, 0), reason), RULE_CRASHED.severity)
        )
    return found


def _severity(
    rule: Rule, finding: Finding, severities: Mapping[str, Severity]
) -> Severity:
    if rule.id in severities:
        return severities[rule.id]
    return rule.severity if finding.severity is None else finding.severity


def _place(item: Diagnostic) -> tuple[str, Span, str]:
    return item.finding.path or "", item.finding.span, item.rule.id
