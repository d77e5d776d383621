"""What a rule says of several places of a file in the same words is one finding.

Ten installs that keep pip's cache are one thing to learn, and one thing to mend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from lightship.lint.diagnostic import Diagnostic, JudgedBuild, Report
from lightship.lint.finding import Finding, Fix, Safety
from lightship.record import record

_Key = tuple[object, ...]


def said_once(report: Report) -> Report:
    """A Report in which equal findings are the first of them, with the other places in `also`.

    Its fix is that of all places that have one. Findings whose fixes differ in kind or touch one
    another stay apart.
    """
    groups: dict[_Key, list[Diagnostic]] = {}
    for item in report.diagnostics:
        groups.setdefault(_key(item), []).append(item)
    if len(groups) == len(report.diagnostics):
        return report

    order = {id(item): place for place, item in enumerate(report.diagnostics)}
    placed: list[_Placed] = []
    for items in groups.values():
        joined = _joined(items, report.builds)
        if joined is not None:
            placed.append(_Placed(order[id(items[0])], joined))
            continue
        placed += [_Placed(order[id(item)], item) for item in items]

    placed.sort(key=lambda row: row.place)
    diagnostics = tuple(row.item for row in placed)
    return replace(report, diagnostics=diagnostics)


@record
class _Placed:
    """A finding, and where it stands among those of its Report."""

    place: int
    item: Diagnostic


def _key(item: Diagnostic) -> _Key:
    """What makes two findings say the same."""
    finding = item.finding
    holds_everywhere = not item.only_in
    return finding.path, item.rule.id, finding.message, holds_everywhere


def _joined(
    items: Sequence[Diagnostic], builds: Sequence[JudgedBuild]
) -> Diagnostic | None:
    """The first of `items`, for all their places and builds, as severe as the worst of them; None
    where their cures cannot be one.

    `builds` are those in which the file was judged.
    """
    first, *more = items
    if not more:
        return first

    curable = [item.finding for item in items if item.finding.cures]
    cures = _joined_cures(curable)
    if cures is None:
        return None

    has_fix = bool(curable) and curable[0].fix is not None
    secrets = [span for item in items for span in item.finding.secrets]
    finding = replace(
        first.finding,
        fix=cures[0] if has_fix else None,
        choices=tuple(cures[has_fix:]),
        secrets=tuple(dict.fromkeys(secrets)),
    )
    places = dict.fromkeys(item.finding.span for item in items)
    places.pop(finding.span)
    return replace(
        first,
        finding=finding,
        severity=max(item.severity for item in items),
        also=tuple(places),
        only_in=_only_in(items, builds),
    )


def _only_in(
    items: Sequence[Diagnostic], builds: Sequence[JudgedBuild]
) -> tuple[JudgedBuild, ...]:
    """The builds in which one of `items` holds; empty where those are all."""
    holding = dict.fromkeys(build for item in items for build in item.only_in)
    if set(builds) <= holding.keys():
        return ()
    return tuple(holding)


def _joined_cures(findings: Sequence[Finding]) -> list[Fix] | None:
    """One cure for each that every finding offers; None where they do not offer the same."""
    kinds = {tuple(map(_kind, finding.cures)) for finding in findings}
    if len(kinds) > 1 or len({finding.fix is None for finding in findings}) > 1:
        return None

    cures: list[Fix] = []
    for of_place in zip(*(finding.cures for finding in findings), strict=True):
        cure = _joined_cure(of_place)
        if cure is None:
            return None
        cures.append(cure)
    return cures


def _kind(cure: Fix) -> tuple[str, Safety]:
    return cure.message, cure.safety


def _joined_cure(cures: Sequence[Fix]) -> Fix | None:
    """One cure with all edits, each once; None where two of them touch."""
    edits = list(dict.fromkeys(edit for cure in cures for edit in cure.edits))
    in_order = sorted(edits, key=lambda edit: (edit.path or "", edit.span))
    for edit, following in pairwise(in_order):
        if edit.path == following.path and following.span.start <= edit.span.end:
            return None
    return replace(cures[0], edits=tuple(edits))
