"""Poetry is called with an option that Poetry 2 has removed

## What it does
Finds `--no-dev`, `--remove-untracked`, `poetry lock --no-update` and `poetry export` where the
Dockerfile installs Poetry 2 or later, or the latest one for a Python version that is known (1.8
was the last for Python 3.8). It is silent for a version below 2, and where that is not known.

## Why is this bad?
Poetry 2.0 has removed these options, which 1.x had long called deprecated, and `poetry export` is
a plugin that is no longer installed with it (changelog of 2.0.0). The build fails with "The
option does not exist" on the day when it gets Poetry 2.

## Fix safety
The fix writes the replacement: `--only main` for `--no-dev`, nothing for `--no-update`, which is
the default of `poetry lock` now. It is unsafe, because an older Poetry (`--only` came with 1.2)
may still be in use somewhere. For `poetry export` install `poetry-plugin-export` beside Poetry.

## When to ignore
Ignore it where the base image brings an older Poetry.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.facts.installs.tool_installs import ToolInstall, tool_installs
from lightship.facts.stages.stage_python import stage_python
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.shell.packages import Option
from lightship.text import Edit, Span

_PLUGIN = "poetry-plugin-export"
# Subcommand and option, with what to write instead; nothing where the option is only to go, None
# where a word is
_REMOVED = {
    ("install", "--no-dev"): "--only main",
    ("update", "--no-dev"): "--only main",
    ("show", "--no-dev"): "--only main",
    ("install", "--remove-untracked"): None,
    ("lock", "--no-update"): "",
}


def check(build: Build) -> Iterator[Finding]:
    calls = list(build.packages("poetry"))
    installed = (
        [found for found in tool_installs(build) if found.tool == "poetry"]
        if calls
        else []
    )
    if not installed or not all(_is_two(build, found) for found in installed):
        return
    start = (
        "Poetry 2 has no"
        if all(found.number for found in installed)
        else "the latest Poetry has no"
    )
    for call in calls:
        if call.does.name == "export" and _PLUGIN not in build.dockerfile.text:
            yield Finding(
                call.does.subcommand.span,
                f"{start} export of its own: install {_PLUGIN} beside it",
            )
        for option in call.does.options:
            if (call.does.name, option.name) in _REMOVED:
                instead = _REMOVED[call.does.name, option.name]
                advice = (
                    "use poetry sync"
                    if instead is None
                    else f"use {instead}"
                    if instead
                    else "remove it"
                )
                yield Finding(
                    option.span,
                    f"{start} {option.name}: {advice}",
                    _fix(call, option, instead),
                )


def _is_two(build: Build, found: ToolInstall) -> bool:
    """Whether it is Poetry 2 or later; the newest is, where Python is not older than 3.9."""
    if found.version != "":
        return found.number is not None and found.number >= (2, 0)
    stage = (
        build.dockerfile.stage_of(found.instruction)
        if found.instruction is not None
        else None
    )
    python = stage_python(build, stage) if stage is not None else None
    return python is not None and int(python.minor.rpartition(".")[2]) >= 9


def _fix(call: PackageInvocation, option: Option, instead: str | None) -> Fix | None:
    if (
        instead is None
        or option.word.text != option.name
        or call.script.shell == "exec"
    ):
        return None
    if instead:
        return Fix(
            f"Use {instead}",
            (Edit.replace(option.word.span, instead),),
            Safety.UNSAFE,
        )
    words = call.command.words
    before = words[words.index(option.word) - 1]
    if option.word.span.start - before.span.end != option.word.at - before.at - len(
        before.text
    ):
        return None  # a continuation, which may hold a comment
    return Fix(
        f"Remove {option.name}",
        (Edit.delete(Span(before.span.end, option.word.span.end)),),
        Safety.UNSAFE,
    )


_START = (
    "FROM python:3.14-slim AS build\nRUN pip install --no-cache-dir poetry==2.2.1\n"
    "COPY pyproject.toml /\n"
)
_VARIABLE_START = _START.replace("2.2.1", "$V").replace("RUN", "ENV V=2.1\nRUN")
_OLD = "FROM python:3.14-slim\nRUN pip install --no-cache-dir 'poetry<2'\n"
_WITH_PLUGIN = _START.replace("2.2.1", "2.2.1 poetry-plugin-export==1.9.0")

RULE = Rule(
    id="removed-poetry-option",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    practice=Practice.CORRECTNESS,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "it is not known which version of Poetry runs"
        ),
    },
    examples=(
        Example(
            bad=f"{_START}RUN poetry install --no-root --no-dev",
            fixed=f"{_START}RUN poetry install --no-root --only main",
        ),
        Example(
            bad=f"{_START}RUN set -e; poetry config virtualenvs.create false && \\\n"
                "  # all but tests\n"
            "  poetry install --no-dev --no-root",
            fixed=f"{_START}RUN set -e; poetry config virtualenvs.create false && \\\n"
                  "  # all but tests\n"
            "  poetry install --only main --no-root",
        ),
        Example(
            bad=f"{_START}RUN <<EOF\npoetry lock --no-update\npoetry install --no-dev\nEOF",
            fixed=f"{_START}RUN <<EOF\npoetry lock\npoetry install --only main\nEOF",
        ),
        Example(
            bad=f"{_START.replace('==2.2.1', '')}RUN sh -c 'poetry install --no-dev'",
            fixed=f"{_START.replace('==2.2.1', '')}RUN sh -c 'poetry install --only main'",
        ),
        Example(bad=f'{_START}RUN ["poetry", "install", "--no-dev"]'),
        Example(bad=f"{_START}RUN poetry install --only main --remove-untracked"),
        Example(bad=f"{_START}RUN poetry export -f requirements.txt -o /requirements.txt"),
        Example(bad=f"{_VARIABLE_START}RUN poetry export"),
        Example(good=f"{_START}RUN poetry install --no-root --only main"),
        Example(good=f"{_START.replace('2.2.1', '1.8.5')}RUN poetry install --no-root --no-dev "
                     "&& poetry export"),
        Example(good=f"{_OLD}RUN poetry install --no-root --no-dev"),
        Example(good=f"{_WITH_PLUGIN}RUN poetry export -o /requirements.txt"),
        # which Poetry is in the image is not known
        Example(good="FROM acme/poetry:3\nRUN poetry install --no-root --no-dev"),
        Example(good="FROM python:3.14-slim\nARG V\nRUN pip install --no-cache-dir poetry==$V\n"
                     "RUN poetry export"),
    ),
)  # fmt: skip
