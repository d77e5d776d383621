"""What to do first: one action for what most vulnerabilities go by.

Whether an upgrade helps is judged by the same records: the version that leaves the fewest is taken,
new ones counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import lru_cache

from lightship.record import record
from lightship.shell.build_tools import is_build_tool
from lightship.vulns.affects import key_of
from lightship.vulns.judged_package import JudgedPackage
from lightship.vulns.known_vulnerabilities import KnownFlaw, lookup_order
from lightship.vulns.matching import LookedUp, Lookup, hits_of
from lightship.vulns.orders.key import Key
from lightship.vulns.severity import Rating

_MOST_KEPT = 4096  # judgements of versions to upgrade to
_MOST_TRIED = 12  # versions of one package, the highest
_MANAGERS = {"deb": "apt-get", "apk": "apk", "rpm": "dnf"}
_NO_TOOL = ("-base",)  # gcc-14-base has no compiler


class ActionKind(StrEnum):
    """What an action does."""

    BASE = "base"  # take a newer base image
    REMOVE = "remove"  # build tools that the image need not have
    UPGRADE = "upgrade"


@record
class Action:
    """What to do, how many vulnerabilities go by it, and of how many.

    `packages` are (name, version), and `to` is the version to upgrade to, of an UPGRADE alone.
    `line` is where the Dockerfile says it, empty where that is not known. `exploited` is how many
    of those that go are known to be exploited.
    """

    kind: ActionKind
    packages: tuple[tuple[str, str], ...]
    to: str
    line: str
    gone: int
    total: int
    worst: Rating
    exploited: int = 0


Left = Callable[[LookedUp, str], frozenset[str]]
"""The ids of records that would be about a package in another version."""


def actions_for(findings: Iterable[KnownFlaw], lookup: Lookup) -> tuple[Action, ...]:
    """All actions that remove something, the one that removes the worst first."""
    left = _left_in(lookup)
    packages: dict[LookedUp, list[KnownFlaw]] = defaultdict(list)
    for finding in findings:
        packages[finding.package].append(finding)
    base: list[KnownFlaw] = []
    tools: dict[str, list[KnownFlaw]] = defaultdict(list)
    actions: list[Action] = []
    for package in sorted(packages, key=lookup_order):
        found = packages[package]
        subjects = found[0].subjects
        if all(subject.origin.is_base for subject in subjects):
            base += found
        elif all(map(_is_tool, subjects)) and not subjects[0].origin.is_base:
            tools[subjects[0].origin.line] += found
        else:
            actions += _upgrade(package, found, left)
    actions += _of_base(base)
    actions += [_removal(line, found) for line, found in tools.items()]
    actions.sort(key=_order)
    return tuple(actions)


def _left_in(lookup: Lookup) -> Left:
    """Several versions of a package in one listing may go to the same one."""

    @lru_cache(_MOST_KEPT)
    def left_of_names(
        ecosystem: str, release: str, names: tuple[str, ...], version: str
    ) -> frozenset[str]:
        lookups = tuple((name, version) for name in names)
        hits = hits_of(LookedUp(ecosystem, release, lookups), lookup)
        return frozenset(hit.advisory.id for hit in hits.found)

    def left(package: LookedUp, version: str) -> frozenset[str]:
        names = tuple(name for name, _ in package.lookups)
        return left_of_names(package.ecosystem, package.release, names, version)

    return left


def _is_tool(subject: JudgedPackage) -> bool:
    manager = _MANAGERS.get(subject.kind)
    if manager is None or subject.name.endswith(_NO_TOOL):
        return False
    return is_build_tool(manager, subject.name)


def _of_base(found: Sequence[KnownFlaw]) -> Iterable[Action]:
    """What has a fix in the base image's own release is in a newer image of it."""
    fixed = [finding for finding in found if finding.vulnerability.fixed]
    if fixed:
        yield _action(ActionKind.BASE, fixed, total=len(found))


def _removal(line: str, found: Sequence[KnownFlaw]) -> Action:
    return _action(ActionKind.REMOVE, found, line=line)


def _upgrade(
    package: LookedUp, found: Sequence[KnownFlaw], left: Left
) -> Iterable[Action]:
    target, after = _target(package, found, left)
    if not target:
        return
    before: set[str] = set()
    gone: list[KnownFlaw] = []
    for finding in found:
        records = finding.vulnerability.records
        before.update(records)
        if after.isdisjoint(records):
            gone.append(finding)
    if gone and len(after) < len(before):
        origin = found[0].subjects[0].origin
        total = len(found)
        yield _action(
            ActionKind.UPGRADE, gone, line=origin.line, total=total, to=target
        )


def _target(
    package: LookedUp, found: Sequence[KnownFlaw], left: Left
) -> tuple[str, frozenset[str]]:
    """The lowest version with the fewest records, of those that fix something."""
    fixes = {finding.vulnerability.fixed for finding in found}
    ordered: list[tuple[Key, str]] = []
    for text in fixes:
        key = key_of(package.ecosystem, text) if text else None
        if key is not None:
            ordered.append((key, text))
    ordered.sort()
    tried = [(text, left(package, text)) for _, text in ordered[-_MOST_TRIED:]]
    return min(tried, key=lambda pair: len(pair[1]), default=("", frozenset()))


def _action(
    kind: ActionKind,
    found: Sequence[KnownFlaw],
    *,
    line: str = "",
    total: int = 0,
    to: str = "",
) -> Action:
    packages = {(item.package.name, item.package.version) for item in found}
    worst = max(item.vulnerability.severity.rating for item in found)
    exploited = sum(item.vulnerability.is_exploited for item in found)
    return Action(
        kind,
        tuple(sorted(packages)),
        to,
        line,
        len(found),
        total or len(found),
        worst,
        exploited,
    )


def _order(
    action: Action,
) -> tuple[int, int, int, str, tuple[tuple[str, str], ...]]:
    return (
        -action.exploited,
        -action.worst,
        -action.gone,
        action.kind,
        action.packages,
    )
