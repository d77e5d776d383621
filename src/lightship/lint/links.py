"""Where a rule is explained on the web."""

from __future__ import annotations

import re

from lightship.lint.rule import Rule
from lightship.lint.rule_selection import is_buildkit, is_hadolint


def url(rule: Rule) -> str | None:
    """A page of the peer that has the same check; None for a rule that only lightship has.

    lightship's own page is `lightship rules ID`, which needs no network.
    """
    for alias in rule.aliases:
        if is_buildkit(alias):
            return f"https://docs.docker.com/go/dockerfile/rule/{_kebab(alias)}/"
    for alias in rule.aliases:
        if is_hadolint(alias):
            return f"https://github.com/hadolint/hadolint/wiki/{alias}"
    return None


def _kebab(name: str) -> str:
    """BuildKit's own way from `JSONArgsRecommended` to `json-args-recommended`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()
