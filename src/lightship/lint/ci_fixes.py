"""Applies fixes to a file of CI, round by round, until nothing changes: see `fixes.py`.

A fix edits the text of the file; what stands around its edits, comments too, stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from lightship.builds.ci.ci_file import CiFile
from lightship.lint.ci_engine import examine_ci
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.finding import Finding, Safety
from lightship.lint.fix_round import Candidate, without_clashes
from lightship.lint.fixes import (
    ROUNDS,
    Applied,
    Fixed,
    LeftOut,
    UnfixedReason,
    text_alone,
)
from lightship.lint.rule_selection import RuleSelection
from lightship.text import Span, apply_edits

Reread = Callable[[str], CiFile | None]


def fix_ci(
    file: CiFile,
    reread: Reread,
    selection: RuleSelection,
    allowed: Collection[Safety],
) -> Fixed:
    """Make the `allowed` fixes of what the selected rules find.

    `reread` gives the file with another text, None where that cannot be read: then the fixes of
    the round are made one by one, and those that break it are left out. So are those after which
    the same rule says the same of the same place.
    """
    applied: list[Applied] = []
    broken: set[Finding] = set()
    seen = {file.text}
    mark = file.mark
    diagnostics, _hidden = examine_ci(file, selection)
    for _ in range(ROUNDS):
        candidates = without_clashes(_candidates(diagnostics, allowed, broken))
        after, made = _made(file, candidates, reread)
        broken |= {item.finding for item in candidates if item not in made}
        if after is None or after.text in seen:
            break
        found, _hidden = examine_ci(after, selection)
        useless = _useless(made, found)
        if useless:
            # The round is made again without them
            broken |= useless
            continue
        applied += [_applied(file, item) for item in made]
        seen.add(after.text)
        file, diagnostics = after, found
    left = [LeftOut(item, _reason(item, selection, allowed)) for item in diagnostics]
    fixed = text_alone(mark + file.text)
    return Fixed(fixed, {}, tuple(applied), tuple(left))


def _useless(made: Sequence[Candidate], found: Sequence[Diagnostic]) -> set[Finding]:
    """The findings that are still there after their fix, at the place where they then stand."""
    edits = [edit for item in made for edit in item.fix.edits]
    said = {_said(item, item.finding.span.start) for item in found}
    useless = set()
    for item in made:
        start = item.finding.span.start
        before = [edit for edit in edits if edit.span.end <= start]
        shift = sum(len(edit.text) - _length(edit.span) for edit in before)
        if _said(item.diagnostic, start + shift) in said:
            useless.add(item.finding)
    return useless


def _length(span: Span) -> int:
    return span.end - span.start


def _said(item: Diagnostic, start: int) -> tuple[str, str, int]:
    return item.rule.id, item.finding.message, start


def _candidates(
    diagnostics: Sequence[Diagnostic],
    allowed: Collection[Safety],
    broken: Collection[Finding],
) -> list[Candidate]:
    """The fixes that may be made, in the order of the text."""
    candidates: list[Candidate] = []
    for diagnostic in diagnostics:
        cure = diagnostic.finding.fix
        if cure is None or diagnostic.finding in broken:
            continue
        if cure.safety in allowed:
            candidates.append(Candidate(diagnostic, cure))
    return candidates


def _made(
    file: CiFile, candidates: Sequence[Candidate], reread: Reread
) -> tuple[CiFile | None, list[Candidate]]:
    """The file with all fixes made; else with those that leave it readable, one after another."""
    if not candidates:
        return None, []
    after = _with(file, candidates, reread)
    if after is not None:
        return after, list(candidates)
    made: list[Candidate] = []
    for candidate in candidates:
        attempt = _with(file, [*made, candidate], reread)
        if attempt is not None:
            after = attempt
            made.append(candidate)
    return after, made


def _with(
    file: CiFile, candidates: Sequence[Candidate], reread: Reread
) -> CiFile | None:
    edits = [edit for item in candidates for edit in item.fix.edits]
    try:
        text = apply_edits(file.text, edits)
    except ValueError:
        return None
    return reread(text)


def _applied(file: CiFile, candidate: Candidate) -> Applied:
    line = file.lines.line(candidate.finding.span.start)
    cure = candidate.fix
    rule = candidate.diagnostic.rule.id
    return Applied(rule, cure.message, line, None, cure.safety)


def _reason(
    item: Diagnostic, selection: RuleSelection, allowed: Collection[Safety]
) -> UnfixedReason:
    """Why a finding is still there."""
    cure = item.finding.fix
    if cure is None:
        return UnfixedReason.NO_FIX
    if item.rule.id in selection.unfixable:
        return UnfixedReason.UNFIXABLE
    if cure.safety in allowed:
        return UnfixedReason.WOULD_NOT_PARSE
    is_manual = cure.safety is Safety.MANUAL
    return UnfixedReason.MANUAL if is_manual else UnfixedReason.UNSAFE
