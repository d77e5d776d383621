"""What is said of a Dockerfile inside another file, at the lines of that file, and its fixes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.builds.definition import Inline
from lightship.builds.inline_places import InlinePlaces, inline_places, rewritten
from lightship.files.reading import read_file
from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Finding, Fix, Safety
from lightship.lint.fixes import Applied, Fixed, LeftOut, UnfixedReason
from lightship.record import record
from lightship.text import Edit, Lines, Span, apply_edits, decode

_NO_PLACE = "; where in this text is not known"


@record(eq=False)
class InlineFile:
    """A file with a Dockerfile inside: its text, and where each character of the Dockerfile is."""

    text: str
    inline: Inline
    places: InlinePlaces

    @classmethod
    def read(cls, path: str, inline: Inline) -> InlineFile:
        """A FileError where the file cannot be read."""
        text = decode(read_file(path))
        return cls(text, inline, inline_places(text, inline.path, inline))

    def with_dockerfile(self, text: str) -> str | None:
        """The text of the file with another Dockerfile; None where it cannot be written there."""
        return rewritten(self.text, self.inline.path, self.inline, text)


def placed_report(report: Report, file: InlineFile) -> Report:
    """A Report of the Dockerfile as one of the file that holds it."""
    diagnostics = [_placed(item, file) for item in report.diagnostics]
    return replace(report, text=file.text, diagnostics=tuple(diagnostics))


def _placed(item: Diagnostic, file: InlineFile) -> Diagnostic:
    finding = item.finding
    fix = _placed_fix(finding.fix, file) if finding.fix is not None else None
    choices = [_placed_fix(choice, file) for choice in finding.choices]
    placed = replace(
        finding,
        span=_placed_span(finding, file),
        fix=fix,
        choices=tuple(choice for choice in choices if choice is not None),
        secrets=tuple(file.places.span(span) for span in finding.secrets),
    )
    if finding.path is None and not file.places.is_exact:
        placed = replace(placed, message=f"{finding.message}{_NO_PLACE}")
    return replace(item, finding=placed)


def _placed_span(finding: Finding, file: InlineFile) -> Span:
    if finding.path is not None:
        return finding.span
    return file.places.span(finding.span)


def _placed_fix(fix: Fix, file: InlineFile) -> Fix | None:
    """A fix as one edit of the file; None where it cannot be made there."""
    own = [edit for edit in fix.edits if edit.path is None]
    others = [edit for edit in fix.edits if edit.path is not None]
    if not own:
        return fix
    after = file.with_dockerfile(apply_edits(file.inline.text, own))
    if after is None:
        return None
    return replace(fix, edits=(_only_edit(file.text, after), *others))


def _only_edit(before: str, after: str) -> Edit:
    """What differs between two texts as one edit."""
    start = 0
    shortest = min(len(before), len(after))
    while start < shortest and before[start] == after[start]:
        start += 1
    end = 0
    while end < shortest - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return Edit(Span(start, len(before) - end), after[start : len(after) - end])


def placed_fixes(
    fixed: Sequence[Fixed], file: InlineFile, unfixed: Sequence[Fixed]
) -> list[Fixed]:
    """Fixes of the Dockerfile as those of the file that holds it.

    `unfixed` is the same without any fix: what is shown where they cannot be made there.
    """
    after = file.with_dockerfile(fixed[0].text)
    if after is None:
        return [_of_file(item, file, file.text, ()) for item in unfixed]
    new_inline = replace(file.inline, text=fixed[0].text)
    places = inline_places(after, file.inline.path, new_inline)
    new = InlineFile(after, new_inline, places)
    first_line = file.inline.line - 1
    placed = []
    for item in fixed:
        applied = [
            replace(one, line=one.line + first_line) if one.path is None else one
            for one in item.applied
        ]
        placed.append(_of_file(item, new, after, applied))
    return placed


def _of_file(
    fixed: Fixed, file: InlineFile, text: str, applied: Sequence[Applied]
) -> Fixed:
    left = [LeftOut(_placed(item.diagnostic, file), item.reason) for item in fixed.left]
    build = of_file(fixed.build, text)
    return replace(fixed, build=build, applied=tuple(applied), left=tuple(left))


def of_file(build: Build, text: str) -> Build:
    """A Build whose text, and no more, is that of the file that holds the Dockerfile."""
    dockerfile = replace(build.dockerfile, text=text, lines=Lines(text))
    return replace(build, dockerfile=dockerfile)


def left_in_place(fixed: Sequence[Fixed], allowed: Collection[Safety]) -> list[Fixed]:
    """What is left where no fix can be made, and why."""

    def marked(item: LeftOut) -> LeftOut:
        fix = item.diagnostic.finding.fix
        if fix is None or fix.safety not in allowed:
            return item
        return replace(item, reason=UnfixedReason.NOT_A_BLOCK)

    return [replace(one, left=tuple(map(marked, one.left))) for one in fixed]
