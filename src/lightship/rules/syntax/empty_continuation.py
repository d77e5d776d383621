"""A blank line is inside an instruction

## What it does
Finds blank lines after a line continuation, that is, inside an instruction.

## Why is this bad?
BuildKit skips such lines, and comments too, but warns that a future version will refuse blank
ones. They also hide mistakes: a stray `\\` at the end of an instruction makes the next instruction
a part of it, and the blank line between the two makes that look right. That is a warning, and an
error where a FROM is lost: its stage never begins. At the end of the file it continues nothing.

## Fix safety
The fix deletes the blank lines and keeps comments. It is safe: BuildKit reads the same instruction
without them. Where the next line starts with a keyword, the fix removes the stray `\\` instead,
with the `&&` or `;` before it. That is unsafe, because the next instruction is then carried out;
there is no fix where one of the two could not be read alone. At the end of the file the `\\` alone
is removed, which is safe.

## When to ignore
Ignore it where the Dockerfile is generated and nobody reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.build import Build
from lightship.dockerfile.instructions import KEYWORDS
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Instruction
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.record import record
from lightship.text import Edit, Span

# They hold a keyword of their own, which may stand on a line of its own
_HOLDERS = ("HEALTHCHECK", "ONBUILD")
# What joins commands at the end of a line, and has nothing to join without the next line
_JOINING = ("&&", ";")
_UNFINISHED = ("|", "&", "\\", "`", "(", "{")


@record
class _Swallowed:
    """An instruction that became a part of another one.

    `line` is where its `keyword` stands, `escape` the stray character above it.
    """

    line: int
    keyword: str
    escape: Span


def check(build: Build) -> Iterator[Finding]:
    for instruction in build.dockerfile.instructions:
        if not instruction.blank_lines:
            continue
        swallowed = _swallowed(build, instruction)
        last = _at_end(build, instruction)
        if swallowed is not None:
            yield _stray(build, instruction, swallowed)
        elif last is not None:
            yield _last(build, instruction, last)
        else:
            yield _blank(build, instruction)


def _blank(build: Build, instruction: Instruction) -> Finding:
    blanks = len(instruction.blank_lines)
    first = instruction.blank_lines[0]
    message = f"line {first} inside this {instruction.keyword} is blank: delete it"
    title = "Delete the blank line"
    if blanks > 1:
        message = (
            f"this {instruction.keyword} has {blanks} blank lines, the first is line "
            f"{first}: delete them"
        )
        title = "Delete the blank lines"
    place = build.dockerfile.lines.span(first)
    return Finding(place, message, Fix(title, _edits(build, instruction)))


def _stray(build: Build, instruction: Instruction, swallowed: _Swallowed) -> Finding:
    """The character itself is the mistake: without the blank line it would still be one."""
    lines = build.dockerfile.lines
    character = swallowed.escape.of(build.dockerfile.text)
    message = (
        f"the {character} on line {lines.line(swallowed.escape.start)} makes the "
        f"{swallowed.keyword} of line {swallowed.line} part of this {instruction.keyword}: "
        f"remove the {character}"
    )
    is_stage = swallowed.keyword == "FROM"
    severity = Severity.ERROR if is_stage else Severity.WARNING
    fix = _without_escape(build, swallowed.escape)
    if fix is not None and _are_whole(build, instruction, fix):
        # What other fixes would do to the whole is not right for its parts
        fix = replace(fix, relies_on=(instruction.span,))
    else:
        fix = None
    return Finding(swallowed.escape, message, fix, severity)


def _are_whole(build: Build, instruction: Instruction, fix: Fix) -> bool:
    """Whether both of what the fix makes of an instruction can be read, and lack no operands."""
    [edit] = fix.edits
    start, end = instruction.span
    text = build.dockerfile.text
    parts = text[start : edit.span.start] + text[edit.span.end : end]
    # Only these lines are read, so that many findings take no longer than the file
    directive = f"# escape={build.dockerfile.escape}\n"
    apart = parse(f"{directive}FROM scratch\n{parts}")
    if apart.problems:
        return False
    return all(item.args or item.heredocs for item in apart.instructions)


def _last(build: Build, instruction: Instruction, escape: Span) -> Finding:
    """The character continues nothing: the file ends."""
    lines = build.dockerfile.lines
    character = escape.of(build.dockerfile.text)
    message = (
        f"the {character} on line {lines.line(escape.start)} continues this "
        f"{instruction.keyword}, and the file ends: remove the {character}"
    )
    fix = _without_escape(build, escape)
    if fix is not None:
        [edit] = fix.edits
        removed = edit.span.of(build.dockerfile.text)
        if removed.strip() == character:
            fix = Fix(fix.message, fix.edits)  # the same instruction
    return Finding(escape, message, fix)


def _at_end(build: Build, instruction: Instruction) -> Span | None:
    """The last escape character, where nothing but blank lines and comments follows it."""
    lines = build.dockerfile.lines
    text = build.dockerfile.text
    blanks = set(instruction.blank_lines)
    if build.dockerfile.instructions[-1] is not instruction:
        return None

    for number in range(instruction.joined_last_line, instruction.first_line - 1, -1):
        span = lines.span(number)
        line = span.of(text).rstrip()
        is_first = number == instruction.first_line
        if number in blanks or (line.lstrip().startswith("#") and not is_first):
            continue
        is_continued = line.endswith(build.dockerfile.escape)
        if number == instruction.joined_last_line or not is_continued:
            return None
        end = span.start + len(line)
        return Span(end - 1, end)
    return None


def _swallowed(build: Build, instruction: Instruction) -> _Swallowed | None:
    """The first line after blank ones and comments that begins like an instruction."""
    if instruction.keyword in _HOLDERS or not instruction.name.text.isupper():
        return None

    lines = build.dockerfile.lines
    text = build.dockerfile.text
    blanks = set(instruction.blank_lines)
    escape: Span | None = None
    is_after_blank = False
    for number in range(instruction.first_line, instruction.joined_last_line + 1):
        span = lines.span(number)
        line = span.of(text).strip()
        if number in blanks:
            is_after_blank = True
            continue
        if number > instruction.first_line and line.startswith("#"):
            continue

        keyword, *_ = line.split(None, 1) or [""]
        if is_after_blank and escape is not None and keyword in KEYWORDS:
            return _Swallowed(number, keyword, escape)
        end = span.start + len(span.of(text).rstrip())
        escape = Span(end - 1, end)
        is_after_blank = False
    return None


def _without_escape(build: Build, escape: Span) -> Fix | None:
    """Remove it, and what would have nothing to join without it."""
    lines = build.dockerfile.lines
    start = lines.span(lines.line(escape.start)).start
    rest = build.dockerfile.text[start : escape.start].rstrip()
    for operator in _JOINING:
        if rest.endswith(operator):
            rest = rest.removesuffix(operator).rstrip()
            break
    if not rest.strip() or rest.endswith(_UNFINISHED):
        return None
    span = Span(start + len(rest), escape.end)
    return Fix("Remove the stray character", (Edit.delete(span),), Safety.UNSAFE)


def _edits(build: Build, instruction: Instruction) -> tuple[Edit, ...]:
    end = len(build.dockerfile.text)
    starts = [*build.dockerfile.lines.starts, end]
    blanks = (
        Span(starts[number - 1], starts[number]) for number in instruction.blank_lines
    )
    return tuple(map(Edit.delete, blanks))


RULE = Rule(
    id="empty-continuation",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    aliases=("NoEmptyContinuation",),
    examples=(
        Example(
            bad="RUN echo one && \\\n\n    echo two",
            fixed="RUN echo one && \\\n    echo two",
        ),
        Example(
            bad="RUN echo one && \\\n    # and then\n\n    echo two",
            fixed="RUN echo one && \\\n    # and then\n    echo two",
        ),
        Example(
            bad="RUN ./make \\\n\nCOPY a /a",
            fixed="RUN ./make\n\nCOPY a /a",
        ),
        Example(
            bad="RUN ./make && \\\n\n# What it needs\nCOPY a /a\nRUN ./build",
            fixed="RUN ./make\n\n# What it needs\nCOPY a /a\nRUN ./build",
        ),
        Example(
            bad="FROM debian:trixie-slim AS a\nRUN ./make \\\n\n# The image\n"
            "FROM debian:trixie-slim\nCOPY --from=a /a /a",
            fixed="FROM debian:trixie-slim AS a\nRUN ./make\n\n# The image\n"
            "FROM debian:trixie-slim\nCOPY --from=a /a /a",
        ),
        Example(
            bad="RUN echo one \\\n    && echo two \\\n\n# the end",
            fixed="RUN echo one \\\n    && echo two\n\n# the end",
        ),
        Example(good="RUN ./make \\\n    # and then\n    && ./build"),
        Example(good="RUN echo one && \\\n    echo two"),
    ),
)
