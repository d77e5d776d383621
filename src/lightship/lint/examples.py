"""Examples of rules as Builds: their tests and their pages run the same specimen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date

from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.lint.fixes import UNSAFE, Fixed, fix
from lightship.lint.rule import Rule
from lightship.lint.rule_selection import RuleSelection
from lightship.policy import policy_of

EXAMPLES_JUDGED_ON = date(2026, 11, 24)
"""The day of every example: on another one a release in it may have come to its end. Move it on
when examples are renewed.
"""

STAGE = "FROM debian:trixie-slim\n"


def whole(text: str) -> str:
    """A text without FROM is the body of a stage."""
    if any(map(_is_from, text.split("\n"))):
        return text
    return STAGE + text


def _is_from(line: str) -> bool:
    start = line.lstrip("\ufeff \t")[:5]
    return start.upper().rstrip() == "FROM"


def build_of(
    text: str,
    files: Mapping[str, str] | None = None,
    modes: Mapping[str, int] | None = None,
    settings: str = "",
) -> Build:
    """The Build of an example's text, with `files` as its build context and the policy of
    `settings`.
    """
    text = whole(text)
    dockerfile = parse(text)
    policy = policy_of(tomllib.loads(settings))
    if files is None:
        return Build(dockerfile, today=EXAMPLES_JUDGED_ON, policy=policy)

    context = Context.of({"Dockerfile": text, **files}, modes=modes)
    return Build(
        dockerfile,
        context,
        path="Dockerfile",
        today=EXAMPLES_JUDGED_ON,
        policy=policy,
    )


def fixed_by(rule: Rule, build: Build) -> Fixed:
    """What `rule` alone makes of `build`, with its unsafe fixes too."""
    return fix(build, RuleSelection((rule,)), UNSAFE)
