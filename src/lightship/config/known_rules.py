"""The names that mean a rule, for settings that name rules."""

from __future__ import annotations

from collections.abc import Mapping

from lightship.lint.rule_selection import names


def known_rules() -> Mapping[str, frozenset[str]]:
    """Every name in lower case, and the ids of the rules that it means."""
    # 10 ms, and `inspect` has nothing to do with rules
    from lightship.lint.registry import entries  # noqa: PLC0415

    return names(entries())
