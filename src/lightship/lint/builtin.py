"""The rules that are the engine's own: they speak of the file, of comments and of other rules.

They stand here, not under `rules/`, because their findings come from the engine. All but
`unused-ignore` cannot be switched off: a file of which nothing can be said is never reported as
clean.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.regex import regex
from lightship.text import Span
from lightship.wording.counts import count

# A text that is no Dockerfile at all has an error in each line
_MOST_ERRORS = 10
_CONFLICT = "a merge conflict is left in the file: keep one side and remove the marks"
_MARK = regex(r"(?m)^<{7} [^\r\n]*")
_TEMPLATE = "this is a template and not a Dockerfile: render it, and check the result"


def syntax_errors(build: Build) -> Iterator[Finding]:
    """Why BuildKit's parser or instruction parser refuses the text: the first reasons, and how many
    more there are.
    """
    # Only a file that does not parse needs it
    from lightship.dockerfile.problem_causes import causes  # noqa: PLC0415

    # Only a file that does not parse needs it
    from lightship.dockerfile.template import template_tag  # noqa: PLC0415

    tag = template_tag(build.dockerfile)
    if tag is not None:
        yield Finding(tag, _TEMPLATE)
        return
    conflicts = list(_conflicts(build.dockerfile.text))
    if conflicts and build.dockerfile.problems:
        for span in conflicts:
            yield Finding(span, _CONFLICT)
        return
    problems = causes(build.dockerfile)
    for problem in problems[:_MOST_ERRORS]:
        message = problem.message
        if problem.hint:
            message = f"{message} ({problem.hint})"
        yield Finding(problem.span, message)

    more = len(problems) - _MOST_ERRORS
    if more > 0:
        errors = count(more, "more syntax error")
        yield Finding(problems[_MOST_ERRORS].span, f"and {errors} from here on")


def _conflicts(text: str) -> Iterator[Span]:
    """The first lines of conflicts that git has marked; none without the marks of their ends."""
    if "\n=======" not in text or "\n>>>>>>> " not in text:
        return
    for match in _MARK.finditer(text):
        yield Span(*match.span())


def nothing(_: Build) -> Iterator[Finding]:
    """For rules whose findings the engine itself makes."""
    return iter(())


SYNTAX_ERROR = Rule(
    id="syntax-error",
    docs="""BuildKit cannot read this Dockerfile

    ## What it does
    Reports everything that BuildKit's parser refuses: unknown instructions and flags, missing
    operands, a file without instructions. Lines that one mistake makes instructions are one
    finding: those below a line that lacks its continuation, and those of a heredoc of an
    instruction that takes none, such as HEALTHCHECK. Of a template (`{% if %}`, `{{ name }}`,
    `{name}` or `@NAME@` in place of an instruction, `__NAME__` in that of a base image) it says
    only that it is one, and of a merge conflict only where it begins. A search of a directory
    leaves templates out. It also leaves out what no build names: an empty file, and one such as
    `Dockerfile.labels` without any FROM, which a script puts together with others.

    ## Why is this bad?
    `docker build` stops at the first of these errors, before it builds anything. As long as there
    is one, no other rule looks at the file, and no fix changes it.

    ## When to ignore
    This finding cannot be ignored.
    """,
    severity=Severity.ERROR,
    check=syntax_errors,
    aliases=("DL1000",),
    examples=(
        Example(bad="FROM debian:trixie-slim\nRNU true"),
        Example(bad="FROM debian:trixie-slim\nCOPY --form=build /a /b"),
        Example(good="FROM debian:trixie-slim\nRUN true"),
    ),
)

UNREADABLE_FILE = Rule(
    id="unreadable-file",
    docs="""The file cannot be read

    ## What it does
    Reports a file that does not exist, or that the operating system does not let lightship read.

    ## Why is this bad?
    A file that was not read has not been checked.

    ## When to ignore
    This finding cannot be ignored.
    """,
    severity=Severity.ERROR,
    check=nothing,
)

RULE_CRASHED = Rule(
    id="rule-crashed",
    docs="""A rule stopped with an internal error

    ## What it does
    Reports a rule that failed on this Dockerfile. All other rules have still run.

    ## Why is this bad?
    What the rule looks for has not been checked. The cause is a bug in lightship, never in the
    Dockerfile: please report it, with the file.

    ## When to ignore
    This finding cannot be ignored.
    """,
    severity=Severity.ERROR,
    check=nothing,
)

UNUSED_IGNORE = Rule(
    id="unused-ignore",
    docs="""A comment ignores a rule that finds nothing here

    ## What it does
    Finds names of rules in ignore comments that hide no finding, and names that no rule has. Only
    rules that ran are considered. Comments of hadolint and BuildKit that name checks which
    lightship does not have are left alone.

    The rule is off by default.

    ## Why is this bad?
    An ignore comment outlives its reason: the instruction was fixed, the rule was renamed, or the
    name was never right. Today it hides nothing, tomorrow it may hide a real finding.

    ## Fix safety
    The fix removes the name from the comment, or the whole comment where no other name is left. It
    is safe: comments do not change the image.

    ## When to ignore
    Ignore it where the finding comes and goes, for example with the build context.
    """,
    severity=Severity.INFO,
    check=nothing,
    needs_all_builds=True,
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
