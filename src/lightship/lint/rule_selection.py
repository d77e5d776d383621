"""Which rules run: names into rules.

A name is a rule's id, one of its aliases (`DL3007`, `UndefinedVar`), a theme (`caching`), or a
family: `all`, `default`, `hadolint` (rules with an alias of hadolint's), `buildkit` (with one of
BuildKit's). The beginning of numbered aliases (`DL3`, `CKV_`) or of those of a tool (`tally/`)
means all of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING

from lightship.errors import UsageError
from lightship.lint.finding import Severity
from lightship.record import record
from lightship.regex import regex

if TYPE_CHECKING:
    from lightship.lint.rule_entry import AnyRule

HADOLINT = regex(r"DL\d{4}")
BUILDKIT = regex(r"(?:[A-Z][A-Za-z]*?[a-z]){2,}")
FAMILIES = ("all", "default", "hadolint", "buildkit")
# In lower case: aliases that a prefix can mean, and what such a prefix looks like
_NUMBERED = regex(r"[a-z]+\d*(?:[_-][a-z]+)*[_-]?\d+|\w+/.+")
_PREFIX = regex(r"[a-z]{2}[a-z0-9_-]*|[a-z]+/.*")
# ShellCheck's checks, and those of hadolint and dockle that scripts/peers.toml leaves out
_FOREIGN = regex(r"SC\d{0,4}|DL1001|CIS-DI-000[58]|DKL-LI-0001", re.IGNORECASE)
_EXACT = 1000  # the precision of a whole name; that of a prefix grows with its length


@record
class RuleSelection:
    """The rules of one run, in order.

    By id: `severities` that differ from the rules' own, and `aliases`, the one name by which the
    user's configuration calls a rule; both only where there is such a thing. `unfixable` are the
    ids of rules whose fixes the user does not want to be made: they are only shown.
    """

    rules: tuple[AnyRule, ...]
    severities: Mapping[str, Severity] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    unfixable: frozenset[str] = frozenset()


@record
class Request:
    """What one source, a configuration or the command line, asks for.

    `select` is None where it leaves the choice to the source before it; so is `fixable`, the rules
    whose fixes may be made.
    """

    select: tuple[str, ...] | None = None
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fixable: tuple[str, ...] | None = None
    unfixable: tuple[str, ...] = ()


def is_foreign(name: str) -> bool:
    """Whether another linter has a check of this name and lightship none, as ShellCheck's SC2086.

    Where rules are ignored such a name is accepted: the same list is written for both.
    """
    return _FOREIGN.fullmatch(name) is not None


def is_hadolint(alias: str) -> bool:
    """Whether an alias is a name of hadolint's, like `DL3007`."""
    return HADOLINT.fullmatch(alias) is not None


def is_buildkit(alias: str) -> bool:
    """Whether an alias is a name of BuildKit's, like `UndefinedVar`."""
    return BUILDKIT.fullmatch(alias) is not None


def known_as(rule: AnyRule) -> tuple[str, ...]:
    """How BuildKit and hadolint call a rule: the names that most people have met. All others are
    on its page.
    """
    return tuple(alias for alias in rule.aliases if _is_well_known(alias))


def _is_well_known(alias: str) -> bool:
    return is_buildkit(alias) or is_hadolint(alias)


def aliases_in_use(rules: Iterable[AnyRule], used: Iterable[str]) -> dict[str, str]:
    """The alias by which `used`, the names that a user writes, call a rule, by the rule's id.

    That is the alias that is written itself, or else, where the family `hadolint` or `buildkit` is
    written, the rule's name in it. A rule that is called by its id, or not at all, has none.
    """
    written = {name.lower() for name in used}
    if not written:
        return {}
    aliases: dict[str, str] = {}
    for rule in rules:
        alias = _alias_in(rule, written)
        if alias is not None:
            aliases[rule.id] = alias
    return aliases


def _alias_in(rule: AnyRule, written: Collection[str]) -> str | None:
    for alias in rule.aliases:
        if alias.lower() in written:
            return alias
    prefixes = tuple(name for name in written if _PREFIX.fullmatch(name))
    for alias in rule.aliases:
        lower = alias.lower()
        if prefixes and lower.startswith(prefixes) and _NUMBERED.fullmatch(lower):
            return alias
        if "hadolint" in written and is_hadolint(alias):
            return alias
        if "buildkit" in written and is_buildkit(alias):
            return alias
    return None


def families_of(rule: AnyRule) -> tuple[str, ...]:
    """The families that hold `rule`."""
    families = ["all"]
    if rule.default:
        families.append("default")
    if any(map(is_hadolint, rule.aliases)):
        families.append("hadolint")
    if any(map(is_buildkit, rule.aliases)):
        families.append("buildkit")
    return tuple(families)


@lru_cache(maxsize=8)
def names(rules: tuple[AnyRule, ...]) -> Mapping[str, frozenset[str]]:
    """Every name in lower case, and the ids of the rules that it means."""
    ids_by_name: dict[str, set[str]] = {family: set() for family in FAMILIES}
    for rule in rules:
        for name in (rule.id, *rule.aliases, rule.theme, *families_of(rule)):
            ids = ids_by_name.setdefault(name.lower(), set())
            ids.add(rule.id)
    return {name: frozenset(ids) for name, ids in ids_by_name.items()}


_Rank = tuple[int, int, bool]


def select(
    rules: tuple[AnyRule, ...], requests: Sequence[Request]
) -> tuple[AnyRule, ...]:
    """The rules that `requests`, later ones stronger, ask for.

    The most precise name decides: an id or alias beats a prefix, a longer prefix a shorter one;
    those beat a theme, hadolint or buildkit, and those beat all and default. Between two that are
    as precise the later request decides, within one request its `ignore`.
    """
    chosen = _chosen(rules, requests, "default")
    from lightship.lint.builtin import ALWAYS  # noqa: PLC0415 - only who has rules needs them

    return tuple(rule for rule in rules if rule.id in chosen or rule in ALWAYS)


def selected_by_name(
    rules: tuple[AnyRule, ...], requests: Sequence[Request]
) -> frozenset[str]:
    """The ids of the selected rules that somebody asks for, by more than the name `default`."""
    asked: set[str] = set()
    for request in _from_last_select(requests, "default"):
        for name, ignored in _names_of(request):
            if not ignored and name.lower() != "default":
                asked |= resolve(name, names(rules))
    if not asked:
        return frozenset()
    selected = {rule.id for rule in select(rules, requests)}
    return frozenset(asked & selected)


def unfixable(
    rules: tuple[AnyRule, ...], requests: Sequence[Request]
) -> frozenset[str]:
    """The ids of the rules whose fixes are not to be made, decided as by `select`."""
    asked = [
        Request(request.fixable, ignore=request.unfixable)
        for request in requests
        if request.fixable is not None or request.unfixable
    ]
    if not asked:
        return frozenset()
    fixable = _chosen(rules, asked, "all")
    return frozenset(rule.id for rule in rules) - fixable


def _chosen(
    rules: tuple[AnyRule, ...], requests: Sequence[Request], unasked: str
) -> set[str]:
    """The ids that `requests` select; `unasked` is what they select where none of them says it."""
    # By rule: the rank of the name that decides, whose last part is whether it is to be ignored
    ranks: dict[str, _Rank] = {}
    for strength, request in enumerate(_from_last_select(requests, unasked)):
        for name, ignored in _names_of(request):
            if ignored and is_foreign(name):
                continue
            rank = (precision(name, rules), strength, ignored)
            for rule_id in _meant(name, rules):
                ranks[rule_id] = max(ranks.get(rule_id, rank), rank)
    return {rule_id for rule_id, (_, _, ignored) in ranks.items() if not ignored}


def _meant(name: str, rules: tuple[AnyRule, ...]) -> frozenset[str]:
    """As `resolve`. Most runs ask for `default` alone, and need no table of all names."""
    if name == "default":
        return frozenset(rule.id for rule in rules if rule.default)
    return resolve(name, names(rules))


def _names_of(request: Request) -> Iterator[tuple[str, bool]]:
    """Every name that a request has, and whether its rules are to be ignored."""
    for name in request.select or ():
        yield name, False
    for name in request.extend:
        yield name, False
    for name in request.ignore:
        yield name, True


def check_names(request: Request, rules: tuple[AnyRule, ...]) -> None:
    """A UsageError for a name of a request that means no rule, unless another linter's is
    ignored.
    """
    chosen = (*(request.select or ()), *request.extend, *(request.fixable or ()))
    for name in chosen:
        resolve(name, names(rules))
    for name in (*request.ignore, *request.unfixable):
        if not is_foreign(name):
            resolve(name, names(rules))


def resolve(name: str, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The ids that `name` means; UsageError where it means none."""
    lower = name.lower()
    ids = known.get(lower)
    if ids is None:
        ids = _with_prefix(lower, known)
    if ids is None:
        hint = _hint(name, known)
        raise UsageError(f"unknown rule, alias or theme {name!r}: {hint}")
    return ids


def _with_prefix(
    prefix: str, known: Mapping[str, frozenset[str]]
) -> frozenset[str] | None:
    """The ids of the rules that have an alias with this beginning; None where no rule has."""
    if not _PREFIX.fullmatch(prefix):
        return None
    ids: set[str] = set()
    for name, its_ids in known.items():
        if name.startswith(prefix) and _NUMBERED.fullmatch(name):
            ids |= its_ids
    return frozenset(ids) or None


def _hint(name: str, known: Mapping[str, frozenset[str]]) -> str:
    """The nearest name, and for an alias its rule; numbers that are near mean nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - 2 ms, and only an error needs it

    near = get_close_matches(name.lower(), known, n=1)
    if not near or any(map(str.isdigit, name)):
        return "`lightship rules` lists them all"

    suggestion = near[0]
    ids = known[suggestion]
    if len(ids) == 1:
        (suggestion,) = ids
    return f"did you mean {suggestion}?"


def _from_last_select(requests: Sequence[Request], unasked: str) -> list[Request]:
    """A later `select` replaces the earlier ones with their extensions; what they ignore still
    stands.
    """
    selecting = [
        at for at, request in enumerate(requests) if request.select is not None
    ]
    if not selecting:
        return [Request(select=(unasked,)), *requests]

    last = selecting[-1]
    earlier = [Request(ignore=request.ignore) for request in requests[:last]]
    return [*earlier, *requests[last:]]


def precision(name: str, rules: tuple[AnyRule, ...]) -> int:
    """How much a name says: 0 for all, 1 for a family or theme, then prefixes by their length."""
    lower = name.lower()
    if lower in ("all", "default"):
        return 0
    if lower in FAMILIES or lower in _themes(rules):
        return 1
    return _EXACT if lower in names(rules) else 1 + len(lower)


@lru_cache(maxsize=8)
def _themes(rules: tuple[AnyRule, ...]) -> frozenset[str]:
    return frozenset(rule.theme for rule in rules)
