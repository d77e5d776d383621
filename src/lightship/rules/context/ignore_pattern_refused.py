"""BuildKit refuses a line of the ignore file

The build fails before its first step: with `illegal exclusion pattern` for a `!` that has nothing
after it, with `syntax error in pattern` for a bracket that is not closed, a range that runs
backwards (`[Local-Only]`) or a backslash at the end of a line. Other builders pass over such a line.

As long as there is one, no other rule speaks of the ignore file.

The fix takes a lone `!` away, which is safe: without it nothing changes but that the build runs. It
reads brackets as characters of a name (`\\[`), and drops a backslash at the end; that is unsafe, since
something else may have been meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.context.ignore import Ignore, IgnoreProblem
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.regex import regex
from lightship.text import Edit, Span

_BRACKET = regex(r"\\.|[\[\]]|\\$")


def check(build: Build) -> Iterator[Finding]:
    context = build.context
    if context is None or context.ignore_path is None:
        return
    text = context.read(context.ignore_path) or ""
    for problem in context.ignore.problems:
        fix = _fix(text, problem, context.ignore_path)
        yield Finding(
            problem.span,
            f"BuildKit refuses this: {problem.message}",
            fix,
            path=context.ignore_path,
        )


def _fix(text: str, problem: IgnoreProblem, path: str) -> Fix | None:
    own = problem.span.of(text)
    if not own.strip("! \t/."):
        end = text.find("\n", problem.span.end) + 1 or len(text)
        start = text.rfind("\n", 0, problem.span.start) + 1
        line = Span(start + text.startswith("\ufeff", start, start + 1), end)
        return Fix("Remove the line", (Edit(line, "", path),))
    literal = _BRACKET.sub(_escaped, own)
    if literal == own or Ignore.of([literal]).problems:
        return None
    return Fix(f"Write {literal}", (Edit(problem.span, literal, path),), Safety.UNSAFE)


def _escaped(match: re.Match[str]) -> str:
    found = match.group()
    return f"\\{found}" if found in ("[", "]") else found if len(found) > 1 else ""


RULE = Rule(
    id="ignore-pattern-refused",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
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
