"""What lint says of a Dockerfile that is built in several ways: everything once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lightship.lint.diagnostic import Diagnostic, JudgedBuild, Report
from lightship.lint.engine import by_place

_Key = tuple[object, ...]


def united(reports: Sequence[Report]) -> Report:
    """One Report of a Dockerfile from those of its builds, at least one; all have the same root.

    A finding that holds in all builds is as in the first. One that holds in some names them, or is
    left out if its rule has to hold in every build.
    """
    first = reports[0]
    if len(reports) == 1 or first.unreadable:
        return first

    diagnostics: dict[_Key, Diagnostic] = {}
    holding: dict[_Key, list[JudgedBuild]] = {}
    for report in reports:
        for item in report.diagnostics:
            key = _key(item)
            diagnostics.setdefault(key, item)
            holding.setdefault(key, []).extend(report.builds)

    kept: list[Diagnostic] = []
    for key, item in diagnostics.items():
        builds = tuple(dict.fromkeys(holding[key]))
        if len(builds) == len(reports):
            kept.append(item)
        elif not item.rule.needs_all_builds:
            kept.append(replace(item, only_in=builds))

    files = {path: text for report in reports for path, text in report.files.items()}
    return replace(
        first,
        diagnostics=tuple(sorted(kept, key=by_place)),
        files=files,
        suppressed=max(report.suppressed for report in reports),
        builds=tuple(build for report in reports for build in report.builds),
    )


def _key(item: Diagnostic) -> _Key:
    """What makes two findings the same."""
    finding = item.finding
    return finding.path, finding.span, item.rule.id, finding.message
