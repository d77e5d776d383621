"""Findings as JUnit's XML, which nearly every CI shows: a suite for each file, a failed case for each finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from lightship.lint.diagnostic import Report
from lightship.regex import regex
from lightship.report.lint.formats import Style
from lightship.report.lint.places import file_of

# What XML 1.0 cannot hold, escaped or not.
FORBIDDEN = regex(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(reports: Iterable[Report], _style: Style) -> Iterator[str]:
    """A file without findings is a passed case."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="lightship">\n'
    for report in reports:
        total = len(report.diagnostics)
        yield f'  <testsuite name={_attribute(report.path)} tests="{max(total, 1)}" failures="{total}" errors="0">\n'
        yield from _cases(report)
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _cases(report: Report) -> Iterator[str]:
    lines = report.lines_by_path
    if not report.diagnostics:
        yield f'    <testcase classname={_attribute(report.path)} name="lint"/>\n'
    for item in report.diagnostics:
        finding = item.finding
        path, message = file_of(report, finding.path), finding.message
        line, column = lines[finding.path].position(finding.span.start)
        names = ", ".join((item.rule.id, *item.rule.aliases))
        yield f"    <testcase classname={_attribute(path)} name={_attribute(f'{names} {line}:{column}')}>\n"
        yield f"      <failure type={_attribute(item.severity.label)} message={_attribute(message)}>"
        yield f"{_text(f'{path}:{line}:{column}: {message}')}</failure>\n    </testcase>\n"


def _text(text: str) -> str:
    return escape(FORBIDDEN.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(FORBIDDEN.sub("\ufffd", text))
