"""The fixes of one round: those that touch no earlier one, as many as leave a text that parses."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.engine import context_text
from lightship.lint.finding import Finding, Fix
from lightship.record import record
from lightship.text import Edit, Span, apply_edits


@record
class Candidate:
    """A finding with a fix that may be made."""

    diagnostic: Diagnostic
    fix: Fix

    @property
    def finding(self) -> Finding:
        return self.diagnostic.finding


def without_clashes(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Each candidate whose edits touch no edit of those before it, nor what those rely on."""
    spans_by_path: dict[str | None, list[Span]] = {}
    relied_on: list[Span] = []
    chosen: list[Candidate] = []
    for candidate in candidates:
        fix = candidate.fix
        edited = [(edit.path, edit.span) for edit in fix.edits]
        own = [span for path, span in edited if path is None]
        changed = spans_by_path.get(None, [])
        if any(_touches(spans_by_path.get(path, []), span) for path, span in edited):
            continue
        if any(_touch(relied, span) for relied in relied_on for span in own):
            continue
        if any(_touches(changed, span) for span in fix.relies_on):
            continue

        chosen.append(candidate)
        relied_on += fix.relies_on
        for path, span in edited:
            insort(spans_by_path.setdefault(path, []), span)
    return chosen


def _touch(one: Span, other: Span) -> bool:
    """Whether two spans share a character or a border."""
    return one.start <= other.end and other.start <= one.end


def _touches(spans: Sequence[Span], span: Span) -> bool:
    """Whether `span` and one of `spans` (ascending, apart from each other) share a character or a
    border.
    """
    at = bisect_left(spans, span)
    if at > 0 and spans[at - 1].end >= span.start:
        return True
    return at < len(spans) and spans[at].start <= span.end


def make_fixes(
    build: Build,
    files: Mapping[str, str],
    candidates: Sequence[Candidate],
) -> tuple[Build, list[Candidate]]:
    """The Build with as many of `candidates` made as leave a text that parses, and which those
    are.
    """
    made: list[Candidate] = []
    after = build
    waiting = [list(candidates)] if candidates else []
    while waiting:
        batch = waiting.pop()
        together = made + batch
        attempt = _attempt(build, files, together)
        if attempt is not None:
            after = attempt
            made = together
        elif len(batch) > 1:
            # The first half is tried before the second
            middle = len(batch) // 2
            waiting += [batch[middle:], batch[:middle]]
    return after, made


def _attempt(
    build: Build,
    files: Mapping[str, str],
    candidates: Sequence[Candidate],
) -> Build | None:
    """`build` with all `candidates` made; None where that breaks the text."""
    try:
        text = apply_edits(build.dockerfile.text, _edits(candidates, None))
        changed = changed_files(build, files, candidates)
    except ValueError:
        return None

    dockerfile = parse(text)
    if dockerfile.problems:
        return None
    if build.context is None:
        return replace(build, dockerfile=dockerfile)

    if build.path is not None:
        # The Dockerfile may be copied into the image too
        changed = {build.path: text} | changed
    context = build.context.with_files(changed)
    return replace(build, dockerfile=dockerfile, context=context)


def changed_files(
    build: Build,
    files: Mapping[str, str],
    candidates: Sequence[Candidate],
) -> dict[str, str]:
    """The new text of each file of the context that `candidates` edit."""
    edits = [edit for candidate in candidates for edit in candidate.fix.edits]
    paths = {edit.path for edit in edits if edit.path is not None}
    changed: dict[str, str] = {}
    for path in sorted(paths):
        text = files[path] if path in files else context_text(build, path)
        changed[path] = apply_edits(text, _edits(candidates, path))
    return changed


def _edits(candidates: Sequence[Candidate], path: str | None) -> list[Edit]:
    return [
        edit
        for candidate in candidates
        for edit in candidate.fix.edits
        if edit.path == path
    ]
