"""Which rules run: those that the configuration and the user ask for, with their severities."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from lightship.lint.finding import Severity
from lightship.lint.registry import entries
from lightship.lint.rule_selection import (
    Request,
    RuleSelection,
    aliases_in_use,
    names,
    precision,
    resolve,
    select,
    selected_by_name,
    unfixable,
)

# Names of rules, each with the severity that somebody has chosen
_Severities = tuple[tuple[str, Severity], ...]


@cache
def requested_rules(
    requests: tuple[Request, ...],
    severities: _Severities,
    is_hadolints: bool,
) -> RuleSelection:
    """The selection; with `is_hadolints` findings have the names of hadolint."""
    all_entries = entries()
    used = _used_names(requests)
    used.update(name for name, _level in severities)
    if is_hadolints:
        used.add("hadolint")
    rules = select(all_entries, requests)
    return RuleSelection(
        rules,
        _severities_by_id(severities),
        aliases_in_use(rules, used),
        unfixable(all_entries, requests),
    )


def selects_ci(requests: tuple[Request, ...]) -> bool:
    """Whether somebody asks for rules that judge files of CI: for one, their theme, or all."""
    all_entries = entries()
    asked = selected_by_name(all_entries, requests)
    return any(rule.judges_ci for rule in all_entries if rule.id in asked)


def _severities_by_id(severities: _Severities) -> dict[str, Severity]:
    """The severities of rules that somebody has chosen."""
    all_entries = entries()

    def precision_of(chosen: tuple[str, Severity]) -> int:
        name, _level = chosen
        return precision(name, all_entries)

    by_id: dict[str, Severity] = {}
    # The more is said by a name, the later it is: a rule's own wins over that of a prefix
    for name, level in sorted(severities, key=precision_of):
        for rule_id in resolve(name, names(all_entries)):
            by_id[rule_id] = level
    return by_id


def _used_names(requests: Iterable[Request]) -> set[str]:
    """The user's own names for rules: findings are called by those of them that are aliases."""
    used: set[str] = set()
    for request in requests:
        used.update(request.select or ())
        used.update(request.extend)
        used.update(request.ignore)
        used.update(request.fixable or ())
        used.update(request.unfixable)
    return used
