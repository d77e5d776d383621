"""A pattern of the ignore file uses the syntax of a shell

## What it does
Finds `[!...]` and braces in `.dockerignore`.

## Why is this bad?
In BuildKit's patterns, which are Go's, `[^a-z]` matches any other character.
`[!a-z]`, as in a shell and in `.gitignore`, matches one of them or a `!`: the opposite. Braces
are not alternatives: `*.{md,txt}` matches a name that contains braces.

## Fix safety
The fix writes `[^…]`, and one line for each alternative. It is unsafe: other files are excluded,
so the image changes.

## When to ignore
Ignore it where the names of files really contain these characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from math import prod

from lightship.build import Build
from lightship.context.ignore import Ignore
from lightship.context.patterns import IgnorePattern
from lightship.facts.context.ignore_file import IgnoreFile, ignore_file, takes
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex

_MOST_LINES = 20
_CLASS = regex(r"\\.|\[!(?!\])")
_BRACES = regex(r"\{([^{}]*,[^{}]*)\}")


def check(build: Build) -> Iterator[Finding]:
    file = ignore_file(build)
    if file is None or build.context is None:
        return  # before the context is walked

    paths = build.context.paths
    for pattern in file.ignore.patterns:
        syntax = file.shell_syntax(pattern)
        if syntax is None or file.has_comment(pattern):
            continue
        if syntax == "[!":
            message = "`[!` does not negate here: it matches `!` and the rest; negate with `[^`"
        elif any("{" in path and takes(pattern, path) for path in paths):
            continue
        else:
            message = (
                f"`{syntax}` is taken literally here: write a line for each alternative"
            )
        yield file.finding(pattern, message, _fix(file, pattern, syntax))


def _fix(file: IgnoreFile, pattern: IgnorePattern, syntax: str) -> Fix | None:
    own = file.as_written(pattern)
    lines = [_CLASS.sub(_negated, own)] if syntax == "[!" else _alternatives(own)
    if not 0 < len(lines) <= _MOST_LINES or Ignore.of(lines).problems:
        return None
    return file.rewriting(pattern, *lines)


def _negated(match: re.Match[str]) -> str:
    return "[^" if match.group() == "[!" else match.group()


def _alternatives(own: str) -> list[str]:
    """One line for each way through the braces; none where there are too many."""
    choices: list[list[str]] = []
    for at, piece in enumerate(_BRACES.split(own)):
        # What was in braces stands at each odd place
        in_braces = at % 2 == 1
        choices.append(piece.split(",") if in_braces else [piece])

    if prod(map(len, choices)) > _MOST_LINES:
        return []
    lines = ("".join(pieces) for pieces in product(*choices))
    return list(dict.fromkeys(lines))


_OWN = "Dockerfile\n.dockerignore\n"

RULE = Rule(
    id="ignore-pattern-in-shell-syntax",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(ignore_file=True),
    examples=(
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                "1.txt": "",
                "b.txt": "",
                ".dockerignore": f"{_OWN}# numbered\n[!0-9].txt\n",
            },
            fixed_files={".dockerignore": f"{_OWN}# numbered\n[^0-9].txt\n"},
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                "b.txt": "",
                "c.rst": "",
                ".dockerignore": "*\n!a.py\n!*.{txt,rst}",
            },
            fixed_files={".dockerignore": "*\n!a.py\n!*.txt\n!*.rst"},
        ),
        Example(
            good="COPY . /app",
            files={
                "a.py": "",
                "{x,y}": "",
                ".dockerignore": f"{_OWN}[^0-9].txt\n[!]a\n\\[!b]\n{{x,y}}\n",
            },
        ),
    ),
)
