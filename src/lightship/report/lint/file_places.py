"""Paths as several formats need them, and what is said of a file that Dockerfiles share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from posixpath import normpath

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.record import record
from lightship.text import Lines, Span

_Key = tuple[str, str, Span, str]


@record(eq=False)
class ReportFiles:
    """The files that a Report speaks of, by the path of a finding or of an edit.

    None is the Dockerfile.
    """

    report: Report
    lines: Mapping[str | None, Lines]

    @classmethod
    def of(cls, report: Report) -> ReportFiles:
        return cls(report, report.lines_by_path)

    def name(self, path: str | None) -> str:
        """The file as a person would write it."""
        return file_of(self.report, path)


def file_of(report: Report, path: str | None) -> str:
    """The file that an edit changes, or in which a finding stands, as a person would write it."""
    if path is None:
        return report.path
    if report.root in ("", "."):
        return path
    return normpath(f"{report.root.rstrip('/')}/{path}")


def message_of(item: Diagnostic, lines: Lines) -> str:
    """What a finding says, with the other lines of which it says the same."""
    numbers = also_lines(item, lines)
    if not numbers:
        return item.message
    noun = "line" if len(numbers) == 1 else "lines"
    return f"{item.message} (also {noun} {', '.join(map(str, numbers))})"


def also_lines(item: Diagnostic, lines: Lines) -> list[int]:
    """The other lines of which a finding says the same, in order."""
    numbers = {lines.line(span.start) for span in item.also}
    numbers.discard(lines.line(item.finding.span.start))
    return sorted(numbers)


def uri(path: str) -> str:
    """A path as a relative (or absolute) URI reference."""
    from urllib.parse import quote  # noqa: PLC0415 - 3 ms, and only SARIF has URIs

    slashed = path.replace("\\", "/")
    if slashed.startswith("/"):
        return quote(f"file://{slashed}", safe="/:")
    return quote(slashed, safe="/")


def once(reports: Iterable[Report]) -> Iterator[Report]:
    """Each Report, without what an earlier one said of the same place of a file that both share."""
    seen: set[_Key] = set()
    for report in reports:
        new: list[Diagnostic] = []
        shared: list[_Key] = []
        for item in report.diagnostics:
            key = _key(report, item)
            if key in seen:
                continue
            new.append(item)
            if item.finding.path is not None:
                shared.append(key)
        # Only now: what one Report says twice it means twice
        seen.update(shared)

        if len(new) == len(report.diagnostics):
            yield report
        else:
            yield replace(report, diagnostics=tuple(new))


def _key(report: Report, item: Diagnostic) -> _Key:
    finding = item.finding
    file = file_of(report, finding.path)
    return file, item.rule.id, finding.span, finding.message
