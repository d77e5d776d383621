"""Runs rules over a CiFile: those that judge files of CI, with the engine's own about comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from lightship.builds.ci.ci_file import CiFile
from lightship.lint import suppress
from lightship.lint.builtin import UNUSED_IGNORE
from lightship.lint.ci_comments import ci_ignores
from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.engine import by_place, only_shown, rule_crash, severity_of
from lightship.lint.finding import Severity
from lightship.lint.registry import entries
from lightship.lint.rule import CiCheck
from lightship.lint.rule_entry import AnyRule
from lightship.lint.rule_selection import RuleSelection, names


def examine_ci(
    file: CiFile, selection: RuleSelection
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """What the rules find that no comment hides, in the order of the text, and what comments hide.

    The fixes that the selection has as unfixable are only shown.
    """
    severities = selection.severities
    rules = [rule for rule in selection.rules if rule.judges_ci]
    diagnostics: list[Diagnostic] = []
    for rule in rules:
        diagnostics += _run(file, rule, severities)

    comments = ci_ignores(file.lines)
    kept, hidden, used = suppress.split(diagnostics, comments)
    if any(rule.id == UNUSED_IGNORE.id for rule in selection.rules):
        unused = _unused(file, comments, used, tuple(rules), severities)
        # A comment may hide what is said about comments
        shown, _hidden, _used = suppress.split(unused, comments)
        kept += shown

    unfixable = selection.unfixable
    if unfixable:
        kept = [only_shown(item, unfixable) for item in kept]
    return sorted(kept, key=by_place), hidden


def _unused(
    file: CiFile,
    comments: Sequence[suppress.IgnoreComment],
    used: set[tuple[int, str]],
    ran: tuple[AnyRule, ...],
    severities: Mapping[str, Severity],
) -> list[Diagnostic]:
    """The names in comments that hide nothing."""
    known = names(entries())
    findings = suppress.unused(file.text, comments, used, names(ran), known)
    diagnostics: list[Diagnostic] = []
    for finding in findings:
        severity = severity_of(UNUSED_IGNORE, finding, severities)
        diagnostic = Diagnostic(UNUSED_IGNORE, finding, severity)
        diagnostics.append(diagnostic)
    return diagnostics


def _run(
    file: CiFile, entry: AnyRule, severities: Mapping[str, Severity]
) -> list[Diagnostic]:
    """What a rule finds; an error of the rule itself becomes a finding."""
    diagnostics: list[Diagnostic] = []
    try:
        rule = entry.rule
        check = cast("CiCheck", rule.check)
        for finding in check(file):
            severity = severity_of(rule, finding, severities)
            diagnostic = Diagnostic(rule, finding, severity)
            diagnostics.append(diagnostic)
    except Exception as error:  # noqa: BLE001 - whatever a rule does wrong must not end the run
        crash = rule_crash(entry, error)
        diagnostics.append(crash)
    return diagnostics


def report_ci(file: CiFile, selection: RuleSelection, path: str) -> Report:
    """`examine_ci` as a Report; `path` is the file as a person would write it."""
    kept, hidden = examine_ci(file, selection)
    aliases = selection.aliases
    if aliases:
        kept = [replace(item, alias=aliases.get(item.rule.id, "")) for item in kept]
    return Report(path, file.text, tuple(kept), suppressed=len(hidden))
