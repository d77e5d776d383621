"""wget fills the build log with its progress

## What it does
Finds wget calls that print their progress to the build log.

The rule is off by default, because the progress does not change the image.

## Why is this bad?
Without a terminal, wget prints a line of dots for every 50 KB: 20,000 lines for a gigabyte. In
the log of a build they hide what matters.

## Fix safety
The fix adds `--progress=dot:giga`, which prints a line for every 32 MB. It is safe where the
Dockerfile installs wget by name. Otherwise it is unsafe: the wget of busybox, as in Alpine, does
not know the option.

## When to ignore
Ignore it where the downloads are small.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.facts.edits.runs import after_word, takes_words
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.fetching import read_fetch

_QUIET = frozenset(
    (
        "q",
        "nv",
        "o",
        "a",
        "b",
        "--quiet",
        "--no-verbose",
        "--progress",
        "--output-file",
        "--append-output",
        "--background",
    )
)
_ASKING = frozenset(("--version", "--help", "--spider", "V", "h"))

_SYSTEM_MANAGERS = ("apt-get", "apt", "apk", "dnf", "yum", "microdnf", "zypper")


def check(build: Build) -> Iterator[Finding]:
    message = "wget prints a line for every 50 KB: add --progress=dot:giga, or -nv"
    for call in build.commands("wget"):
        fetch = read_fetch(call.command)
        if fetch is None or not fetch.urls:
            continue
        if fetch.options & (_QUIET | _ASKING) or _is_hidden(call):
            continue
        yield Finding(call.command.words[0].span, message, _fix(build, call))


def _fix(build: Build, call: Invocation) -> Fix | None:
    if not takes_words(call.script):
        return None
    edit = after_word(call.script, call.command.words[0], "--progress=dot:giga")
    safety = Safety.SAFE if _is_of_gnu(build, call) else Safety.UNSAFE
    return Fix("Add --progress=dot:giga", (edit,), safety)


def _is_hidden(call: Invocation) -> bool:
    """Whether its messages go elsewhere than the log."""
    return any(
        redirect.fd == 2 or redirect.operator in ("&>", ">&", "&>>")
        for redirect in call.command.redirects
    )


def _is_of_gnu(build: Build, call: Invocation) -> bool:
    """Whether the stage, before this, installs the wget of GNU."""
    stage = build.dockerfile.stage_of(call.instruction)
    start = call.command.span.start
    for install in build.packages(*_SYSTEM_MANAGERS, action="install"):
        if build.dockerfile.stage_of(install.instruction) is not stage:
            continue
        if install.command.span.start >= start:
            continue
        if any(package.name == "wget" for package in install.does.packages):
            return True
    return False


_WGET = "RUN ./update && apt-get install -y --no-install-recommends wget\n"

RULE = Rule(
    id="wget-progress-logged",
    docs=__doc__,
    severity=Severity.STYLE,
    check=check,
    scope=RuleScope(commands=("wget",)),
    default=False,
    aliases=("DL3047",),
    examples=(
        Example(
            bad=f"{_WGET}RUN wget https://example.com/a.zip",
            fixed=f"{_WGET}RUN wget --progress=dot:giga https://example.com/a.zip",
        ),
        Example(
            bad="RUN wget \\\n    # all of it\n    -O /a.zip https://example.com/a.zip",
            fixed="RUN wget --progress=dot:giga \\\n    # all of it\n"
            "    -O /a.zip https://example.com/a.zip",
        ),
        Example(
            bad="RUN <<EOF\nset -e\nwget https://example.com/a.zip\nEOF",
            fixed="RUN <<EOF\nset -e\nwget --progress=dot:giga https://example.com/a.zip\nEOF",
        ),
        Example(
            bad="RUN sh -c 'wget https://example.com/a.zip'",
            fixed="RUN sh -c 'wget --progress=dot:giga https://example.com/a.zip'",
        ),
        Example(
            bad='RUN ["wget", "https://example.com/a.zip"]',
            fixed='RUN ["wget", "--progress=dot:giga", "https://example.com/a.zip"]',
        ),
        Example(
            good="RUN wget -q https://example.com/a.zip && wget -qO- https://example.com/b > b"
        ),
        Example(good="RUN wget --progress=dot:giga https://example.com/a.zip"),
        Example(
            good="RUN wget -nv https://example.com/a.zip && wget -o log https://example.com/b.zip"
        ),
        Example(
            good="RUN wget https://example.com/a.zip 2> /dev/null && wget --version"
        ),
        Example(good="RUN curl -fsSLO https://example.com/a.zip"),
    ),
)
