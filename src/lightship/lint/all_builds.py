"""What lint says of a Dockerfile that is built in several ways: everything once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations

from lightship.lint.diagnostic import Diagnostic, JudgedBuild, Report
from lightship.lint.engine import by_place as in_file_order
from lightship.lint.finding import Finding

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
            builds_with_it = holding.setdefault(key, [])
            builds_with_it += report.builds

    wider = _wider(diagnostics)
    for key, wider_key in wider.items():
        holding[wider_key] += holding[key]

    kept: list[Diagnostic] = []
    for key, item in diagnostics.items():
        if key in wider:
            continue
        builds = tuple(dict.fromkeys(holding[key]))
        if len(builds) == len(reports):
            kept.append(item)
        elif not item.rule.needs_all_builds:
            kept.append(replace(item, only_in=builds))

    kept.sort(key=in_file_order)
    files: dict[str, str] = {}
    all_builds: list[JudgedBuild] = []
    for report in reports:
        files.update(report.files)
        all_builds += report.builds
    return replace(
        first,
        diagnostics=tuple(kept),
        files=files,
        suppressed=max(report.suppressed for report in reports),
        builds=tuple(all_builds),
    )


def _wider(diagnostics: Mapping[_Key, Diagnostic]) -> dict[_Key, _Key]:
    """The findings that another one of the same place and rule includes, with that one.

    A target has all the layers of the one that it starts from, and more.
    """
    by_place: dict[_Key, list[_Key]] = {}
    for key, item in diagnostics.items():
        finding = item.finding
        place = (finding.path, finding.span, item.rule.id)
        keys = by_place.setdefault(place, [])
        keys.append(key)

    wider: dict[_Key, _Key] = {}
    for keys in by_place.values():
        for narrow_key, wide_key in permutations(keys, 2):
            narrow = diagnostics[narrow_key].finding
            wide = diagnostics[wide_key].finding
            if _includes(wide, narrow):
                wider[narrow_key] = wide_key
    return {key: _widest(wider, key) for key in wider}


def _widest(wider: Mapping[_Key, _Key], key: _Key) -> _Key:
    while key in wider:
        key = wider[key]
    return key


def _includes(wide: Finding, narrow: Finding) -> bool:
    """Whether the fix of one does what that of the other does, and more.

    Without fixes the message tells: it says the same, and goes on.
    """
    if wide.fix is None and narrow.fix is None:
        is_longer = wide.message != narrow.message
        return is_longer and wide.message.startswith(narrow.message)
    if wide.fix is None or narrow.fix is None:
        return False
    if not wide.fix.message.startswith(narrow.fix.message):
        return False
    return set(wide.fix.edits) > set(narrow.fix.edits)


def _key(item: Diagnostic) -> _Key:
    """What makes two findings the same."""
    finding = item.finding
    return finding.path, finding.span, item.rule.id, finding.message
