"""What is said of a Dockerfile inside another file, at the lines of that file, and its fixes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from lightship.builds.definition import Inline
from lightship.builds.inline_block import InlineBlock, inline_block
from lightship.builds.inline_places import InlinePlaces, inline_places
from lightship.files.reading import read_file
from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Finding, Fix, Safety
from lightship.lint.fixes import (
    Applied,
    Fixed,
    LeftOut,
    UnfixedReason,
    with_text,
)
from lightship.record import record
from lightship.text import Span, decode

_NO_PLACE = "; where in this text is not known"


@record(eq=False)
class InlineFile:
    """A file with a Dockerfile inside: its text, and where each character of the Dockerfile is.

    `block` is None where the Dockerfile has no lines to itself, so that it is not edited.
    """

    text: str
    inline: Inline
    places: InlinePlaces
    block: InlineBlock | None

    @classmethod
    def read(cls, path: str, inline: Inline) -> InlineFile:
        """A FileError where the file cannot be read."""
        data = read_file(path)
        return cls.of(decode(data), inline)

    @classmethod
    def of(cls, text: str, inline: Inline) -> InlineFile:
        """The file with this text."""
        places = inline_places(text, inline.path, inline)
        block = inline_block(text, inline)
        return cls(text, inline, places, block)

    def with_dockerfile(self, text: str) -> str | None:
        """The text of the file with another Dockerfile; None where it cannot be written there."""
        if self.block is None:
            return None
        return self.block.with_text(text)


def placed_report(report: Report, file: InlineFile) -> Report:
    """A Report of the Dockerfile as one of the file that holds it."""
    diagnostics = [_placed(item, file) for item in report.diagnostics]
    return replace(report, text=file.text, diagnostics=tuple(diagnostics))


def _placed(item: Diagnostic, file: InlineFile) -> Diagnostic:
    """A finding at its place in the file."""
    finding = item.finding
    fix: Fix | None = None
    if finding.fix is not None:
        fix = _placed_fix(finding.fix, file)
    choices = _placed_choices(finding, file)
    secrets = map(file.places.span, finding.secrets)
    finding = replace(
        finding,
        span=_placed_span(finding, file),
        message=_placed_message(finding, file),
        fix=fix,
        choices=tuple(choices),
        secrets=tuple(secrets),
    )
    return replace(item, finding=finding)


def _placed_choices(finding: Finding, file: InlineFile) -> Iterator[Fix]:
    """Those of the choices that can be made there."""
    for choice in finding.choices:
        placed = _placed_fix(choice, file)
        if placed is not None:
            yield placed


def _placed_span(finding: Finding, file: InlineFile) -> Span:
    if finding.path is not None:
        return finding.span
    return file.places.span(finding.span)


def _placed_message(finding: Finding, file: InlineFile) -> str:
    is_placed = file.places.is_exact or finding.path is not None
    if is_placed:
        return finding.message
    return f"{finding.message}{_NO_PLACE}"


def _placed_fix(fix: Fix, file: InlineFile) -> Fix | None:
    """A fix as edits of the file; None where it cannot be made there."""
    own = [edit for edit in fix.edits if edit.path is None]
    others = [edit for edit in fix.edits if edit.path is not None]
    if not own:
        return fix
    if file.block is None:
        return None
    placed = file.block.placed_edits(own)
    if placed is None:
        return None
    return replace(fix, edits=(*placed, *others))


def placed_fixes(
    fixed: Sequence[Fixed],
    file: InlineFile,
    unfixed: Sequence[Fixed],
) -> list[Fixed]:
    """Fixes of the Dockerfile as those of the file that holds it.

    `unfixed` is the same without any fix: what is shown where they cannot be made there.
    """
    text = fixed[0].text
    after = file.with_dockerfile(text)
    if after is None:
        return [_of_file(item, file) for item in unfixed]

    new_inline = replace(file.inline, text=text)
    new_file = InlineFile.of(after, new_inline)
    return [_of_file(item, new_file) for item in fixed]


def _of_file(fixed: Fixed, file: InlineFile) -> Fixed:
    """Fixes with the text of the file, and the lines that it has."""
    applied = [_placed_applied(item, file) for item in fixed.applied]
    left: list[LeftOut] = []
    for item in fixed.left:
        diagnostic = _placed(item.diagnostic, file)
        placed = LeftOut(diagnostic, item.reason)
        left.append(placed)
    return replace(
        fixed,
        build=with_text(fixed.build, file.text),
        applied=tuple(applied),
        left=tuple(left),
    )


def _placed_applied(item: Applied, file: InlineFile) -> Applied:
    if item.path is not None:
        return item
    line = item.line + file.inline.line - 1
    return replace(item, line=line)


def left_in_place(fixed: Sequence[Fixed], allowed: Collection[Safety]) -> list[Fixed]:
    """What is left where no fix can be made, and why."""
    result: list[Fixed] = []
    for item in fixed:
        left = [_marked(finding, allowed) for finding in item.left]
        unfixed = replace(item, left=tuple(left))
        result.append(unfixed)
    return result


def _marked(item: LeftOut, allowed: Collection[Safety]) -> LeftOut:
    """A finding that would have been fixed, with the reason why it is not."""
    fix = item.diagnostic.finding.fix
    if fix is None or fix.safety not in allowed:
        return item
    return replace(item, reason=UnfixedReason.NOT_A_BLOCK)
