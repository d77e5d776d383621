"""COPY or ADD names a path that .dockerignore excludes

## What it does
Finds sources of COPY and ADD that `.dockerignore` excludes. As in BuildKit, the rule is silent
where `.dockerignore` has patterns with `!`, which may include files again.

## Why is this bad?
What `.dockerignore` excludes is not sent to the builder, so the build fails. A pattern (`*.txt`)
silently copies less than the line says: that is a warning, as it is where no file of the
repository says how the image is built, so that the context is a guess. There is no fix: only you
know which of the two lines is wrong.

## When to ignore
Ignore it where the file is generated into the context only for some builds, with another ignore
file.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.context.ignore import Ignore
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.places import word_on_first_line
from lightship.dockerfile.tree import Word
from lightship.evaluation.copy_sources import git_source, is_url
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import clean
from lightship.facts.stages.built_stages import built_stage
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope

_EVERYTHING = frozenset({"*", "**", "**/*"})


def check(build: Build) -> Iterator[Finding]:
    context = build.context
    if context is None:
        return
    ignore = context.ignore
    if not ignore.patterns or ignore.has_exclusions:
        return
    for step in build.evaluation.steps:
        if step.instruction.keyword not in ("ADD", "COPY"):
            continue
        flag = step.instruction.flag("from")
        if flag is not None and flag.value:
            continue
        for word, source in _local(step):
            path = clean(source)
            if not _left_out(ignore, path):
                continue
            span = word_on_first_line(build.dockerfile, step, word.span)
            message = f".dockerignore excludes {path}, so there is nothing to copy"
            severity = _severity(build, step, path)
            yield Finding(span, message, severity=severity)


def _severity(build: Build, step: Step, path: str) -> Severity:
    """An error where the build certainly comes to it, and a path without a pattern is not sent."""
    if build.is_guess or path in (".", "/") or has_wildcards(path):
        return Severity.WARNING
    if step.place is not step.instruction:
        return Severity.WARNING
    is_built = built_stage(build, step.instruction) is not None
    return Severity.ERROR if is_built else Severity.WARNING


def _local(step: Step) -> Iterator[tuple[Word, str]]:
    """The sources that come from the build context."""
    words = step.instruction.args[:-1]
    heredocs = {f"<<{heredoc.name}" for heredoc in step.instruction.heredocs}
    for word, source in zip(words, step.operands, strict=False):
        if is_url(source) or word.text in heredocs:
            continue
        git = git_source(source)
        if git is None or git.local:
            yield word, source


def _left_out(ignore: Ignore, path: str) -> bool:
    """A pattern takes the path; the root of the context only where a pattern takes everything."""
    is_root = path in (".", "/")
    if is_root and not _takes_everything(ignore):
        return False
    return ignore.matches(path)


def _takes_everything(ignore: Ignore) -> bool:
    return any(pattern.text in _EVERYTHING for pattern in ignore.patterns)


RULE = Rule(
    id="copied-file-ignored",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(ignore_file=True),
    aliases=("CopyIgnoredFile",),
    missed={
        "in-onbuild": (
            "a trigger runs in another build, with the files of another context"
        ),
    },
    examples=(
        Example(
            bad="COPY .env /app/", files={".dockerignore": ".env\n", ".env": "A=1\n"}
        ),
        Example(
            bad="COPY dist/app /app/", files={".dockerignore": "dist\n", "dist/app": ""}
        ),
        Example(good="COPY app /app/", files={".dockerignore": ".env\n", "app": ""}),
        Example(
            good="COPY . /app/",
            files={".dockerignore": ".env\nDockerfile\n.dockerignore\n", "app": ""},
        ),
    ),
)
