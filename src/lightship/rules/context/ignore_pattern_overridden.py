"""A line of the ignore file is undone by a later one

Of the patterns that take a path the last one decides. `!keep.txt` before `*.txt` lets nothing in, and
behind `*` a `docs/drafts` before `!docs` leaves nothing out: the exception has to stand behind the
rule. The same line a second time does nothing.

The rule speaks only where the later pattern takes all that the earlier one can take, and where the
files that are sent are the same without the line, those that may come included.

The fix moves the line behind the one that undoes it, which is unsafe, since it then has an effect. A
line that stands there twice, or is undone by its very opposite, is taken away, safely.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.context.ignore_file import ignore_file
from lightship.facts.context.overridden_lines import Overridden, overridden
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule


def check(build: Build) -> Iterator[Finding]:
    file = ignore_file(build)
    if file is None:
        return
    for line in overridden(build):
        removed = file.removal(*line.removed) if line.removed else None
        fix = removed or file.moving(line.pattern, line.by)
        message = _message(line, file.as_written(line.by))
        severity = Severity.INFO if line.is_repeated else Severity.WARNING
        yield file.finding(line.pattern, message, fix, severity)


def _message(line: Overridden, by: str) -> str:
    if line.is_repeated:
        return f"line {line.by.line} says the same"
    if line.pattern.negated:
        return f"takes nothing back in: line {line.by.line} ({by}) leaves it out again"
    return f"leaves nothing out: line {line.by.line} ({by}) takes it back in"


_OWN = "Dockerfile\n.dockerignore\n"

RULE = Rule(
    id="ignore-pattern-overridden",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
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
