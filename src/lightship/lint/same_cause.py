"""What a rule says of several places of a file in the same words is one finding.

Ten installs that keep pip's cache are one thing to learn, and one thing to mend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Fix
from lightship.record import record

_Key = tuple[object, ...]


def said_once(report: Report) -> Report:
    """A Report in which equal findings are the first of them, with the other places in `also`.

    Its fix is that of all places together. Findings whose fixes touch one another stay apart.
    """
    groups: dict[_Key, list[Diagnostic]] = {}
    for item in report.diagnostics:
        groups.setdefault(_key(item), []).append(item)
    if len(groups) == len(report.diagnostics):
        return report

    order = {id(item): place for place, item in enumerate(report.diagnostics)}
    placed: list[_Placed] = []
    for items in groups.values():
        joined = _joined(items)
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
    """What makes two findings say the same and offer the same."""
    finding = item.finding
    cures = [(cure.message, cure.safety) for cure in finding.cures]
    return (
        finding.path,
        item.rule.id,
        item.severity,
        finding.message,
        item.only_in,
        finding.fix is None,
        tuple(cures),
    )


def _joined(items: Sequence[Diagnostic]) -> Diagnostic | None:
    """The first of `items`, for all their places; None where their fixes cannot be one."""
    first, *more = items
    if not more:
        return first

    cures: list[Fix] = []
    for of_place in zip(*(item.finding.cures for item in items), strict=True):
        cure = _joined_cure(of_place)
        if cure is None:
            return None
        cures.append(cure)

    finding = first.finding
    has_fix = finding.fix is not None
    secrets = [span for item in items for span in item.finding.secrets]
    finding = replace(
        finding,
        fix=cures[0] if has_fix else None,
        choices=tuple(cures[has_fix:]),
        secrets=tuple(dict.fromkeys(secrets)),
    )
    places = [item.finding.span for item in more]
    return replace(first, finding=finding, also=tuple(places))


def _joined_cure(cures: Sequence[Fix]) -> Fix | None:
    """One cure with all edits; None where two of them touch."""
    edits = [edit for cure in cures for edit in cure.edits]
    in_order = sorted(edits, key=lambda edit: (edit.path or "", edit.span))
    for edit, following in pairwise(in_order):
        if edit.path == following.path and following.span.start <= edit.span.end:
            return None
    return replace(cures[0], edits=tuple(edits))
