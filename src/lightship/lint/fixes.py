"""Applies fixes round by round until nothing changes.

A round lints, takes the fixes in the order of the text, leaves a fix that touches an earlier one
for the next round, makes all the edits of the rest, and parses the result. A fix that would break
the text is found by halving, and left out. So rules need not know each other, and a fix sees the
text that earlier ones have made.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.evaluation.stages import reachable
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.engine import context_text, examine_selected
from lightship.lint.finding import Finding, Fix, Safety
from lightship.lint.fix_round import (
    Candidate,
    changed_files,
    make_fixes,
    without_clashes,
)
from lightship.lint.rule_selection import RuleSelection
from lightship.record import record
from lightship.text import Lines, Span

ROUNDS = 20
SAFE = frozenset({Safety.SAFE})
UNSAFE = frozenset({Safety.SAFE, Safety.UNSAFE})


class UnfixedReason(StrEnum):
    """Why a finding is still there."""

    NO_FIX = "no fix"
    MANUAL = "needs your decision"
    UNFIXABLE = "excluded by fixable or unfixable"
    UNSAFE = "needs --unsafe-fixes"
    NO_CONTEXT = "would write into the build context, which is unknown"
    SOME_BUILDS = "may be wrong for another build of this Dockerfile"
    WOULD_NOT_PARSE = "the result would not parse"
    CIRCULAR = "another fix would undo it"
    ROUNDS = f"still changing after {ROUNDS} rounds"
    BREAKS = "dropped: it breaks the image"
    UNPROVEN = "not proven"
    NOT_A_BLOCK = "its Dockerfile is not a block of lines (|) that can be edited"


@record
class Applied:
    """A fix that was made; `line` is its finding's line in the text of its round, that of `path`
    as in a Finding.
    """

    rule: str
    message: str
    line: int
    path: str | None = None
    safety: Safety = Safety.SAFE


@record
class LeftOut:
    """A finding that is still there, and why."""

    diagnostic: Diagnostic
    reason: UnfixedReason


@record
class Fixed:
    """What came of it: `build` has the new text, `files` the new text of the context's other
    files that changed.
    """

    build: Build
    files: Mapping[str, str]
    applied: tuple[Applied, ...]
    left: tuple[LeftOut, ...]

    @property
    def text(self) -> str:
        return self.build.dockerfile.text


@record
class _OtherBuild:
    """Another way in which the Dockerfile is built, and whether it has the same build context."""

    build: Build
    shares_context: bool


def fix(
    build: Build,
    selection: RuleSelection,
    allowed: Collection[Safety] = SAFE,
    also: Sequence[Build] = (),
) -> Fixed:
    """Make the `allowed` fixes of what the selected rules find.

    `also` are other ways in which the same Dockerfile is built. A fix is made only where the same
    one, in the same place, is right for each of them that uses the stage.
    """
    fixed = _in_rounds(build, selection, allowed, also)
    if not selection.unfixable:
        return fixed
    left = [_as_asked(item, selection.unfixable) for item in fixed.left]
    return replace(fixed, left=tuple(left))


def _as_asked(item: LeftOut, unfixable: Collection[str]) -> LeftOut:
    """A finding that is left, with the reason that the user gave."""
    is_asked = item.diagnostic.rule.id in unfixable
    if item.diagnostic.finding.fix is None or not is_asked:
        return item
    return replace(item, reason=UnfixedReason.UNFIXABLE)


def _in_rounds(
    build: Build,
    selection: RuleSelection,
    allowed: Collection[Safety],
    also: Sequence[Build],
) -> Fixed:
    """As `fix`, with the engine's own reasons for what is left."""
    files: dict[str, str] = {}
    applied: list[Applied] = []
    broken: set[Finding] = set()
    seen = {_state(build, files)}
    others = [_OtherBuild(other, other.context is build.context) for other in also]
    for _ in range(ROUNDS):
        diagnostics, _hidden = examine_selected(build, selection)
        possible = _candidates(build, diagnostics, allowed, broken)
        partial = _partial(build, possible, selection, others)
        everywhere = [item for item in possible if item.finding not in partial]
        candidates = without_clashes(everywhere)
        after, made = make_fixes(build, files, candidates)

        wanted = {candidate.finding for candidate in candidates}
        broken |= wanted.difference(candidate.finding for candidate in made)
        if not made:
            if candidates:  # those that waited for a broken one may go now
                continue
            reasons = dict.fromkeys(broken, UnfixedReason.WOULD_NOT_PARSE)
            reasons |= dict.fromkeys(partial, UnfixedReason.SOME_BUILDS)
            return _result(build, files, applied, diagnostics, allowed, reasons)

        after_files = files | changed_files(build, files, made)
        if _state(after, after_files) in seen:
            reasons = _all(made, UnfixedReason.CIRCULAR)
            return _result(build, files, applied, diagnostics, allowed, reasons)

        applied += [_applied(build, candidate) for candidate in made]
        build = after
        files = after_files
        broken = set()
        seen.add(_state(build, files))

    diagnostics, _hidden = examine_selected(build, selection)
    endless = _candidates(build, diagnostics, allowed, ())
    reasons = _all(endless, UnfixedReason.ROUNDS)
    return _result(build, files, applied, diagnostics, allowed, reasons)


def _partial(
    build: Build,
    candidates: Sequence[Candidate],
    selection: RuleSelection,
    others: Sequence[_OtherBuild],
) -> set[Finding]:
    """The findings whose fix may not be right for every other build too.

    It is where the other build needs it as well, or does not use the stages that it changes. What a
    fix writes into one build context is not known to be right for another.
    """
    partial: set[Finding] = set()
    if not candidates:
        return partial
    for other in others:
        context = build.context if other.shares_context else other.build.context
        same = replace(other.build, dockerfile=build.dockerfile, context=context)
        diagnostics, _hidden = examine_selected(same, selection)
        fixes = {(item.rule.id, item.finding.fix) for item in diagnostics}
        spare = _unused_stages(same)
        for candidate in candidates:
            edits = candidate.fix.edits
            own = [edit.span for edit in edits if edit.path is None]
            is_elsewhere = bool(own) and all(_lies_in(span, spare) for span in own)
            is_known = (candidate.diagnostic.rule.id, candidate.fix) in fixes
            writes = len(own) < len(edits)
            if (writes and not other.shares_context) or (
                not is_known and not is_elsewhere
            ):
                partial.add(candidate.finding)
    return partial


def _unused_stages(build: Build) -> list[Span]:
    """The stages that a build does not need."""
    if build.final is None:
        return []
    needed = reachable(build.evaluation.graph, [build.final])
    stages = build.dockerfile.stages
    return [stage.span for stage in stages if stage.index not in needed]


def _lies_in(span: Span, places: Sequence[Span]) -> bool:
    return any(place.start <= span.start and span.end <= place.end for place in places)


def _all(
    candidates: Sequence[Candidate],
    reason: UnfixedReason,
) -> dict[Finding, UnfixedReason]:
    findings = [candidate.finding for candidate in candidates]
    return dict.fromkeys(findings, reason)


def _state(build: Build, files: Mapping[str, str]) -> int:
    by_path = sorted(files.items())
    return hash((build.dockerfile.text, tuple(by_path)))


def _candidates(
    build: Build,
    diagnostics: Sequence[Diagnostic],
    allowed: Collection[Safety],
    broken: Collection[Finding],
) -> list[Candidate]:
    """The fixes that may be made, in the order of the text."""
    candidates: list[Candidate] = []
    for diagnostic in diagnostics:
        finding = diagnostic.finding
        cure = finding.fix
        if cure is None or finding in broken:
            continue
        if _refusal(build, cure, allowed) is None:
            candidates.append(Candidate(diagnostic, cure))
    return sorted(candidates, key=_place)


def _place(candidate: Candidate) -> tuple[str, Span]:
    """Where its edits of the Dockerfile, or what they rely on, begin.

    Edits of other files come after them.
    """
    own = [edit.span for edit in candidate.fix.edits if edit.path is None]
    own += candidate.fix.relies_on
    if own:
        return "", min(own)
    finding = candidate.finding
    return finding.path or "", finding.span


def _refusal(
    build: Build,
    fix: Fix,
    allowed: Collection[Safety],
) -> UnfixedReason | None:
    if fix.safety not in allowed:
        is_manual = fix.safety is Safety.MANUAL
        return UnfixedReason.MANUAL if is_manual else UnfixedReason.UNSAFE
    if build.context is None and any(edit.path is not None for edit in fix.edits):
        return UnfixedReason.NO_CONTEXT
    return None


def _applied(build: Build, candidate: Candidate) -> Applied:
    rule = candidate.diagnostic.rule
    finding = candidate.finding
    line = line_of(build, finding)
    cure = candidate.fix
    return Applied(rule.id, cure.message, line, finding.path, cure.safety)


def with_text(build: Build, text: str) -> Build:
    """A Build whose text, and no more, is that of the file that a fix changed."""
    dockerfile = replace(build.dockerfile, text=text, lines=Lines(text))
    return replace(build, dockerfile=dockerfile)


def text_alone(text: str) -> Build:
    """A Build that has a text of another kind, and nothing else: what reports of fixes show."""
    return with_text(Build(parse("FROM scratch\n")), text)


def line_of(build: Build, finding: Finding) -> int:
    """The line of the file in which a finding stands."""
    lines = build.dockerfile.lines
    if finding.path is not None:
        lines = Lines(context_text(build, finding.path))
    return lines.line(finding.span.start)


def _result(
    build: Build,
    files: Mapping[str, str],
    applied: Sequence[Applied],
    diagnostics: Sequence[Diagnostic],
    allowed: Collection[Safety],
    reasons: Mapping[Finding, UnfixedReason],
) -> Fixed:
    """The end of it, with a reason for each finding that is left."""
    left = []
    for diagnostic in diagnostics:
        cure = diagnostic.finding.fix
        reason: UnfixedReason | None = UnfixedReason.NO_FIX
        if cure is not None:
            known = reasons.get(diagnostic.finding)
            reason = known or _refusal(build, cure, allowed)
        left.append(LeftOut(diagnostic, reason or UnfixedReason.WOULD_NOT_PARSE))
    return Fixed(build, files, tuple(applied), tuple(left))
