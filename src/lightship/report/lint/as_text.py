"""Findings for people: where, what, the line with the place underlined, and a summary at the end.

A finding that holds of several places of a file names the other lines. Matters of style are folded
by their rule alone, unless `--quiet` is given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Safety, Severity
from lightship.record import record
from lightship.report.kit.excerpt import excerpt
from lightship.report.kit.paint import BOLD, DIM, GREEN, SEVERITIES, paint
from lightship.report.lint.builds_taken import BuildTally, built_as
from lightship.report.lint.file_places import also_lines, file_of, message_of
from lightship.report.lint.formats import LintView
from lightship.text import Lines
from lightship.wording.counts import count
from lightship.wording.printable import printable

ADVICE = {
    Safety.SAFE: "fix",
    Safety.UNSAFE: "unsafe fix",
    Safety.MANUAL: "by hand",
}


@record(eq=False, frozen=False)
class _Tally:
    """What was found in all, as reports come in; `hidden` are findings that comments suppress.

    `known` and `older` are those of a baseline, and from before the changes that are asked for.
    """

    files: int = 0
    dirty: int = 0
    hidden: int = 0
    known: int = 0
    older: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)
    cures: Counter[Safety] = field(default_factory=Counter)
    builds: BuildTally = field(default_factory=BuildTally)

    def add(self, report: Report) -> None:
        self.files += 1
        self.dirty += bool(report.diagnostics)
        self.hidden += report.suppressed
        self.known += report.known
        self.older += report.older
        self.builds.add(report)
        for item in report.diagnostics:
            self.severities[item.severity] += 1
            if item.finding.fix is not None:
                self.cures[item.finding.fix.safety] += 1


def write(reports: Iterable[Report], view: LintView) -> Iterator[str]:
    """Each finding as its Report comes in, then the summary."""
    tally = _Tally()
    for report in reports:
        tally.add(report)
        yield from _findings(report, view)
    if tally.files and not view.quiet:
        yield _summary(tally, view)
        yield from built_as(tally.builds)


def _findings(report: Report, view: LintView) -> Iterator[str]:
    """The findings of one Report, matters of style folded into the first of their rule."""
    lines = report.lines_by_path
    for first, *more in _alike(report.diagnostics, view):
        path = first.finding.path
        place = _FileLines(file_of(report, path), lines[path])
        yield _finding(place, first, more, view)


def _alike(
    diagnostics: Sequence[Diagnostic],
    view: LintView,
) -> Iterable[list[Diagnostic]]:
    """Findings that are shown once; with `--quiet` each by itself."""
    if view.quiet:
        return [[item] for item in diagnostics]
    alike: dict[tuple[object, ...], list[Diagnostic]] = {}
    for item in diagnostics:
        finding = item.finding
        is_style = item.severity is Severity.STYLE
        of_itself = None if is_style else finding.span
        key = (finding.path, item.only_in, item.rule.id, item.severity, of_itself)
        alike.setdefault(key, []).append(item)
    return alike.values()


@record
class _FileLines:
    """The file of a finding as it is called, and its lines."""

    path: str
    lines: Lines


def _finding(
    place: _FileLines,
    item: Diagnostic,
    more: Sequence[Diagnostic],
    view: LintView,
) -> str:
    """One finding: a line, and unless quiet the place in the source and its cures.

    `more` are others of its kind.
    """
    head = _head(place, item, view)
    if view.quiet:
        return f"{head}\n"
    rows = [head]
    if place.lines.text:
        rows += _source(place.lines, item, view)
        rows += _cures(place.lines, item, view)
        rows += _builds(place.lines, item, view)
    numbers = also_lines(item, place.lines)
    for other in more:
        numbers.append(place.lines.line(other.finding.span.start))
        numbers += also_lines(other, place.lines)
    if numbers:
        rows.append(f"  {paint(_more(numbers), DIM, view)}")
    return "\n".join(rows) + "\n\n"


def _head(place: _FileLines, item: Diagnostic, view: LintView) -> str:
    line, column = place.lines.position(item.finding.span.start)
    where = paint(f"{place.path}:{line}:{column}", BOLD, view)
    level = paint(item.severity.label, SEVERITIES[item.severity], view)
    rule = paint(item.rule.id, BOLD, view)
    text = item.finding.message
    if view.quiet:
        text = message_of(item, place.lines)
    message = printable(text)
    head = f"{where} {level} {rule} {message}"
    if not item.alias:
        return head
    alias = paint(f"[{item.alias}]", DIM, view)
    return f"{head} {alias}"


def _source(lines: Lines, item: Diagnostic, view: LintView) -> Iterator[str]:
    """The line, and the place in it underlined."""
    number = str(lines.line(item.finding.span.start))
    source, marks = excerpt(lines, item.finding.span)
    margin = paint(f"{number} |", DIM, view)
    yield f"{margin} {source}"

    space = " " * len(number)
    margin = paint(f"{space} |", DIM, view)
    carets = paint(marks, SEVERITIES[item.severity], view)
    yield f"{margin} {carets}"


def _cures(lines: Lines, item: Diagnostic, view: LintView) -> Iterator[str]:
    """What to do: the fix, and the choices beside it."""
    finding = item.finding
    line = str(lines.line(finding.span.start))
    margin = " " * len(line)
    for number, cure in enumerate(finding.cures):
        if cure is finding.fix:
            word = ADVICE[cure.safety]
        else:
            word = "or" if number else ADVICE[Safety.MANUAL]
        head = paint(f"= {word}", GREEN, view)
        yield f"{margin} {head}: {printable(cure.message)}"


def _builds(lines: Lines, item: Diagnostic, view: LintView) -> Iterator[str]:
    """The builds that it holds for, where those are not all."""
    if not item.only_in:
        return
    line = str(lines.line(item.finding.span.start))
    margin = " " * len(line)
    names = " and ".join(build.name for build in item.only_in)
    yield f"{margin} {paint('= only in', DIM, view)}: {printable(names)}"


def _more(numbers: Sequence[int]) -> str:
    """`2 more like this: lines 3, 7`."""
    noun = "line" if len(numbers) == 1 else "lines"
    listed = ", ".join(map(str, sorted(numbers)))
    return f"{len(numbers)} more like this: {noun} {listed}"


def _summary(tally: _Tally, view: LintView) -> str:
    """What was found in all, and what can be done about it."""
    files = count(tally.files, "file")
    comments = _not_shown(tally)
    total = sum(tally.severities.values())
    if not total:
        return f"{paint('No findings', GREEN, view)} in {files}{comments}.\n"

    where = files if tally.dirty == tally.files else f"{tally.dirty} of {files}"
    levels = ", ".join(_levels(tally.severities))
    text = f"{count(total, 'finding')} in {where}: {levels}{comments}.\n"
    safe = tally.cures[Safety.SAFE]
    unsafe = tally.cures[Safety.UNSAFE]
    return text + _fixable(safe, unsafe)


def _not_shown(tally: _Tally) -> str:
    """Findings that are there and not shown, by the reason."""
    reasons = (
        (tally.hidden, "hidden by comments"),
        (tally.known, "in the baseline"),
        (tally.older, "older than the changes"),
    )
    parts = [f"{number} {reason}" for number, reason in reasons if number]
    if not parts:
        return ""
    first = next(number for number, _ in reasons if number)
    noun = "finding" if first == 1 else "findings"
    parts[0] = parts[0].replace(" ", f" {noun} ", 1)
    return f" ({', '.join(parts)})"


def _levels(severities: Counter[Severity]) -> Iterator[str]:
    """`1 error`, `2 warnings`, `3 info`; the worst first."""
    for level in sorted(severities, reverse=True):
        plural = "s" if level in (Severity.ERROR, Severity.WARNING) else ""
        yield count(severities[level], level.label, plural)


def _fixable(safe: int, unsafe: int) -> str:
    """How many findings `lightship fix` can fix, in a line; nothing where it can fix none."""
    if safe:
        text = f"{safe} fixable with `lightship fix`"
        if unsafe:
            return f"{text}, {unsafe} more with --unsafe-fixes.\n"
        return f"{text}.\n"
    if unsafe:
        return f"{unsafe} fixable with `lightship fix --unsafe-fixes`.\n"
    return ""
