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
from posixpath import basename

from lightship.build import Build, PackageInvocation
from lightship.facts.installs.tool_installs import ToolInstall, tool_installs
from lightship.facts.stages.stage_python import stage_python
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.packages import Option
from lightship.text import Edit, Span

_PLUGIN = "poetry-plugin-export"
_MOST_PROJECTS = 20
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
    if not calls:
        return
    poetries = [tool for tool in tool_installs(build) if tool.tool == "poetry"]
    if not poetries or not all(_is_two(build, poetry) for poetry in poetries):
        return

    are_numbered = all(poetry.number for poetry in poetries)
    start = "Poetry 2 has no" if are_numbered else "the latest Poetry has no"
    for call in calls:
        if call.does.name == "export" and not _has_plugin(build):
            message = f"{start} export of its own: install {_PLUGIN} beside it"
            yield Finding(call.does.subcommand.span, message)

        for option in call.does.options:
            removed = (call.does.name, option.name)
            if removed in _REMOVED:
                instead = _REMOVED[removed]
                message = f"{start} {option.name}: {_advice(instead)}"
                yield Finding(option.span, message, _fix(call, option, instead))


def _has_plugin(build: Build) -> bool:
    """Whether the plugin is installed here, or required by a project: Poetry installs it then."""
    if _PLUGIN in build.dockerfile.text:
        return True
    context = build.context
    if context is None:
        return False
    manifests = [path for path in context.paths if basename(path) == "pyproject.toml"]
    texts = (context.read(path) or "" for path in manifests[:_MOST_PROJECTS])
    return any(_PLUGIN in text for text in texts)


def _advice(instead: str | None) -> str:
    """What to do, where `instead` is an option, empty for none, or None for another command."""
    if instead is None:
        return "use poetry sync"
    return f"use {instead}" if instead else "remove it"


def _is_two(build: Build, poetry: ToolInstall) -> bool:
    """Whether it is Poetry 2 or later; the newest is, where Python is not older than 3.9."""
    if poetry.version != "":
        number = poetry.number
        return number is not None and number >= (2, 0)
    if poetry.instruction is None:
        return False

    stage = build.dockerfile.stage_of(poetry.instruction)
    if stage is None:
        return False
    python = stage_python(build, stage)
    if python is None:
        return False
    minor = python.minor.rpartition(".")[2]
    return minor.isdecimal() and int(minor) >= 9


def _fix(call: PackageInvocation, option: Option, instead: str | None) -> Fix | None:
    word = option.word
    if instead is None or call.script.shell == "exec":
        return None
    if word.text != option.name:
        return None
    if instead:
        edit = Edit.replace(word.span, instead)
        return Fix(f"Use {instead}", (edit,), Safety.UNSAFE)

    words = call.command.words
    at = words.index(word)
    before = words[at - 1]
    gap = word.at - before.at - len(before.text)
    written_gap = word.span.start - before.span.end
    if written_gap != gap:
        return None  # a continuation, which may hold a comment
    removal = Edit.delete(Span(before.span.end, word.span.end))
    return Fix(f"Remove {option.name}", (removal,), Safety.UNSAFE)


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
    scope=RuleScope(managers=("poetry",)),
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
        Example(good=f"{_START}RUN poetry export -o /requirements.txt", files={
            "pyproject.toml": '[tool.poetry.requires-plugins]\npoetry-plugin-export = ">=1.8"\n',
            ".dockerignore": "",
        }),
        # which Poetry is in the image is not known
        Example(good="FROM acme/poetry:3\nRUN poetry install --no-root --no-dev"),
        Example(good="FROM python:3.14-slim\nARG V\nRUN pip install --no-cache-dir poetry==$V\n"
                     "RUN poetry export"),
    ),
)  # fmt: skip
