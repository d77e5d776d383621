"""The shell takes a version range for a redirection

## What it does
Finds installs such as `pip install flask>=3`, where the range stands without quotes: for the shell
that is `pip install flask`, with its output in a file called `=3`.

The rule looks at all package managers. It is silent about redirections that are not written
directly after a name, or whose file does not look like a version.

## Why is this bad?
The version is lost: any version is installed, also one that the range was to leave out. The log of
the install goes into the file, which stays in the image. With `<` the shell reads from a file
of that name, and the build fails because there is none.

## Fix safety
The fix writes quotes around the requirement. It is unsafe: the range then holds, so that another
version may be installed, or none may be found.

## When to ignore
Ignore it where a file of that name is really meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, PackageInvocation
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record
from lightship.regex import regex
from lightship.shell.tree import Redirect
from lightship.shell.words import Word
from lightship.text import Edit, Span
from lightship.wording.lists import listed

_NAME = regex(r"[A-Za-z0-9@][\w.@/:-]*(?:\[[\w,-]+\])?")
# What follows `>` or `<` in a range: `=3.1`, `=2,`, `4`
_VERSION = regex(r"=[0-9][\w.,*!+-]*|[0-9]+(?:\.[0-9*]+)*,?")
_SPECIAL = regex(r"[\"'\\`]")


@record
class _Range:
    """A name and the redirections directly after it, which are meant to be its range."""

    name: Word
    span: Span
    reads: bool


def check(build: Build) -> Iterator[Finding]:
    for call in build.package_commands:
        if not call.does.installs or not call.command.redirects:
            continue
        ranges = list(_ranges(call))
        if ranges:
            reads = any(found.reads for found in ranges)
            severity = Severity.ERROR if reads else None
            fix = _fix(build, call, ranges)
            yield Finding(ranges[0].span, _message(ranges), fix, severity)


def _ranges(call: PackageInvocation) -> Iterator[_Range]:
    """In order of their names."""
    starts = {redirect.span.start: redirect for redirect in call.command.redirects}
    for word in call.command.args:
        first = starts.get(word.span.end)
        if first is None or _NAME.fullmatch(word.value or "") is None:
            continue
        end = word.span.end
        reads = False
        redirect: Redirect | None = first
        while redirect is not None and _is_part(redirect):
            end = redirect.span.end
            reads = reads or redirect.operator == "<"
            redirect = starts.get(end)
        if end > word.span.end:
            yield _Range(word, Span(word.span.start, end), reads)


def _is_part(redirect: Redirect) -> bool:
    """Whether a redirection is a part of a range: `>=3`."""
    target = redirect.target
    if redirect.operator not in (">", "<") or redirect.fd is not None or target is None:
        return False
    is_adjacent = target.span.start == redirect.span.start + len(redirect.operator)
    return is_adjacent and _VERSION.fullmatch(target.text) is not None


def _message(ranges: Sequence[_Range]) -> str:
    reading = [found for found in ranges if found.reads]
    if reading:
        name = reading[0].name.value
        return (
            f"the shell takes < after {name} for a file to read, and the build fails: "
            "quote the range"
        )
    names = listed((found.name.value or "" for found in ranges), most=2)
    return (
        f"an unquoted > is a redirection, and any version of {names} is installed: "
        "quote it"
    )


def _fix(build: Build, call: PackageInvocation, ranges: Sequence[_Range]) -> Fix | None:
    # Inside of another text in quotes, they would end it
    if call.script is not build.scripts(call.instruction)[0]:
        return None
    edits: list[Edit] = []
    for found in ranges:
        text = found.span.of(build.dockerfile.text)
        if _SPECIAL.search(text):
            return None
        edits.append(Edit.replace(found.span, f'"{text}"'))
    return Fix("Quote the range", tuple(edits), Safety.UNSAFE)


RULE = Rule(
    id="unquoted-version-range",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=(">", "<")),
    practice=Practice.REPRODUCIBILITY,
    missed={
        "option-at-the-end": "a redirection after an option is not one after a name",
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the name is quoted: the redirection may be meant"
        ),
    },
    examples=(
        Example(
            bad="RUN pip install --no-cache-dir flask>=3.1 rich",
            fixed='RUN pip install --no-cache-dir "flask>=3.1" rich',
        ),
        Example(
            bad="RUN pip install \\\n    # a\n    uvicorn[standard]>=0.30,<1 \\\n    a",
            fixed='RUN pip install \\\n    # a\n    "uvicorn[standard]>=0.30,<1" \\\n    a',
        ),
        Example(
            bad="RUN pip install --no-cache-dir flask>=3.1 rich>=14 \\\n  httpx==0.28.1",
            fixed='RUN pip install --no-cache-dir "flask>=3.1" "rich>=14" \\\n  httpx==0.28.1',
        ),
        Example(
            bad="FROM alpine:3.22\nRUN apk add --no-cache py3-pip>24",
            fixed='FROM alpine:3.22\nRUN apk add --no-cache "py3-pip>24"',
        ),
        Example(
            bad="RUN <<EOF\nuv pip install --system flask>=3\nEOF",
            fixed='RUN <<EOF\nuv pip install --system "flask>=3"\nEOF',
        ),
        Example(bad="RUN bash -c 'conda install -y numpy<2'"),
        Example(
            good="RUN pip install --no-cache-dir 'flask>=3.1,<4' \"rich>=14,<15\" a\\>=0.28,\\<1"
        ),
        Example(good="RUN pip install --no-cache-dir flask==3.1.2 >/dev/null 2>&1"),
        Example(good="RUN pip install --no-cache-dir flask==3.1.2>log.txt"),
        Example(good='RUN ["pip", "install", "--no-cache-dir", "flask>=3.1,<4"]'),
        Example(good="RUN echo flask>=3.1"),
    ),
)
