"""Finds the rules: every module or package below a theme, `lightship.rules.<theme>`, that has a
`RULE`.

A new rule is a new file and nothing else by hand. The other modules of a rule's package are its own
helpers: they are not searched.

To import all rules takes half of the time of a run on one small file. What has to be known before
it is clear which rules have anything to say stands in `rule_index`, which `make docs` generates
from the rules themselves: `entries` are its rows, and an entry imports its rule when it is asked
for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module

from lightship.lint.builtin import BUILTIN
from lightship.lint.rule import Rule
from lightship.lint.rule_entry import AnyRule


@cache
def entries() -> tuple[AnyRule, ...]:
    """Every rule, by theme and id, none of them imported; the engine's own come last."""
    # What generates it must not need it
    from lightship.lint.rule_index import ENTRIES  # noqa: PLC0415

    return (*ENTRIES, *BUILTIN)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by theme and id, all of them imported; the engine's own come last."""
    rules = sorted(rules_under("lightship.rules"), key=_by_theme)
    rules += BUILTIN
    _check_names(rules)
    return tuple(rules)


def dockerfile_rules() -> tuple[Rule, ...]:
    """Those of all rules that judge Dockerfiles; the others judge files of CI."""
    return tuple(rule for rule in all_rules() if not rule.judges_ci)


def _by_theme(rule: Rule) -> tuple[str, str]:
    return rule.theme, rule.id


def rules_under(package: str) -> Iterator[Rule]:
    """The rules of every theme of `package`, in no particular order."""
    for theme in _children(package):
        for name in _children(theme):
            rule = getattr(import_module(name), "RULE", None)
            if isinstance(rule, Rule):
                yield rule


def _children(package: str) -> list[str]:
    """The full names of the modules and packages directly below `package`."""
    from pkgutil import iter_modules  # noqa: PLC0415 - lint itself reads the index

    path = import_module(package).__path__
    return [module.name for module in iter_modules(path, f"{package}.")]


def _check_names(rules: Sequence[Rule]) -> None:
    """Every id and alias names one rule, or nobody could tell which one a comment means."""
    owners: dict[str, str] = {}
    for rule in rules:
        for name in (rule.id, *rule.aliases):
            owner = owners.setdefault(name.lower(), rule.id)
            if owner != rule.id:
                raise ValueError(f"{name} names both {owner} and {rule.id}")
