"""Applies fixes round by round until nothing changes.

A round lints, takes the fixes in the order of the text, leaves a fix that touches an earlier one
for the next round, makes all the edits of the rest, and parses the result. A fix that would break
the text is found by halving, and left out. So rules need not know each other, and a fix sees the
text that earlier ones have made.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.engine import context_text, examine
from lightship.lint.finding import Finding, Fix, Safety
from lightship.lint.rule_selection import RuleSelection
from lightship.record import record
from lightship.text import Edit, Lines, Span, apply_edits

ROUNDS = 20
SAFE = frozenset({Safety.SAFE})
UNSAFE = frozenset({Safety.SAFE, Safety.UNSAFE})


class UnfixedReason(StrEnum):
    """Why a finding is still there."""

    NO_FIX = "no fix"
    MANUAL = "needs a decision of yours"
    UNSAFE = "needs --unsafe-fixes"
    NO_CONTEXT = "would write into the build context, which is unknown"
    WOULD_NOT_PARSE = "the result would not parse"
    CIRCULAR = "another fix would undo it"
    ROUNDS = f"still changing after {ROUNDS} rounds"


@record
class Applied:
    """A fix that was made; `line` is its finding's line in the text of its round, that of `path`
    as in a Finding.
    """

    rule: str
    message: str
    line: int
    path: str | None = None


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
class _Candidate:
    """A finding with a fix that may be made."""

    diagnostic: Diagnostic
    fix: Fix

    @property
    def finding(self) -> Finding:
        return self.diagnostic.finding


def fix(
    build: Build, selection: RuleSelection, allowed: Collection[Safety] = SAFE
) -> Fixed:
    """Make the `allowed` fixes of what the selected rules find."""
    files: dict[str, str] = {}
    applied: list[Applied] = []
    broken: set[Finding] = set()
    seen = {_state(build, files)}
    for _ in range(ROUNDS):
        diagnostics, _hidden = examine(build, selection.rules, selection.severities)
        candidates = _without_clashes(_candidates(build, diagnostics, allowed, broken))
        after, made = _apply(build, files, candidates)
        broken |= {item.finding for item in candidates} - {
            item.finding for item in made
        }
        if not made:
            if candidates:  # those that waited for a broken one may go now
                continue
            return _result(
                build,
                files,
                applied,
                diagnostics,
                allowed,
                dict.fromkeys(broken, UnfixedReason.WOULD_NOT_PARSE),
            )
        after_files = files | _changed_files(build, files, made)
        if _state(after, after_files) in seen:
            circular = {item.finding: UnfixedReason.CIRCULAR for item in made}
            return _result(build, files, applied, diagnostics, allowed, circular)
        applied += [_applied(build, item) for item in made]
        build, files, broken = after, after_files, set()
        seen.add(_state(build, files))
    diagnostics = examine(build, selection.rules, selection.severities)[0]
    endless = {
        item.finding: UnfixedReason.ROUNDS
        for item in _candidates(build, diagnostics, allowed, ())
    }
    return _result(build, files, applied, diagnostics, allowed, endless)


def _state(build: Build, files: Mapping[str, str]) -> int:
    return hash((build.dockerfile.text, tuple(sorted(files.items()))))


def _candidates(
    build: Build,
    diagnostics: Sequence[Diagnostic],
    allowed: Collection[Safety],
    broken: Collection[Finding],
) -> list[_Candidate]:
    """The fixes that may be made, in the order of the text."""
    found = [
        _Candidate(item, item.finding.fix)
        for item in diagnostics
        if item.finding.fix is not None
        and _refusal(build, item.finding.fix, allowed) is None
    ]
    return sorted(
        (item for item in found if item.finding not in broken),
        key=_place,
    )


def _place(item: _Candidate) -> tuple[str, Span]:
    """Where its edits of the Dockerfile begin; edits of other files come after them."""
    finding = item.finding
    own = min((edit.span for edit in item.fix.edits if edit.path is None), default=None)
    return (finding.path or "", finding.span) if own is None else ("", own)


def _refusal(
    build: Build, fix: Fix, allowed: Collection[Safety]
) -> UnfixedReason | None:
    if fix.safety not in allowed:
        return (
            UnfixedReason.MANUAL
            if fix.safety is Safety.MANUAL
            else UnfixedReason.UNSAFE
        )
    if build.context is None and any(edit.path is not None for edit in fix.edits):
        return UnfixedReason.NO_CONTEXT
    return None


def _without_clashes(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Each candidate whose edits touch no edit of those before it."""
    taken: dict[str | None, list[Span]] = {}
    chosen: list[_Candidate] = []
    for item in candidates:
        if any(
            _touches(taken.get(edit.path, []), edit.span) for edit in item.fix.edits
        ):
            continue
        chosen.append(item)
        for edit in item.fix.edits:
            spans = taken.setdefault(edit.path, [])
            spans.insert(bisect_left(spans, edit.span), edit.span)
    return chosen


def _touches(spans: Sequence[Span], span: Span) -> bool:
    """Whether `span` and one of `spans` (ascending, apart from each other) share a character or a
    border.
    """
    at = bisect_left(spans, span)
    return (at > 0 and spans[at - 1].end >= span.start) or (
        at < len(spans) and spans[at].start <= span.end
    )


def _apply(
    build: Build, files: Mapping[str, str], candidates: Sequence[_Candidate]
) -> tuple[Build, list[_Candidate]]:
    """The Build with as many of `candidates` made as leave a text that parses, and which those
    are.
    """
    made: list[_Candidate] = []
    after = build
    waiting = [list(candidates)] if candidates else []
    while waiting:
        batch = waiting.pop()
        attempt = _attempt(build, files, made + batch)
        if attempt is not None:
            after, made = attempt, made + batch
        elif len(batch) > 1:
            middle = len(batch) // 2
            waiting += [batch[middle:], batch[:middle]]
    return after, made


def _attempt(
    build: Build, files: Mapping[str, str], candidates: Sequence[_Candidate]
) -> Build | None:
    """`build` with all `candidates` made; None where that breaks the text."""
    try:
        text = apply_edits(build.dockerfile.text, _edits(candidates, None))
        changed = _changed_files(build, files, candidates)
    except ValueError:
        return None
    dockerfile = parse(text)
    if dockerfile.problems:
        return None
    if build.context is None:
        return replace(build, dockerfile=dockerfile)
    own = {build.path: text} if build.path is not None else {}
    return replace(
        build, dockerfile=dockerfile, context=build.context.with_files(own | changed)
    )


def _changed_files(
    build: Build, files: Mapping[str, str], candidates: Sequence[_Candidate]
) -> dict[str, str]:
    """The new text of each file of the context that `candidates` edit."""
    paths = {
        edit.path
        for item in candidates
        for edit in item.fix.edits
        if edit.path is not None
    }
    return {
        path: apply_edits(
            files[path] if path in files else context_text(build, path),
            _edits(candidates, path),
        )
        for path in sorted(paths)
    }


def _edits(candidates: Sequence[_Candidate], path: str | None) -> list[Edit]:
    return [edit for item in candidates for edit in item.fix.edits if edit.path == path]


def _applied(build: Build, item: _Candidate) -> Applied:
    finding = item.finding
    return Applied(
        item.diagnostic.rule.id, item.fix.message, line_of(build, finding), finding.path
    )


def line_of(build: Build, finding: Finding) -> int:
    """The line of the file in which a finding stands."""
    lines = (
        build.dockerfile.lines
        if finding.path is None
        else Lines(context_text(build, finding.path))
    )
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
    for item in diagnostics:
        cure = item.finding.fix
        reason = (
            UnfixedReason.NO_FIX
            if cure is None
            else reasons.get(item.finding) or _refusal(build, cure, allowed)
        )
        left.append(LeftOut(item, reason or UnfixedReason.WOULD_NOT_PARSE))
    return Fixed(build, files, tuple(applied), tuple(left))
