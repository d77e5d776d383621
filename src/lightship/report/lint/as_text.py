"""Findings for people: where, what, the line with the place underlined, and a summary at the end.

What a rule says several times in the same words is said once for a file, with the other lines where it holds: ten
installs that keep pip's cache are one thing to learn. Matters of style are folded by their rule alone. Every finding
stands for itself in the other formats, and with `--quiet`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Safety, Severity
from lightship.report.kit.excerpt import excerpt
from lightship.report.kit.paint import BOLD, DIM, GREEN, SEVERITIES, paint
from lightship.report.lint.file_places import file_of
from lightship.report.lint.formats import LintView
from lightship.text import Lines
from lightship.wording.counts import count
from lightship.wording.printable import printable

ADVICE = {Safety.SAFE: "fix", Safety.UNSAFE: "unsafe fix", Safety.MANUAL: "by hand"}


def write(reports: Iterable[Report], style: LintView) -> Iterator[str]:
    """Each finding as its Report comes in, then the summary."""
    severities: Counter[Severity] = Counter()
    cures: Counter[Safety] = Counter()
    files = dirty = hidden = 0
    for report in reports:
        files += 1
        dirty += bool(report.diagnostics)
        hidden += report.suppressed
        for item in report.diagnostics:
            severities[item.severity] += 1
            if item.finding.fix is not None:
                cures[item.finding.fix.safety] += 1
        yield from file_findings(report, style)
    if not style.quiet and files:
        yield summary(files, dirty, severities, cures, hidden, style)


def file_findings(report: Report, style: LintView) -> Iterator[str]:
    """The findings of one Report, with those that say the same of one file folded into the first."""
    lines = report.lines_by_path
    alike: dict[tuple[object, ...], list[Diagnostic]] = {}
    for number, item in enumerate(report.diagnostics):
        message = "" if item.severity is Severity.STYLE else item.finding.message
        key = (item.finding.path, item.rule.id, item.severity, message)
        alike.setdefault((number,) if style.quiet else key, []).append(item)
    for first, *more in alike.values():
        path = first.finding.path
        yield finding(file_of(report, path), first, lines[path], style, more)


def finding(
    path: str,
    item: Diagnostic,
    lines: Lines,
    style: LintView,
    more: Sequence[Diagnostic] = (),
) -> str:
    """One finding: a line, and unless quiet the place in the source and the fix; `more` are others of its kind."""
    line, column = lines.position(item.finding.span.start)
    head = (
        f"{paint(f'{path}:{line}:{column}', BOLD, style)} {paint(item.severity.label, SEVERITIES[item.severity], style)} "
        f"{paint(item.rule.id, BOLD, style)} {printable(item.finding.message)}"
    )
    alias = f" {paint(f'[{item.alias}]', DIM, style)}" if item.alias else ""
    if style.quiet:
        return f"{head}{alias}\n"
    rows = [head + alias]
    if lines.text:
        source, marks = excerpt(lines, item.finding.span)
        margin = len(str(line))
        rows += [
            f"{paint(f'{line} |', DIM, style)} {source}",
            f"{paint(' ' * margin + ' |', DIM, style)} {paint(marks, SEVERITIES[item.severity], style)}",
        ]
        for number, cure in enumerate(item.finding.cures):
            word = (
                ADVICE[cure.safety]
                if cure is item.finding.fix
                else "or"
                if number
                else ADVICE[Safety.MANUAL]
            )
            rows.append(
                f"{' ' * margin} {paint('= ' + word, GREEN, style)}: {printable(cure.message)}"
            )
    if more:
        numbers = ", ".join(
            str(lines.position(each.finding.span.start)[0]) for each in more
        )
        where = (
            f"{len(more)} more like this: {'lines' if more[1:] else 'line'} {numbers}"
        )
        rows.append(f"  {paint(where, DIM, style)}")
    return "\n".join(rows) + "\n\n"


def summary(
    files: int,
    dirty: int,
    severities: Counter[Severity],
    cures: Counter[Safety],
    hidden: int,
    style: LintView,
) -> str:
    """What was found in all, and what can be done about it."""
    total = sum(severities.values())
    comments = f" ({count(hidden, 'finding')} hidden by comments)" if hidden else ""
    if not total:
        return f"{paint('No findings', GREEN, style)} in {count(files, 'file')}{comments}.\n"
    levels = ", ".join(
        count(
            severities[level],
            level.label,
            "s" if level in (Severity.ERROR, Severity.WARNING) else "",
        )
        for level in sorted(severities, reverse=True)
    )
    where = (
        count(files, "file") if dirty == files else f"{dirty} of {count(files, 'file')}"
    )
    text = f"{count(total, 'finding')} in {where}: {levels}{comments}.\n"
    return text + _fixable(cures[Safety.SAFE], cures[Safety.UNSAFE])


def _fixable(safe: int, unsafe: int) -> str:
    """How many findings `lightship fix` can fix, in a line; nothing where it can fix none."""
    if safe and unsafe:
        return (
            f"{safe} fixable with `lightship fix`, {unsafe} more with --unsafe-fixes.\n"
        )
    if safe:
        return f"{safe} fixable with `lightship fix`.\n"
    if unsafe:
        return f"{unsafe} fixable with `lightship fix --unsafe-fixes`.\n"
    return ""
