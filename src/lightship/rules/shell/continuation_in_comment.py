"""A comment takes in the lines that continue it, so their commands are never run

## What it does
Finds a comment after a command in RUN, on a line that ends with the escape character.

Comments on lines of their own are left alone: BuildKit takes them out of the instruction.

## Why is this bad?
A line that ends with `\\` is joined with the next one before the shell sees it. What stands after a
`#` is then one comment to the end of the instruction:

    RUN apt-get update && \\
        apt-get install -y curl # for the health check \\
        && curl -fsSL https://example.com/tool -o /usr/local/bin/tool

The shell is given `apt-get install -y curl # for the health check && curl …`: the last command is
never run, the step succeeds, and the build fails later, or the image lacks what the line says.

## Fix safety
The fix puts the comment on a line of its own before; an operator at its end, such as `&&`, is kept
as code. It is unsafe: the commands in the comment are run from then on. There is no fix
where no operator joins the next line to this one, since its words would become arguments.

## When to ignore
Never: to switch commands off, write the comment on lines of their own, or delete them.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.text import Edit, Span

# What joins two commands, at the end of a line or at the beginning of the next
_TRAILING = regex(r"(?<!\s)\s*+(?P<operator>&&|\|\||;|\|)$")
_LEADING = ("&&", "||", ";", "|")


def check(build: Build) -> Iterator[Finding]:
    for instruction in build.each("RUN", "ONBUILD"):
        for script in build.scripts(instruction):
            if script.outer is not None or script.opaque:
                continue
            for comment in script.comments:
                first = _first_line(build, comment)
                if first is None or _is_in_heredoc(instruction, comment):
                    continue
                message = (
                    "this comment takes in the lines that continue it: their commands "
                    "are never run"
                )
                yield Finding(first, message, _fix(build, instruction, comment))


def _is_in_heredoc(instruction: Instruction, comment: Span) -> bool:
    inner = instruction.trigger or instruction
    return any(heredoc.body.covers(comment) for heredoc in inner.heredocs)


def _first_line(build: Build, comment: Span) -> Span | None:
    """The comment on the line where it begins, where code comes after that line; None without."""
    text = comment.of(build.dockerfile.text)
    first, newline, rest = text.partition("\n")
    if not newline or not any(map(_is_code, rest.split("\n"))):
        return None
    own = first.rstrip().removesuffix(build.dockerfile.escape).rstrip()
    return Span(comment.start, comment.start + len(own))


def _is_code(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#")


def _fix(build: Build, instruction: Instruction, comment: Span) -> Fix | None:
    """The comment on the line before, without the operator that it ends with.

    None where the instruction begins on that line, and where nothing joins the next line to it.
    """
    text = build.dockerfile.text
    first = _first_line(build, comment)
    start = text.rfind("\n", 0, comment.start) + 1
    before = text[start : comment.start]
    code = before.rstrip()
    if first is None or start <= instruction.span.start or not code.strip():
        return None

    words = first.of(text)
    operator = _TRAILING.search(words)
    is_joined = _is_joined(code, comment.of(text))
    if is_joined == (operator is not None):
        return None  # joined by nothing, or twice

    kept = f" {operator['operator']}" if operator is not None else ""
    own = words[: operator.start()] if operator is not None else words
    indent = before[: len(before) - len(before.lstrip())]
    edits = (
        Edit.insert(start, f"{indent}{own.rstrip()}{build.dockerfile.newline}"),
        Edit.replace(Span(start + len(code), first.end), kept),
    )
    return Fix("Put the comment on its own line", edits, Safety.UNSAFE)


def _is_joined(code: str, comment: str) -> bool:
    """Whether an operator stands before the comment, or begins the next line of code."""
    if code.endswith(_LEADING):
        return True
    _, _, rest = comment.partition("\n")
    following = next(filter(_is_code, rest.split("\n")), "")
    return following.lstrip().startswith(_LEADING)


_UPDATE = "RUN apt-get update && \\\n    apt-get install -y --no-install-recommends git"

RULE = Rule(
    id="continuation-in-comment",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("#",)),
    examples=(
        Example(
            bad=f"{_UPDATE} # for pip \\\n    && rm -rf /var/lib/apt/lists/*",
            fixed="RUN apt-get update && \\\n    # for pip\n"
            "    apt-get install -y --no-install-recommends git \\\n"
            "    && rm -rf /var/lib/apt/lists/*",
        ),
        Example(
            bad="RUN true && \\\n    . /nvm.sh # loads nvm && \\\n    nvm install 22",
            fixed="RUN true && \\\n    # loads nvm\n    . /nvm.sh && \\\n    nvm install 22",
        ),
        # Nothing joins the next line: its words would be arguments
        Example(bad="RUN true && \\\n    echo one # two \\\n    echo three"),
        Example(bad="RUN echo one # two \\\n    && echo three"),
        Example(
            good="RUN apt-get update && \\\n    # for pip\n"
            "    apt-get install -y --no-install-recommends git \\\n"
            "    && rm -rf /var/lib/apt/lists/*\nUSER 10001"
        ),
    ),
)
