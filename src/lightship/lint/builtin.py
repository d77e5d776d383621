"""The rules that are the engine's own: they speak of the file, of comments and of other rules.

They stand here, not under `rules/`, because their findings come from the engine. All but `unused-ignore` cannot be
switched off: a file of which nothing can be said is never reported as clean.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule


def syntax_errors(build: Build) -> Iterator[Finding]:
    """Why BuildKit's parser or instruction parser refuses the text."""
    for problem in build.dockerfile.problems:
        yield Finding(
            problem.span,
            f"{problem.message} ({problem.hint})" if problem.hint else problem.message,
        )


def nothing(_: Build) -> Iterator[Finding]:
    """For rules whose findings the engine itself makes."""
    return iter(())


SYNTAX_ERROR = Rule(
    id="syntax-error",
    docs="""BuildKit refuses to read this Dockerfile

    `docker build` stops at the first of these errors, before it builds anything. As long
    as there is one, no other rule looks at the file, and fixes leave it alone.

    This finding cannot be ignored.
    """,
    severity=Severity.ERROR,
    check=syntax_errors,
    aliases=(
        "DL1000",
        "DL3043",
        "DL3061",
        "tally/require-stages",
        "tally/unknown-instruction",
        "tally/invalid-onbuild-trigger",
    ),
    examples=(
        Example(bad="FROM debian:trixie-slim\nRNU true"),
        Example(bad="FROM debian:trixie-slim\nCOPY --form=build /a /b"),
        Example(good="FROM debian:trixie-slim\nRUN true"),
    ),
)

UNREADABLE_FILE = Rule(
    id="unreadable-file",
    docs="""The file cannot be read

    It is not there, or the system does not let it be read. This finding cannot be ignored.
    """,
    severity=Severity.ERROR,
    check=nothing,
)

RULE_CRASHED = Rule(
    id="rule-crashed",
    docs="""A rule stopped with an error of its own

    That is a bug in lightship, never in the Dockerfile: please report it, with the file.
    All other rules have still run. This finding cannot be ignored.
    """,
    severity=Severity.ERROR,
    check=nothing,
)

UNUSED_IGNORE = Rule(
    id="unused-ignore",
    docs="""A comment ignores a rule that finds nothing here

    An ignore outlives its reason: the instruction was put right, the rule was renamed, or
    the name was never right. Then it hides nothing today, and a real finding tomorrow.

    It speaks only of rules that ran. Comments of hadolint and BuildKit that name checks
    which lightship does not have are left alone.
    """,
    severity=Severity.INFO,
    check=nothing,
    default=False,
    aliases=(),
    examples=(
        Example(
            bad="# lightship: ignore=no-such-rule -- it was renamed\nRUN true",
            fixed="RUN true",
        ),
        Example(good="# hadolint ignore=SC2086\nRUN true"),
    ),
)

ALWAYS = (SYNTAX_ERROR, UNREADABLE_FILE, RULE_CRASHED)
BUILTIN = (*ALWAYS, UNUSED_IGNORE)
