"""BuildKit refuses a line of the ignore file

## What it does
Finds patterns in `.dockerignore` that BuildKit cannot read. As long as there is one, no other
rule judges the ignore file.

## Why is this bad?
The build fails before its first step: with `illegal exclusion pattern` for a `!` that has nothing
after it, with `syntax error in pattern` for an unclosed bracket, a range that runs backwards
(`[Local-Only]`) or a backslash at the end of a line. Other builders skip such a line.

## Fix safety
The fix removes a lone `!`, which is safe: only the build error goes away. It reads brackets as
characters of a name (`\\[`), and removes a backslash at the end; that is unsafe, because
something else may have been meant.

## When to ignore
Ignore it where only a builder that skips such lines is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.context.ignore import Ignore
from lightship.context.pattern_lines import IgnoreProblem
from lightship.facts.context.ignore_file import IgnoreFile, any_ignore_file
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex

_BRACKET = regex(r"\\.|[\[\]]|\\$")


def check(build: Build) -> Iterator[Finding]:
    file = any_ignore_file(build)
    if file is None:
        return
    for problem in file.ignore.problems:
        message = f"BuildKit refuses this: {problem.message}"
        yield file.finding(problem, message, _fix(file, problem))


def _fix(file: IgnoreFile, problem: IgnoreProblem) -> Fix | None:
    own = file.as_written(problem)
    if not own.strip("! \t/."):
        return file.removal(problem)
    literal = _BRACKET.sub(_escaped, own)
    if literal == own or Ignore.of([literal]).problems:
        return None
    return file.rewriting(problem, literal)


def _escaped(match: re.Match[str]) -> str:
    """A bracket as a character of a name; escapes stay, and a backslash at the end is removed."""
    text = match.group()
    if text in ("[", "]"):
        return f"\\{text}"
    return "" if text == "\\" else text


RULE = Rule(
    id="ignore-pattern-refused",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(ignore_file=True),
    examples=(
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={"a.py": "", ".dockerignore": "# all\n*\n!\n!a.py\n"},
            fixed_files={".dockerignore": "# all\n*\n!a.py\n"},
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                ".dockerignore": "Dockerfile\n.dockerignore\nnotes[1\nbuild\\\r\n",
            },
            fixed_files={
                ".dockerignore": "Dockerfile\n.dockerignore\nnotes\\[1\nbuild\r\n"
            },
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                ".dockerignore": "Dockerfile\n.dockerignore\n[Local-Only]/\n",
            },
            fixed_files={
                ".dockerignore": "Dockerfile\n.dockerignore\n\\[Local-Only\\]/\n"
            },
        ),
        Example(
            good="COPY . /app",
            files={
                "a.py": "",
                ".dockerignore": "Dockerfile\n.dockerignore\n*.py[co]\n[a-z]\\[1\n",
            },
        ),
    ),
)
