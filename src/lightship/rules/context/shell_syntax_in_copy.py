"""COPY or ADD has the syntax of a shell, which it takes for files

## What it does
Finds `||`, `&&`, `;`, `|` and redirections such as `2>/dev/null` in COPY and ADD.

## Why is this bad?
No shell reads them: `COPY data/ ./data/ 2>/dev/null || true` copies the files `data/`, `./data/`,
`2>/dev/null` and `||` to `true`. The build context has no such files, so the build fails, whether
`data/` is there or not.

A source that may be absent can be written as a pattern: BuildKit copies nothing where
`COPY dat[a] ./data/` matches nothing.

## Fix safety
The fix removes what is for a shell. It is unsafe, and is offered only where all sources are in the
build context: the build would fail otherwise.

## When to ignore
Ignore it where files really have such names.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.context.taken_by_copy import roots
from lightship.dockerfile.tree import Instruction, Word
from lightship.facts.copies.shell_syntax import shell_words
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit, Span
from lightship.wording.printable import shortened

_LONGEST = 30


def check(build: Build) -> Iterator[Finding]:
    for item in build.dockerfile.instructions:
        instruction = item.trigger or item
        if instruction.keyword not in ("COPY", "ADD"):
            continue
        words = shell_words(instruction)
        if not words:
            continue
        span = Span(words[0].span.start, words[-1].span.end)
        text = " ".join(word.text for word in words)
        shown = shortened(text, _LONGEST)
        keyword = instruction.keyword
        message = f"{keyword} takes `{shown}` for files, since no shell reads it: the build fails"
        fix = _fix(build, instruction, words)
        yield Finding(span, message, fix)


def _fix(build: Build, instruction: Instruction, words: tuple[Word, ...]) -> Fix | None:
    """Without them, where all that is copied then is there."""
    count = len(instruction.args) - len(words)
    operands = instruction.args[:count]
    context = build.context
    if context is None or len(operands) < 2:
        return None
    if instruction.form == "exec" or instruction.flag("from") is not None:
        return None

    *sources, destination = operands
    if not all(roots(context, source.text) for source in sources):
        return None
    start = destination.span.end
    end = words[-1].span.end
    edit = Edit.delete(Span(start, end))
    return Fix("Remove what is for a shell", (edit,), Safety.UNSAFE)


RULE = Rule(
    id="shell-syntax-in-copy",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(keywords=("COPY", "ADD")),
    examples=(
        Example(
            bad="COPY data/ /srv/data/ 2>/dev/null || true",
            fixed="COPY data/ /srv/data/",
            files={"data/a.csv": "", ".dockerignore": "Dockerfile\n"},
        ),
        Example(
            bad="COPY app.conf /etc/ && chmod 644 /etc/app.conf",
            fixed="COPY app.conf /etc/",
            files={"app.conf": "", ".dockerignore": "Dockerfile\n"},
        ),
        Example(
            bad="COPY uploads /srv/uploads 2>/dev/null || true",
            files={"app.conf": "", ".dockerignore": "Dockerfile\n"},
        ),
        Example(bad="ADD requirements*.txt /srv/ || true"),
        Example(
            good="COPY dat[a] /srv/data/",
            files={"app.conf": "", ".dockerignore": "Dockerfile\n"},
        ),
        Example(good='COPY ["a;b.txt", "/srv/"]'),
        Example(good="RUN cp -r /opt/data /srv 2>/dev/null || true"),
    ),
)
