"""A comment in the ignore file is read as a pattern

## What it does
Finds comments in `.dockerignore` that BuildKit reads as a pattern, or as part of one. Where no
file is sent or left out because of it, the severity is lower, and an exception (`!`) for files that
are not there is left alone.

## Why is this bad?
A comment starts with a `#` in the first column. With blanks before it the line is a pattern, and
after a pattern it is part of the pattern: `*.log  # noisy` excludes files whose names end in
`.log  # noisy`, and the logs are sent.

## Fix safety
The fix moves the comment to the first column, which is safe, or to a line of its own above the
pattern, which is unsafe: the pattern then takes effect.

## When to ignore
Ignore it where a file name really contains ` #`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.build import Build
from lightship.context.ignore import Ignore
from lightship.context.patterns import IgnorePattern
from lightship.facts.context.ignore_file import (
    COMMENT_BEHIND,
    IgnoreFile,
    ignore_file,
    takes,
)
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Span


def check(build: Build) -> Iterator[Finding]:
    file = ignore_file(build)
    if file is None or build.context is None:
        return  # before the context is walked
    paths = build.context.paths
    for pattern in filter(file.has_comment, file.ignore.patterns):
        if not any("#" in path and takes(pattern, path) for path in paths):
            finding = _finding(file, pattern, paths)
            if finding is not None:
                yield finding


def _finding(
    file: IgnoreFile,
    pattern: IgnorePattern,
    paths: Iterable[str],
) -> Finding | None:
    own, start = file.as_written(pattern), file.whole(pattern).start
    match = COMMENT_BEHIND.fullmatch(own)
    if match is None or own.startswith("#"):
        unindented = file.edit(Span(start, pattern.span.start), "")
        fix = Fix("Start the comment in the first column", (unindented,))
        message = "is a pattern: a comment must not have blanks before its `#`"
        # It matches nothing, so nothing else is sent without it
        return file.finding(pattern, message, fix, Severity.INFO)

    text = f"{match['comment']}{file.newline}{match['pattern']}"
    parted = file.edit(Span(start, pattern.span.end), text)
    fix = Fix("Move the comment to a line of its own", (parted,), Safety.UNSAFE)
    wanted = match["pattern"].removeprefix("!")
    effect = "excluded" if wanted == match["pattern"] else "sent again"
    message = f"is part of the pattern: {wanted} alone is not {effect}"
    place = Span(pattern.span.start + match.start("comment"), pattern.span.end)
    meant = Ignore.of([wanted])
    has_effect = any(map(meant.matches, paths))
    if effect == "sent again" and not has_effect:
        return None  # nobody misses what is not there
    severity = None if has_effect else Severity.INFO
    return file.finding(pattern, message, fix, severity, place=place)


_OWN = "Dockerfile\n.dockerignore\n"

RULE = Rule(
    id="ignore-comment-read-as-pattern",
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
                "b.log": "",
                ".dockerignore": f"{_OWN}  *.log  # noisy\r\nb\r\n",
            },
            fixed_files={".dockerignore": f"{_OWN}# noisy\r\n*.log\r\nb\r\n"},
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={"a.py": "", ".dockerignore": f"{_OWN} # caches\n**/__pycache__"},
            fixed_files={".dockerignore": f"{_OWN}# caches\n**/__pycache__"},
        ),
        Example(
            good="COPY . /app",
            files={
                "a.py": "",
                "no #5": "",
                ".dockerignore": f"{_OWN}# all\nno #5\nmy songs #1.txt\n\\#b\nc#d\n",
            },
        ),
    ),
)
