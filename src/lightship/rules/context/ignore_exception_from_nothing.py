"""An exception (`!`) in the ignore file has nothing to except

## What it does
Finds `!` patterns in `.dockerignore` that no pattern above them excludes anything for. Lines
directly below one another are one finding.

The rule reports only where no pattern above can match such a path, whatever files there may be,
and not where a pattern was meant to, as a name in the style of `.gitignore` that should match at
any depth (`!licenses` after `*.md`, where `licenses/NOTICE.md` is).

## Why is this bad?
`!src` includes again what an earlier line has excluded. Where no line above excludes anything at
or below that path, it has no effect: everything that is not excluded is sent. An allow-list
starts with `*`.

## Fix safety
The fix removes the lines. It is safe: the same files are sent.

## When to ignore
Ignore it where the file is a template and the excluding lines are added later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.context.patterns import IgnorePattern
from lightship.facts.context.ignore_file import IgnoreFile, ignore_file
from lightship.facts.context.overridden_lines import idle
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.wording.counts import count


def check(build: Build) -> Iterator[Finding]:
    file = ignore_file(build)
    if file is None:
        return
    for block in _blocks(file, idle(build)):
        first = block[0]
        message = f"has no effect: no line before it excludes {first.text}"
        if len(block) > 1:
            more = count(len(block) - 1, "line")
            message = f"{message}; the same goes for {more} below"
        yield file.finding(first, message, file.removal(*block))


def _blocks(
    file: IgnoreFile, patterns: Sequence[IgnorePattern]
) -> list[list[IgnorePattern]]:
    """Patterns that stand directly after one another: they were written for one reason."""
    blocks: list[list[IgnorePattern]] = []
    for pattern in patterns:
        if blocks and _is_next(file, blocks[-1][-1], pattern):
            blocks[-1].append(pattern)
        else:
            blocks.append([pattern])
    return blocks


def _is_next(file: IgnoreFile, before: IgnorePattern, after: IgnorePattern) -> bool:
    between = file.text[before.span.end : after.span.start]
    return between.count("\n") == 1


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
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "src/a.py": "",
                "b.py": "",
                ".dockerignore": f"{_OWN}docs\n\n!src\n!b.py\n!web/\n",
            },
            fixed_files={".dockerignore": f"{_OWN}docs\n\n"},
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
        # A line that was meant for every directory would leave its files out
        Example(
            good="COPY . /app",
            files={
                "a.py": "",
                "licenses/NOTICE.md": "",
                ".dockerignore": f"{_OWN}*.md\n!licenses\n",
            },
        ),
    ),
)
