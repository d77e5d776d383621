"""An exception (`!`) in the ignore file has nothing to except

## What it does
Finds `!` patterns in `.dockerignore` that no pattern above them excludes anything for.

The rule reports only where no pattern above can match such a path, whatever files there may be,
and not where a pattern was meant to, as a name in the style of `.gitignore` that should match at
any depth.

## Why is this bad?
`!src` includes again what an earlier line has excluded. Where no line above excludes anything at
or below that path, it has no effect: everything that is not excluded is sent. An allow-list
starts with `*`.

## Fix safety
The fix removes the line. It is safe: the same files are sent.

## When to ignore
Ignore it where the file is a template and the excluding lines are added later.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.context.ignore_file import ignore_file
from lightship.facts.context.overridden_lines import idle
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    file = ignore_file(build)
    if file is None:
        return
    for pattern in idle(build):
        message = f"has no effect: no line before it excludes {pattern.text}"
        yield file.finding(pattern, message, file.removal(pattern))


_OWN = "Dockerfile\n.dockerignore\n"

RULE = Rule(
    id="ignore-exception-from-nothing",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(ignore_file=True),
    examples=(
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "src/a.py": "",
                "b.py": "",
                ".dockerignore": f"{_OWN}# the code\n!src\n*.bak\n",
            },
            fixed_files={".dockerignore": f"{_OWN}# the code\n*.bak\n"},
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "src/a.py": "",
                "b.py": "",
                ".dockerignore": f"{_OWN}docs/*.md\n!src/docs/a.md",
            },
            fixed_files={".dockerignore": f"{_OWN}docs/*.md\n"},
        ),
        Example(
            good="COPY . /app",
            files={"src/a.py": "", "b.py": "", ".dockerignore": "*\n!src\n"},
        ),
        Example(
            good="COPY . /app",
            files={
                "a.py": "",
                ".dockerignore": f"{_OWN}*.log\n!logs/keep.log\ndocs/*.md\n!docs\n**/x\n!y/z\n",
            },
        ),
    ),
)
