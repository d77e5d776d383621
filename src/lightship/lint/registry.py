"""Finds the rules: every module under `lightship.rules` that has a `RULE`.

The package is found by its name, at run time, so that a new rule is a new file and nothing else.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from lightship.lint.builtin import BUILTIN
from lightship.lint.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule there is, by theme and id; the engine's own come last."""
    found = sorted(
        _rules_under("lightship.rules"), key=lambda rule: (rule.theme, rule.id)
    )
    rules = (*found, *BUILTIN)
    _check_names(rules)
    return rules


def _rules_under(package: str) -> list[Rule]:
    rules: list[Rule] = []
    for module in iter_modules(import_module(package).__path__, f"{package}."):
        if module.ispkg:
            rules += _rules_under(module.name)
        elif isinstance(
            rule := getattr(import_module(module.name), "RULE", None), Rule
        ):
            rules.append(rule)
    return rules


def _check_names(rules: tuple[Rule, ...]) -> None:
    """Every id and alias names one rule, or nobody could tell which one a comment means."""
    owners: dict[str, str] = {}
    for rule in rules:
        for name in (rule.id, *rule.aliases):
            other = owners.setdefault(name.lower(), rule.id)
            if other != rule.id:
                raise ValueError(f"{name} names both {other} and {rule.id}")
