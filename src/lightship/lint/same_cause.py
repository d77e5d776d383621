"""What a rule says of several places of a file in the same words is one finding.

Ten installs that keep pip's cache are one thing to learn, and one thing to mend. So are a finding
and a graver one whose cure is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from posixpath import join, normpath

from lightship.lint.diagnostic import Diagnostic, JudgedBuild, Report
from lightship.lint.finding import Finding, Fix, Safety
from lightship.record import record
from lightship.text import Edit, Span

_Key = tuple[object, ...]


def said_once(report: Report) -> Report:
    """A Report in which equal findings are the first of them, with the other places in `also`.

    Its fix is that of all places that have one. Where fixes differ in kind, such as in safety, each
    kind is one finding; those whose fixes touch one another stay apart.
    """
    told = [item for item in report.diagnostics if not _is_covered(item, report)]
    if len(told) < len(report.diagnostics):
        report = replace(report, diagnostics=tuple(told))

    groups: dict[_Key, list[_Placed]] = {}
    for place, item in enumerate(report.diagnostics):
        group = groups.setdefault(_key(item), [])
        group.append(_Placed(place, item))
    if len(groups) == len(report.diagnostics):
        return report

    placed: list[_Placed] = []
    for group in groups.values():
        for part in _by_kind(group):
            items = [row.item for row in part]
            joined = _joined(items, report.builds)
            if joined is None:
                placed += part
            else:
                placed.append(_Placed(part[0].place, joined))

    placed.sort(key=lambda row: row.place)
    diagnostics = tuple(row.item for row in placed)
    return replace(report, diagnostics=diagnostics)


def without_repeats(reports: Iterable[Report]) -> Iterator[Report]:
    """Reports without what an earlier one has said of the same place of another file.

    Dockerfiles that share a build context share its ignore file: one change of a line settles what
    is found there for each of them.
    """
    told: set[_Key] = set()
    for report in reports:
        kept: list[Diagnostic] = []
        for item in report.diagnostics:
            key = _key_of_other_file(report, item)
            if key is None or key not in told:
                kept.append(item)
            if key is not None:
                told.add(key)
        is_whole = len(kept) == len(report.diagnostics)
        yield report if is_whole else report.keeping(kept)


def _key_of_other_file(report: Report, item: Diagnostic) -> _Key | None:
    """What makes findings of several Dockerfiles the same; None for one in the Dockerfile itself.

    Where the cure is the same, its reasons may differ: each Dockerfile copies other files.
    """
    finding = item.finding
    if finding.path is None:
        return None
    path = normpath(join(report.root, finding.path))
    edits = tuple(cure.edits for cure in finding.cures)
    what = edits or (finding.message, item.also)
    return path, item.rule.id, item.severity, finding.span, what


def _is_covered(item: Diagnostic, report: Report) -> bool:
    """Whether a graver finding of the same file asks for the same, in all builds of this one."""
    covering = {span.start for span in item.finding.covered_by}
    if not covering:
        return False
    for other in report.diagnostics:
        is_graver = other.severity > item.severity
        is_of_file = other.finding.path == item.finding.path
        is_there = other.finding.span.start in covering
        holds_too = not other.only_in or other.only_in == item.only_in
        if is_graver and is_of_file and is_there and holds_too:
            return True
    return False


def _by_kind(group: Sequence[_Placed]) -> list[list[_Placed]]:
    """The findings of a group by what they offer; those that offer nothing go with the first."""
    parts: dict[_Key, list[_Placed]] = {}
    without_cure: list[_Placed] = []
    for row in group:
        finding = row.item.finding
        if finding.cures:
            parts.setdefault(_kinds(finding), []).append(row)
        else:
            without_cure.append(row)

    if not parts:
        return [without_cure]
    first, *others = parts.values()
    with_others = sorted((*first, *without_cure), key=lambda row: row.place)
    return [with_others, *others]


@record
class _Placed:
    """A finding, and where it stands among those of its Report."""

    place: int
    item: Diagnostic


def _key(item: Diagnostic) -> _Key:
    """What makes two findings say the same.

    A fix is made only where it is one of all builds: it stays apart from that of some.
    """
    finding = item.finding
    may_be_joined = finding.fix is None or not item.only_in
    return finding.path, item.rule.id, finding.message, may_be_joined


def _joined(
    items: Sequence[Diagnostic],
    builds: Sequence[JudgedBuild],
) -> Diagnostic | None:
    """The first of `items`, for all their places and builds, as severe as the worst of them; None
    where their cures cannot be one.

    `builds` are those in which the file was judged.
    """
    first = items[0]
    if len(items) == 1:
        return first

    findings = [item.finding for item in items]
    finding = _joined_finding(findings)
    if finding is None:
        return None
    return replace(
        first,
        finding=finding,
        severity=max(item.severity for item in items),
        also=_other_places(findings),
        only_in=_only_in(items, builds),
    )


def _joined_finding(findings: Sequence[Finding]) -> Finding | None:
    curable = [finding for finding in findings if finding.cures]
    cures = _joined_cures(curable)
    if cures is None:
        return None

    fix = None
    if curable and curable[0].fix is not None:
        fix, *cures = cures
    secrets: dict[Span, None] = {}
    for finding in findings:
        secrets |= dict.fromkeys(finding.secrets)
    first = findings[0]
    return replace(first, fix=fix, choices=tuple(cures), secrets=tuple(secrets))


def _other_places(findings: Sequence[Finding]) -> tuple[Span, ...]:
    places = dict.fromkeys(finding.span for finding in findings)
    places.pop(findings[0].span)
    return tuple(places)


def _only_in(
    items: Sequence[Diagnostic],
    builds: Sequence[JudgedBuild],
) -> tuple[JudgedBuild, ...]:
    """The builds in which one of `items` holds; empty where those are all."""
    if not all(item.only_in for item in items):
        return ()
    holding: dict[JudgedBuild, None] = {}
    for item in items:
        holding |= dict.fromkeys(item.only_in)
    if holding.keys() >= set(builds):
        return ()
    return tuple(holding)


def _joined_cures(findings: Sequence[Finding]) -> list[Fix] | None:
    """One cure for each that every finding offers; None where they do not offer the same."""
    kinds = {_kinds(finding) for finding in findings}
    if len(kinds) > 1:
        return None

    cures: list[Fix] = []
    by_finding = [finding.cures for finding in findings]
    for of_places in zip(*by_finding, strict=True):
        cure = _joined_cure(of_places)
        if cure is None:
            return None
        cures.append(cure)
    return cures


def _kinds(finding: Finding) -> tuple[bool, tuple[tuple[str, Safety], ...]]:
    """What it offers, apart from the places."""
    has_fix = finding.fix is not None
    kinds = [(cure.message, cure.safety) for cure in finding.cures]
    return has_fix, tuple(kinds)


def _joined_cure(cures: Sequence[Fix]) -> Fix | None:
    """One cure with all edits, each once; None where two that are of different cures touch."""
    owners: dict[Edit, int] = {}
    for number, cure in enumerate(cures):
        for edit in cure.edits:
            owners.setdefault(edit, number)

    in_order = sorted(owners, key=_place)
    for edit, following in pairwise(in_order):
        is_of_one = owners[edit] == owners[following]
        is_same_file = edit.path == following.path
        touches = following.span.start <= edit.span.end
        if _both_remove(edit, following):
            # Lines that stand one below the other can all go
            touches = following.span.start < edit.span.end
        if touches and is_same_file and not is_of_one:
            return None
    return replace(cures[0], edits=tuple(owners))


def _both_remove(edit: Edit, following: Edit) -> bool:
    return not edit.text and not following.text


def _place(edit: Edit) -> tuple[str, Span]:
    return edit.path or "", edit.span
