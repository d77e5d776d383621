"""ENV or LABEL is written without `=`

## What it does
Finds the old form `ENV NAME value`, in ENV and LABEL.

## Why is this bad?
The old form is deprecated. It sets only one variable and takes the rest of the line as its value:
`ENV ONE=1 TWO=2` sets two variables, `ENV ONE TWO=2` sets one.

## Fix safety
The fix writes `NAME=value`, in quotes where the value has blanks. It is safe: it is offered only
where BuildKit reads the same value from both forms. There is no fix where a comment would be lost,
or where quotes in the value make the result uncertain. With blanks around `=` the value begins with
`=`, which nobody means: the fix removes the blanks, and is unsafe, since the value changes. Where
a line of the value looks like another variable, two were meant and one is set: writing each of them
is a choice, which is shown and never applied.

## When to ignore
Ignore it where the Dockerfile has to build with a tool that knows only the old form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lightship.build import Build
from lightship.dockerfile.operands import Unreadable, pairs
from lightship.dockerfile.places import holds_comment, word_on_first_line
from lightship.dockerfile.tree import Dockerfile, Pair
from lightship.errors import ExpansionError
from lightship.expansion.variables import expand
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.text import Edit, Mapped, Span

_NAME = regex(r"[A-Za-z0-9_.-]+")
# A line of the value that was meant as another variable: `PYTHONUNBUFFERED 1`
_NEXT_LINE = regex(r"[\\`][ \t]*\r?\n[ \t]*")
_VARIABLE = regex(r"([A-Z][A-Z0-9_]{2,})(?:=|[ \t]+(?=\S))(.*)", re.DOTALL)
_ROW = regex(r"[\w.-]+(?P<gap>=|[ \t]+)(?:[^\s\"'=\\`][^\s\"'\\`]*|\"[^\"\\]*\")")
_ASSIGNMENT = regex(r"([\w.-]+)=(.*)", re.DOTALL)


def check(build: Build) -> Iterator[Finding]:
    for step in build.evaluation.steps:
        instruction = step.instruction
        if instruction.keyword not in ("ENV", "LABEL"):
            continue

        for pair in instruction.pairs:
            if pair.legacy:
                # In the same words for all, so that they are one finding
                message = (
                    f"{instruction.keyword} without = is deprecated: use KEY=value"
                )
                fix = _fix(build.dockerfile, pair)
                if _has_spaced_sign(pair):
                    message = (
                        f"the value of {pair.name.text} begins with =: "
                        "remove the blanks around ="
                    )
                    fix = _without_blanks(build.dockerfile, pair)

                choices: tuple[Fix, ...] = ()
                swallowed = _swallowed(build.dockerfile, instruction.keyword, pair)
                if swallowed:
                    message = (
                        f"{swallowed} becomes part of the value of {pair.name.text}: "
                        "use KEY=value for each"
                    )
                    fix, choices = None, _split(build.dockerfile, pair)
                span = word_on_first_line(build.dockerfile, step, pair.name.span)
                yield Finding(span, message, fix, choices=choices)


def _swallowed(dockerfile: Dockerfile, keyword: str, pair: Pair) -> str | None:
    """The variable that a later line of the value seems to set, and does not."""
    if pair.value is None:
        return None
    _, *lines = _NEXT_LINE.split(pair.value.span.of(dockerfile.text))
    is_variable = _VARIABLE if keyword == "ENV" else _ASSIGNMENT
    for line in lines:
        row = is_variable.match(line)
        if row is not None:
            return row[1]
    return None


def _split(dockerfile: Dockerfile, pair: Pair) -> tuple[Fix, ...]:
    """`KEY=value` on each line; nothing where a line is anything else, or a value has blanks."""
    if pair.value is None or not _NAME.fullmatch(pair.name.text):
        return ()
    span = Span(pair.name.span.start, pair.value.span.end)
    text = span.of(dockerfile.text)
    start = 0
    edits: list[Edit] = []
    ends = [(match.start(), match.end()) for match in _NEXT_LINE.finditer(text)]
    for end, following in (*ends, (len(text), len(text))):
        line = text[start:end].rstrip()
        row = _ROW.fullmatch(line)
        if row is None:
            return ()
        offset = span.start + start
        gap = Span(offset + row.start("gap"), offset + row.end("gap"))
        if gap.of(dockerfile.text) != "=":
            edits.append(Edit.replace(gap, "="))
        start = following
    return (Fix("Set each variable by KEY=value", tuple(edits), Safety.MANUAL),)


def _has_spaced_sign(pair: Pair) -> bool:
    """`author = "Wes"`: BuildKit reads the value `= Wes`, which nobody meant."""
    return pair.value is not None and pair.value.text.startswith("=")


def _without_blanks(dockerfile: Dockerfile, pair: Pair) -> Fix | None:
    """The value that was meant: another one than BuildKit reads, so that it is not safe."""
    name, value = pair.name, pair.value
    if value is None or not _NAME.fullmatch(name.text):
        return None
    text = value.text.removeprefix("=").lstrip(" \t")
    if not text or value.span.of(dockerfile.text) != value.text:
        return None
    start = value.span.end - len(text)
    gap = Span(name.span.end, start)
    if holds_comment(dockerfile, gap):
        return None

    edits: tuple[Edit, ...] = (Edit.replace(gap, "="),)
    if not _is_one_word(text, dockerfile.escape):
        text, edits = _quoted(dockerfile, gap, text, Span(start, value.span.end))
    if not edits or not _is_one_word(text, dockerfile.escape):
        return None
    return Fix(f"Use {name.text}=…", edits, Safety.UNSAFE)


def _fix(dockerfile: Dockerfile, pair: Pair) -> Fix | None:
    name, value = pair.name, pair.value
    if value is None or not _NAME.fullmatch(name.text):
        return None

    gap = Span(name.span.end, value.span.start)
    if holds_comment(dockerfile, gap):
        return None
    if _is_one_word(value.text, dockerfile.escape):
        edits: tuple[Edit, ...] = (Edit.replace(gap, "="),)
        new = value.text
    else:
        new, edits = _quoted(dockerfile, gap, value.text, value.span)
    if not _is_one_word(new, dockerfile.escape) or not _same(
        value.text, new, dockerfile.escape
    ):
        return None
    return Fix("Use KEY=value", edits)


def _is_one_word(text: str, escape: str) -> bool:
    """Whether the form with `=` would read all of `text` as one value."""
    line = Mapped.plain(f"NAME={text}", 0)
    read = pairs(line, 0, len(line.text), escape)
    return not isinstance(read, Unreadable) and [
        pair.value and pair.value.text for pair in read
    ] == [text]


def _quoted(
    dockerfile: Dockerfile, gap: Span, text: str, span: Span
) -> tuple[str, tuple[Edit, ...]]:
    """The value in double quotes; over several lines only where nothing inside must change."""
    escape = dockerfile.escape
    if not any(char in text for char in ("'", '"', escape)):
        return f'"{text}"', (Edit.replace(gap, '="'), Edit.insert(span.end, '"'))
    new = _requoted(text, escape)
    if new is None or span.of(dockerfile.text) != text:
        return "", ()
    return new, (Edit.replace(Span(gap.start, span.end), f"={new}"),)


def _requoted(text: str, escape: str) -> str | None:
    """One double-quoted text in place of quotes, escapes and bare characters; None where a quote
    is not closed.
    """
    special = ('"', "$", escape)
    pieces = []
    at = 0
    while at < len(text):
        char = text[at]
        if char in "'\"":
            end = text.find(char, at + 1)
            if end < 0:
                return None

            inner = text[at + 1 : end]
            if char == "'":
                inner = _escaped(inner, special, escape)
            elif escape in inner:
                return None  # it may be before the quote that seems to end it
            pieces.append(inner)
            at = end + 1
        elif char == escape:
            following = text[at + 1 : at + 2]
            pieces.append(escape + following if following in special else following)
            at += 2
        else:
            pieces.append(char)
            at += 1
    return f'"{"".join(pieces)}"'


def _escaped(text: str, special: Collection[str], escape: str) -> str:
    return text.translate({ord(char): escape + char for char in special})


def _same(old: str, new: str, escape: str) -> bool:
    """Whether BuildKit expands both alike, with all variables missing, empty or set."""
    try:
        return all(
            expand(old, get, escape=escape) == expand(new, get, escape=escape)
            for get in (lambda _: None, lambda _: "", lambda name: f"<{name}>")
        )
    except ExpansionError:
        return False


RULE = Rule(
    id="legacy-key-value",
    docs=__doc__,
    severity=Severity.STYLE,
    check=check,
    scope=RuleScope(keywords=("ENV", "LABEL")),
    aliases=("LegacyKeyValueFormat",),
    examples=(
        Example(
            bad='LABEL author = "Wes W."\nENV ONE = two',
            fixed='LABEL author="Wes W."\nENV ONE=two',
        ),
        Example(bad="ENV LANG C.UTF-8", fixed="ENV LANG=C.UTF-8"),
        Example(
            bad="ENV JAVA_OPTS -Xmx1g -Xms1g", fixed='ENV JAVA_OPTS="-Xmx1g -Xms1g"'
        ),
        Example(
            bad="LABEL summary 'a \"small\" image'",
            fixed="LABEL summary='a \"small\" image'",
        ),
        Example(
            bad="ENV PATH $PATH:/my\\ dir/bin", fixed="ENV PATH=$PATH:/my\\ dir/bin"
        ),
        Example(
            bad="ENV GREETING \"good day\" to 'all $5'",
            fixed=r'ENV GREETING="good day to all \$5"',
        ),
        Example(bad="ENV OPTS -a \\\n    -b", fixed='ENV OPTS="-a \\\n    -b"'),
        Example(good="ENV LANG=C.UTF-8"),
    ),
)
