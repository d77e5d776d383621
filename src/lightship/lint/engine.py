"""Runs rules over a Build."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import cast

from lightship.build import Build
from lightship.dockerfile.tree import Dockerfile
from lightship.evaluation.stages import reachable
from lightship.lint import suppress
from lightship.lint.builtin import (
    ALWAYS,
    RULE_CRASHED,
    SYNTAX_ERROR,
    UNREADABLE_FILE,
    UNUSED_IGNORE,
)
from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Finding, Safety, Severity
from lightship.lint.old_bases import is_on_old_base
from lightship.lint.registry import entries
from lightship.lint.rule import Check, Practice, Rule
from lightship.lint.rule_entry import AnyRule
from lightship.lint.rule_selection import RuleSelection, is_buildkit, names
from lightship.text import Span

# What a place in the name of a base image may begin with, which a tool fills in
_MARKS_OF_TEMPLATES = ("__", "{{", "{%", "<%", "@", "%%")


def lint(
    build: Build,
    rules: Sequence[AnyRule],
    severities: Mapping[str, Severity] | None = None,
) -> list[Diagnostic]:
    """What `rules` find in `build` and no comment hides, in the order of the text; that of other
    files comes last.

    `severities` replace the rules' own, by id. Where BuildKit refuses the text, only that is
    reported.
    """
    kept, _ = examine(build, rules, severities)
    return kept


def examine(
    build: Build,
    rules: Sequence[AnyRule],
    severities: Mapping[str, Severity] | None = None,
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """As `lint`, and what comments hide."""
    dockerfile = build.dockerfile
    severities = severities or {}
    if build.repository.is_fixture and not dockerfile.text.strip():
        return [], []  # tests want to see an empty file there
    if dockerfile.problems or _is_template(dockerfile):
        return sorted(_run(build, SYNTAX_ERROR, severities), key=by_place), []

    strict = suppress.warnings_are_errors(dockerfile)
    diagnostics: list[Diagnostic] = []
    for rule in _own(tuple(rules)):
        diagnostics += _run(build, rule, severities, strict)

    comments = suppress.ignores(dockerfile, build.today)
    if not comments:
        return sorted(diagnostics, key=by_place), []

    kept, hidden, used = suppress.split(diagnostics, comments)
    if any(rule.id == UNUSED_IGNORE.id for rule in rules):
        ran = names(tuple(rules))
        known = names(entries())
        unused: list[Diagnostic] = []
        for finding in suppress.unused(dockerfile.text, comments, used, ran, known):
            severity = severity_of(UNUSED_IGNORE, finding, severities)
            unused.append(Diagnostic(UNUSED_IGNORE, finding, severity))

        # A comment may hide what is said about comments
        shown, _, _ = suppress.split(unused, comments)
        kept += shown
    return sorted(kept, key=by_place), hidden


def _is_template(dockerfile: Dockerfile) -> bool:
    """Whether a base image is a place that a tool fills in: `__NAME__/base`."""
    names = [stage.base.text for stage in dockerfile.stages]
    if not any(mark in name for name in names for mark in _MARKS_OF_TEMPLATES):
        return False
    from lightship.dockerfile.template import template_tag  # noqa: PLC0415 - few files look so

    return template_tag(dockerfile) is not None


def examine_selected(
    build: Build, selection: RuleSelection
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """`examine` with the rules of a selection; what it has as unfixable is only shown."""
    kept, hidden = examine(build, selection.rules, selection.severities)
    if selection.unfixable:
        kept = [only_shown(item, selection.unfixable) for item in kept]
    return kept, hidden


def only_shown(item: Diagnostic, unfixable: Collection[str]) -> Diagnostic:
    """A finding whose fix is only shown, where it is of one of these rules."""
    fix = item.finding.fix
    if fix is None or item.rule.id not in unfixable:
        return item
    shown_fix = replace(fix, safety=Safety.MANUAL)
    finding = replace(item.finding, fix=shown_fix)
    return replace(item, finding=finding)


def report(build: Build, selection: RuleSelection, path: str) -> Report:
    """`examine` as a Report; `path` is the Dockerfile as a person would write it."""
    kept, hidden = examine_selected(build, selection)
    aliases = selection.aliases
    if aliases:
        kept = [replace(item, alias=aliases.get(item.rule.id, "")) for item in kept]

    paths = _paths(kept)
    files = {path: context_text(build, path) for path in paths}
    return Report(
        path,
        build.dockerfile.text,
        tuple(kept),
        files,
        suppressed=len(hidden),
        unreadable=bool(build.dockerfile.problems),
    )


def _paths(diagnostics: Sequence[Diagnostic]) -> list[str]:
    """The other files that findings and their cures speak of."""
    paths: set[str | None] = set()
    for diagnostic in diagnostics:
        finding = diagnostic.finding
        paths.add(finding.path)
        for cure in finding.cures:
            paths.update(edit.path for edit in cure.edits)
    return sorted(path for path in paths if path is not None)


def unreadable(path: str, reason: str) -> Report:
    """The Report of a file that could not be read."""
    return _whole_file(path, UNREADABLE_FILE, reason)


def crashed(path: str, error: Exception) -> Report:
    """The Report of a file on which lightship itself stumbled."""
    reason = f"lightship crashed on this file with {type(error).__name__}: {error}"
    return _whole_file(path, RULE_CRASHED, reason)


def _whole_file(path: str, rule: Rule, message: str) -> Report:
    finding = Finding(Span(0, 0), message)
    diagnostic = Diagnostic(rule, finding, rule.severity)
    return Report(path, "", (diagnostic,), unreadable=True)


def context_text(build: Build, path: str) -> str:
    """The text of a file of the build context; empty if it does not exist."""
    if build.context is None:
        return ""
    return build.context.read(path) or ""


@lru_cache(maxsize=8)
def _own(rules: tuple[AnyRule, ...]) -> tuple[AnyRule, ...]:
    """The rules of Dockerfiles that do not speak by themselves."""
    own = [rule for rule in rules if rule not in ALWAYS and not rule.judges_ci]
    return tuple(own)


def _run(
    build: Build,
    entry: AnyRule,
    severities: Mapping[str, Severity],
    strict: bool = False,
) -> Sequence[Diagnostic]:
    """What a rule finds; an error of the rule itself becomes a finding, so that all others still
    run.

    A rule whose scope does not hold is not even imported. `strict` is whether the Dockerfile says
    that warnings of BuildKit are errors.
    """
    diagnostics: list[Diagnostic] = []
    try:
        if not entry.scope.holds(build):
            return diagnostics
        rule = entry.rule
        if rule.production_only and not build.is_for_production:
            return diagnostics
        check = cast("Check", rule.check)
        for finding in check(build):
            severity = severity_of(rule, finding, severities)
            is_note = severity is Severity.INFO and rule.id not in severities
            if is_note and build.repository.is_fixture:
                continue  # nobody builds it: it is data of tests
            if rule.practice is not Practice.CORRECTNESS and _is_beyond(build, finding):
                continue
            if rule.id not in severities and _is_idle_advice(build, rule, severity):
                continue
            if not build.is_for_production and rule.id not in severities:
                severity = _where_nobody_pulls(rule, severity)
            if strict and any(map(is_buildkit, rule.aliases)):
                severity = Severity.ERROR
            cautious = _where_nobody_knows(build, finding)
            diagnostics.append(Diagnostic(rule, cautious, severity))
    except Exception as error:  # noqa: BLE001 - whatever a rule does wrong must not end the run
        diagnostics.append(rule_crash(entry, error))
    return diagnostics


def _is_idle_advice(build: Build, rule: Rule, severity: Severity) -> bool:
    """Whether it advises how to do better what nobody can build: what stops the build is told."""
    if rule.practice is Practice.CORRECTNESS or severity is Severity.ERROR:
        return False
    if not build.is_guess:
        return False
    from lightship.lint.left_over import is_left_over  # noqa: PLC0415 - few findings need it

    return is_left_over(build)


def _where_nobody_knows(build: Build, finding: Finding) -> Finding:
    """A finding whose unsafe fix is only shown where the base image ended long ago."""
    fix = finding.fix
    if fix is None or fix.safety is not Safety.UNSAFE:
        return finding
    if not is_on_old_base(build, finding):
        return finding
    shown_fix = replace(fix, safety=Safety.MANUAL)
    return replace(finding, fix=shown_fix)


def rule_crash(entry: AnyRule, error: Exception) -> Diagnostic:
    """What is reported where a rule itself stumbles."""
    reason = f"rule {entry.id} crashed with {type(error).__name__}: {error}"
    crash = Finding(Span(0, 0), reason)
    return Diagnostic(RULE_CRASHED, crash, RULE_CRASHED.severity)


def _is_beyond(build: Build, finding: Finding) -> bool:
    """Whether it speaks of a stage that the build of a target never comes to.

    Another build may: it is judged by itself. How a stage is written stays a finding.
    """
    if build.target is None or finding.path is not None:
        return False
    return any(stage.covers(finding.span) for stage in build.once(_unbuilt))


def _unbuilt(build: Build) -> tuple[Span, ...]:
    """The stages that neither are the target nor needed for it."""
    if build.final is None:
        return ()
    built = reachable(build.evaluation.graph, [build.final])
    stages = build.dockerfile.stages
    return tuple(stage.span for stage in stages if stage.index not in built)


def severity_of(
    rule: Rule, finding: Finding, severities: Mapping[str, Severity]
) -> Severity:
    """How severe a finding is: as the configuration says, as it says itself, or as its rule."""
    if rule.id in severities:
        return severities[rule.id]
    if finding.severity is not None:
        return finding.severity
    return rule.severity


def _where_nobody_pulls(rule: Rule, severity: Severity) -> Severity:
    """The severity in an image that is not shipped: there its size costs hardly anybody."""
    if rule.practice is Practice.SIZE and severity is Severity.WARNING:
        return Severity.INFO
    return severity


def by_place(item: Diagnostic) -> tuple[str, Span, str]:
    """The order in which findings are reported: that of the text; other files come last."""
    return item.finding.path or "", item.finding.span, item.rule.id
