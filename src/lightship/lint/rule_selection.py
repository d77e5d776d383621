"""Which rules run: names into rules.

A name is a rule's id, one of its aliases (`DL3007`, `UndefinedVar`), a theme (`caching`), or a
family: `all`,
`default`, `hadolint` (rules with an alias of hadolint's), `buildkit` (with one of BuildKit's).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING

from lightship.errors import UsageError
from lightship.lint.finding import Severity
from lightship.record import record
from lightship.regex import regex

if TYPE_CHECKING:
    from lightship.lint.rule import Rule

HADOLINT = regex(r"DL\d{4}")
BUILDKIT = regex(r"(?:[A-Z][A-Za-z]*?[a-z]){2,}")
FAMILIES = ("all", "default", "hadolint", "buildkit")


@record
class RuleSelection:
    """The rules of one run, in order.

    By id: `severities` that differ from the rules' own, and `aliases`, the one name by which the
    user's configuration calls a rule; both only where there is such a thing.
    """

    rules: tuple[Rule, ...]
    severities: Mapping[str, Severity] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)


@record
class Request:
    """What one source, a configuration or the command line, asks for.

    `select` is None where it leaves the choice to the source before it.
    """

    select: tuple[str, ...] | None = None
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def is_hadolint(alias: str) -> bool:
    """Whether an alias is a name of hadolint's, like `DL3007`."""
    return HADOLINT.fullmatch(alias) is not None


def is_buildkit(alias: str) -> bool:
    """Whether an alias is a name of BuildKit's, like `UndefinedVar`."""
    return BUILDKIT.fullmatch(alias) is not None


def known_as(rule: Rule) -> tuple[str, ...]:
    """How BuildKit and hadolint call a rule: the names that most people have met. All others are
    on its page.
    """
    return tuple(
        alias for alias in rule.aliases if is_buildkit(alias) or is_hadolint(alias)
    )


def aliases_in_use(rules: Iterable[Rule], used: Iterable[str]) -> dict[str, str]:
    """The alias by which `used`, the names that a user writes, call a rule, by the rule's id.

    That is the alias that is written itself, or else, where the family `hadolint` or `buildkit` is
    written, the rule's name in it. A rule that is called by its id, or not at all, has none.
    """
    written = {name.lower() for name in used}
    aliases: dict[str, str] = {}
    for rule in rules:
        alias = _alias_in(rule, written)
        if alias is not None:
            aliases[rule.id] = alias
    return aliases


def _alias_in(rule: Rule, written: Collection[str]) -> str | None:
    for alias in rule.aliases:
        if alias.lower() in written:
            return alias
    for alias in rule.aliases:
        if "hadolint" in written and is_hadolint(alias):
            return alias
        if "buildkit" in written and is_buildkit(alias):
            return alias
    return None


def families_of(rule: Rule) -> tuple[str, ...]:
    """The families that hold `rule`."""
    default = ("default",) if rule.default else ()
    hadolint = ("hadolint",) if any(map(is_hadolint, rule.aliases)) else ()
    buildkit = ("buildkit",) if any(map(is_buildkit, rule.aliases)) else ()
    return ("all", *default, *hadolint, *buildkit)


@lru_cache(maxsize=8)
def names(rules: tuple[Rule, ...]) -> Mapping[str, frozenset[str]]:
    """Every name in lower case, and the ids of the rules that it means."""
    found: dict[str, set[str]] = {family: set() for family in FAMILIES}
    for rule in rules:
        for name in (rule.id, *rule.aliases, rule.theme, *families_of(rule)):
            found.setdefault(name.lower(), set()).add(rule.id)
    return {name: frozenset(ids) for name, ids in found.items()}


def select(rules: tuple[Rule, ...], requests: Sequence[Request]) -> tuple[Rule, ...]:
    """The rules that `requests`, later ones stronger, ask for.

    The most precise name decides: an id or alias beats a theme, hadolint or buildkit, and those
    beat all and default. Between two that are as precise the later request decides, within one
    request its `ignore`.
    """
    known = names(rules)
    choices: dict[str, tuple[int, int, int]] = {}
    for strength, request in enumerate(_from_last_select(requests)):
        wanted = [(name, 0) for name in (*(request.select or ()), *request.extend)]
        for name, ignored in (*wanted, *((name, 1) for name in request.ignore)):
            for rule_id in resolve(name, known):
                rank = (_precision(name, rules), strength, ignored)
                choices[rule_id] = max(choices.get(rule_id, rank), rank)
    chosen = {rule_id for rule_id, (_, _, ignored) in choices.items() if not ignored}
    from lightship.lint.builtin import ALWAYS  # noqa: PLC0415 - only who has rules needs them

    return tuple(rule for rule in rules if rule.id in chosen or rule in ALWAYS)


def resolve(name: str, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The ids that `name` means; UsageError where it means none."""
    try:
        return known[name.lower()]
    except KeyError:
        raise UsageError(
            f"unknown rule, alias or theme {name!r}: {_hint(name, known)}"
        ) from None


def _hint(name: str, known: Mapping[str, frozenset[str]]) -> str:
    """The nearest name, and for an alias its rule; numbers that are near mean nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - 2 ms, and only an error needs it

    near = get_close_matches(name.lower(), known, n=1)
    if not near or is_hadolint(name.upper()):
        return "`lightship rules` lists them all"
    ids = known[near[0]]
    return f"did you mean {next(iter(ids)) if len(ids) == 1 else near[0]}?"


def _from_last_select(requests: Sequence[Request]) -> list[Request]:
    """A later `select` replaces the earlier ones with their extensions; what they ignore still
    stands.
    """
    last = max(
        (at for at, request in enumerate(requests) if request.select is not None),
        default=-1,
    )
    if last < 0:
        return [Request(select=("default",)), *requests]
    return [Request(ignore=request.ignore) for request in requests[:last]] + list(
        requests[last:]
    )


def _precision(name: str, rules: Sequence[Rule]) -> int:
    if name.lower() in ("all", "default"):
        return 0
    return (
        1
        if name.lower() in FAMILIES or name.lower() in {rule.theme for rule in rules}
        else 2
    )
