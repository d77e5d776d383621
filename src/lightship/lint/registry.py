"""Finds the rules: every module or package below a theme, `lightship.rules.<theme>`, that has a
`RULE`.

They are found by name, at run time, so that a new rule is a new file and nothing else. The other
modules of a rule's package are its own helpers: they are not searched.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from lightship.lint.builtin import BUILTIN
from lightship.lint.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule there is, by theme and id; the engine's own come last."""
    by_name = sorted(
        rules_under("lightship.rules"), key=lambda rule: (rule.theme, rule.id)
    )
    rules = (*by_name, *BUILTIN)
    _check_names(rules)
    return rules


def rules_under(package: str) -> Iterator[Rule]:
    """The rules of every theme of `package`, in no particular order."""
    for theme in _children(package):
        for name in _children(theme):
            rule = getattr(import_module(name), "RULE", None)
            if isinstance(rule, Rule):
                yield rule


def _children(package: str) -> list[str]:
    """The full names of the modules and packages directly below `package`."""
    path = import_module(package).__path__
    return [module.name for module in iter_modules(path, f"{package}.")]


def _check_names(rules: tuple[Rule, ...]) -> None:
    """Every id and alias names one rule, or nobody could tell which one a comment means."""
    owners: dict[str, str] = {}
    for rule in rules:
        for name in (rule.id, *rule.aliases):
            other = owners.setdefault(name.lower(), rule.id)
            if other != rule.id:
                raise ValueError(f"{name} names both {other} and {rule.id}")
