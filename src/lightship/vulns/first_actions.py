"""What to do first: one action for what most vulnerabilities go by.

Whether an upgrade helps is judged by the same records: the version that leaves the fewest is taken,
new ones counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum

from lightship.record import record
from lightship.shell.build_tools import is_build_tool
from lightship.vulns.affects import key_of
from lightship.vulns.judged_package import JudgedPackage
from lightship.vulns.known_vulnerabilities import KnownFlaw, flaws_at
from lightship.vulns.matching import LookedUp, Lookup
from lightship.vulns.severity import Rating

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
    `line` is where the Dockerfile says it, empty where that is not known.
    """

    kind: ActionKind
    packages: tuple[tuple[str, str], ...]
    to: str
    line: str
    gone: int
    total: int
    worst: Rating


def actions_for(findings: Iterable[KnownFlaw], lookup: Lookup) -> tuple[Action, ...]:
    """All actions that remove something, the one that removes the worst first."""
    packages: dict[LookedUp, list[KnownFlaw]] = defaultdict(list)
    for finding in findings:
        packages[finding.package].append(finding)
    base: list[KnownFlaw] = []
    tools: dict[str, list[KnownFlaw]] = defaultdict(list)
    actions: list[Action] = []
    for package, found in packages.items():
        subjects = found[0].subjects
        if all(subject.origin.is_base for subject in subjects):
            base += found
        elif all(map(_is_tool, subjects)) and not subjects[0].origin.is_base:
            tools[subjects[0].origin.line] += found
        else:
            actions += _upgrade(package, found, lookup)
    actions += _of_base(base)
    actions += [_removal(line, found) for line, found in tools.items()]
    return tuple(sorted(actions, key=_order))


def _is_tool(subject: JudgedPackage) -> bool:
    manager = _MANAGERS.get(subject.kind)
    is_tool = manager is not None and is_build_tool(manager, subject.name)
    return is_tool and not subject.name.endswith(_NO_TOOL)


def _of_base(found: Sequence[KnownFlaw]) -> Iterable[Action]:
    """What has a fix in the base image's own release is in a newer image of it."""
    fixed = [finding for finding in found if finding.vulnerability.fixed]
    if fixed:
        yield _action(ActionKind.BASE, fixed, total=len(found))


def _removal(line: str, found: Sequence[KnownFlaw]) -> Action:
    return _action(ActionKind.REMOVE, found, line=line)


def _upgrade(
    package: LookedUp, found: Sequence[KnownFlaw], lookup: Lookup
) -> Iterable[Action]:
    before = {name for finding in found for name in finding.vulnerability.records}
    target, left = _target(package, found, lookup)
    gone = [
        finding
        for finding in found
        if target and left.isdisjoint(finding.vulnerability.records)
    ]
    if gone and len(left) < len(before):
        line = found[0].subjects[0].origin.line
        yield _action(ActionKind.UPGRADE, gone, line=line, total=len(found), to=target)


def _target(
    package: LookedUp, found: Sequence[KnownFlaw], lookup: Lookup
) -> tuple[str, frozenset[str]]:
    """The lowest version with the fewest records, of those that fix something."""
    fixes = {finding.vulnerability.fixed for finding in found}
    keyed = [(key_of(package.ecosystem, text), text) for text in fixes if text]
    ordered = sorted((key, text) for key, text in keyed if key is not None)
    tried = [
        (text, flaws_at(package, text, lookup)) for _, text in ordered[-_MOST_TRIED:]
    ]
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
    return Action(
        kind, tuple(sorted(packages)), to, line, len(found), total or len(found), worst
    )


def _order(action: Action) -> tuple[int, int, str, tuple[tuple[str, str], ...]]:
    return -action.worst, -action.gone, action.kind, action.packages
