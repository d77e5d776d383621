"""An exception (`!`) in the ignore file takes back in what no line leaves out

`!src` lets in what an earlier line has left out. Where none before it takes anything at or below that
path, it does nothing: everything is sent that is not left out. An allow-list begins with `*`.

The rule speaks only where no pattern before it can take such a path, whatever files may come; and not
where one was meant to, as a name of `.gitignore` at any depth.

The fix takes the line away, which changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.context.ignore_file import ignore_file
from lightship.facts.context.overridden_lines import idle
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule


def check(build: Build) -> Iterator[Finding]:
    file = ignore_file(build)
    if file is None:
        return
    for pattern in idle(build):
        message = f"takes nothing back in: no line before it leaves {pattern.text} out"
        yield file.finding(pattern, message, file.removal(pattern))


_OWN = "Dockerfile\n.dockerignore\n"

RULE = Rule(
    id="ignore-exception-from-nothing",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
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
