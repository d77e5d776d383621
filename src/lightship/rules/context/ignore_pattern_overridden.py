"""A line of the ignore file is overridden by a later one

## What it does
Finds lines of `.dockerignore` without effect, because a later line decides about every path that
they match. Lines that are repeated under another comment, as where templates were put together, are
left alone: each section is complete in itself.

The rule reports only where the later pattern matches everything that the earlier one can match,
and where the same files are sent without the line, also if more files are added.

## Why is this bad?
The last pattern that matches a path decides. `!keep.txt` before `*.txt` includes nothing, and
`docs/drafts` before `!docs` excludes nothing: the exception has to come after the rule. The same
line a second time has no effect.

## Fix safety
The fix moves the line after the one that overrides it, which is unsafe, because it then has an
effect. A line that is there twice, or is overridden by its exact opposite, is removed, which is
safe.

## When to ignore
Ignore it where the file is put together from parts, and a later part overrides an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.facts.context.ignore_file import IgnoreFile, ignore_file
from lightship.facts.context.overridden_lines import Overridden, overridden
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    file = ignore_file(build)
    if file is None:
        return
    pasted = _in_other_sections(file, overridden(build))
    for line in overridden(build):
        if line in pasted:
            continue
        removed = file.removal(*line.removed) if line.removed else None
        fix = removed or file.moving(line.pattern, line.by)
        message = _message(line, file.as_written(line.by))
        severity = Severity.INFO if line.is_repeated else Severity.WARNING
        yield file.finding(line.pattern, message, fix, severity)


def _in_other_sections(
    file: IgnoreFile, lines: Sequence[Overridden]
) -> list[Overridden]:
    """The repeated lines that stand under another heading than the first: pasted templates."""
    pasted: list[Overridden] = []
    for line in lines:
        if not line.is_repeated:
            continue
        places = sorted((line.pattern.span, line.by.span))
        between = file.text[places[0].end : places[1].start]
        if any(row.lstrip().startswith("#") for row in between.splitlines()):
            pasted.append(line)
    return pasted


def _message(line: Overridden, by: str) -> str:
    if line.is_repeated:
        return f"line {line.by.line} says the same"
    if line.pattern.negated:
        return f"has no effect: line {line.by.line} ({by}) excludes it again"
    return f"has no effect: line {line.by.line} ({by}) includes it again"


_OWN = "Dockerfile\n.dockerignore\n"

RULE = Rule(
    id="ignore-pattern-overridden",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    default=False,
    scope=RuleScope(ignore_file=True),
    examples=(
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                "keep.txt": "",
                "b.txt": "",
                ".dockerignore": f"{_OWN}# but one\n!keep.txt\n*.txt",
            },
            fixed_files={".dockerignore": f"{_OWN}# but one\n*.txt\n!keep.txt"},
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={"a.py": "", "b.py": "", ".dockerignore": "!a.py\n!b.py\n*\n"},
            fixed_files={".dockerignore": "*\n!b.py\n!a.py\n"},
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "src/a.py": "",
                "src/drafts/b": "",
                ".dockerignore": "*\nsrc/drafts\n!src\n",
            },
            fixed_files={".dockerignore": "*\n!src\nsrc/drafts\n"},
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                "frames/b": "",
                ".dockerignore": f"{_OWN}frames\r\n!frames/\r\n*.bak\r\n*.log\n*.bak\r\n",
            },
            fixed_files={".dockerignore": f"{_OWN}*.bak\r\n*.log\n"},
        ),
        Example(
            good="COPY . /app",
            files={
                "src/a.py": "",
                "a.md": "",
                "src/b.pyc": "",
                ".dockerignore": "*\n!src\n!*.md\n**/*.pyc\nREADME.md\n",
            },
        ),
        # The client passes over the second line for what is out already, so that src/a.py is sent
        Example(
            good="COPY . /app",
            files={
                "src/a.py": "",
                "b": "",
                ".dockerignore": "*\n!b\nsrc\n!src/a.py\nsrc\n",
            },
        ),
    ),
)
