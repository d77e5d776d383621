"""A package is installed that the settings forbid

## What it does
Finds packages whose name matches a pattern of `forbidden-packages` in `lightship.toml` in the
commands of all package managers that lightship reads: `telnet`, `*-dev`. `pip:pycrypto` means one
manager alone; apt stands for `apt-get` and `aptitude` as well. Without that setting the rule says
nothing. Packages that come along as dependencies, or from a file, are not seen.

## Why is this bad?
Your team has decided so: because the package is abandoned or has an unwelcome license, or because
tools such as `telnet` and `gcc` help an attacker who gets into the container.

## When to ignore
Ignore it where a stage that is not shipped needs the package.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from lightship.build import Build
from lightship.facts.values.team_policy import forbidden, team_policy
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope

_APT = ("apt-get", "aptitude")


def check(build: Build) -> Iterator[Finding]:
    patterns = team_policy(build).forbidden_packages
    if not patterns:
        return
    for call in build.package_commands:
        if not call.does.installs:
            continue
        for package in call.does.packages:
            pattern = _pattern_of(package.name, call.does.manager, patterns)
            if package.kind == "registry" and pattern is not None:
                yield forbidden(package.name, pattern, package.word.span)


def _pattern_of(name: str, manager: str, patterns: Sequence[str]) -> str | None:
    """The first pattern that a package of a manager matches."""
    lower = name.lower().replace("_", "-")
    family = "apt" if manager in _APT else manager
    for pattern in patterns:
        only, colon, rest = pattern.partition(":")
        if colon and only not in (manager, family):
            continue
        wanted = rest if colon else pattern
        lower_wanted = wanted.lower().replace("_", "-")
        if lower and fnmatchcase(lower, lower_wanted):
            return pattern
    return None


_FORBIDDEN = 'forbidden-packages = ["telnet", "*-dev", "pip:pycrypto", "apt:vim*"]'

RULE = Rule(
    id="forbidden-package",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    practice=Practice.SECURITY,
    scope=RuleScope(policy=True),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "which package it is, is not known"
        ),
    },
    examples=(
        Example(
            bad="RUN apt-get update && apt-get install -y telnet", settings=_FORBIDDEN
        ),
        Example(bad="RUN pip install pycrypto==2.6.1", settings=_FORBIDDEN),
        Example(bad="RUN apk add --no-cache busybox libffi-dev", settings=_FORBIDDEN),
        Example(bad="RUN apt install -y vim-tiny", settings=_FORBIDDEN),
        Example(bad="RUN python3 -m pip install PyCrypto", settings=_FORBIDDEN),
        Example(bad="RUN dnf install -y telnet", settings=_FORBIDDEN),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends pycrypto && "
            "rm -rf /var/lib/apt/lists/*",
            settings=_FORBIDDEN,
        ),
        Example(good="RUN apt-get remove -y telnet", settings=_FORBIDDEN),
        Example(good="RUN pip uninstall -y pycrypto", settings=_FORBIDDEN),
        Example(good="RUN echo telnet && telnet host", settings=_FORBIDDEN),
    ),
)
