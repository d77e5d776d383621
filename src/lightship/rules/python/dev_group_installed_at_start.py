"""`uv run` in CMD installs the excluded dev group at every start

## What it does
Finds `uv run` in CMD or ENTRYPOINT of an image that was built with `uv sync --no-dev`.

With a build context the rule is silent where the project has no such group, and where no
pyproject.toml is copied to where `uv run` starts; without one it is a note. It is also silent with
`--no-sync`, `--no-dev` and their environment variables.

## Why is this bad?
`uv run` syncs the environment before it runs anything, including the `dev` group unless told
otherwise. So every container downloads and installs the development tools before the program
starts, needs the network for it, and fails where the user cannot write or the file system is
read-only.

## Fix safety
The fix adds `--no-sync`: the environment of the image is used as it is. It is unsafe, because
packages that the sync would have added are then missing. Better still, start the program of the
environment itself, `CMD ["/app/.venv/bin/gunicorn", ...]`, which needs no uv in the image.

## When to ignore
Ignore it where containers are meant to sync at start, as in development.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.installs.project_commands import (
    StartRun,
    project_installs,
    runs_at_start,
    ships,
)
from lightship.facts.installs.project_files import is_never_copied, project_of
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope

_LEFT_OUT = ("--no-dev", "--no-default-groups", "--no-group")


def check(build: Build) -> Iterator[Finding]:
    runs = runs_at_start(build)
    if not runs:
        return

    installs = project_installs(build)
    syncs = [
        sync for sync in installs if sync.does.name == "sync" and ships(build, sync)
    ]
    if not syncs or not all(sync.does.option(*_LEFT_OUT) for sync in syncs):
        return

    if _is_without_project(build, runs[-1]):
        return
    project = project_of(build, syncs[-1])
    if project is None or project.default_groups("uv"):
        what = "the dev group" if project is not None else "any dev group"
        for run in runs:
            message = (
                f"uv run installs {what} at every start, although the build excluded it: add "
                "--no-sync"
            )
            fix = Fix(
                "Add --no-sync",
                (after_word(run.script, run.does.subcommand, "--no-sync"),),
                Safety.UNSAFE,
            )
            severity = Severity.INFO if project is None else None
            yield Finding(
                run.does.subcommand.span,
                message,
                fix if takes_words(run.script) else None,
                severity,
            )


def _is_without_project(build: Build, run: StartRun) -> bool:
    """Whether no project is in the image: its files were mounted, and `uv run` syncs nothing."""
    state = build.evaluation.before(run.instruction)
    if build.context is None or state is None or state.workdir is None:
        return False
    manifest = posixpath.join(state.workdir, "pyproject.toml")
    return is_never_copied(build, manifest)


_UV = (
    "FROM python:3.14-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"
    "ENV UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1\n"
)
_UV += "WORKDIR /app\n"
_BUILT = (
    f"{_UV}COPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev\nUSER 10001\n"
)
_PROJECT = "[project]\nname = 'shop'\nversion = '1'\n"
_GROUPS = f"{_PROJECT}[dependency-groups]\ndev = ['pytest']\n"

RULE = Rule(
    id="dev-group-installed-at-start",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("uv",)),
    production_only=True,
    practice=Practice.PERFORMANCE,
    examples=(
        Example(
            bad=f'{_BUILT}CMD ["uv", "run", "shop"]',
            fixed=f'{_BUILT}CMD ["uv", "run", "--no-sync", "shop"]',
        ),
        Example(
            bad=f'{_BUILT}CMD ["uv", "run", "--locked", "pytest", "--no-sync"]',
            fixed=f'{_BUILT}CMD ["uv", "run", "--no-sync", "--locked", "pytest", "--no-sync"]',
            files={"pyproject.toml": _GROUPS, "uv.lock": ""},
        ),
        Example(
            bad=f"{_BUILT}CMD exec uv run gunicorn shop:app",
            fixed=f"{_BUILT}CMD exec uv run --no-sync gunicorn shop:app",
        ),
        Example(
            bad=f'{_BUILT}ENTRYPOINT ["sh", "-c", "cd /app && uv run shop"]',
            fixed=f'{_BUILT}ENTRYPOINT ["sh", "-c", "cd /app && uv run --no-sync shop"]',
        ),
        Example(
            bad=f"{_BUILT.replace('-slim', '-slim AS base')}FROM base\nENV UV_NO_SYNC=0\n"
            'CMD ["uv", "run", "shop"]',
            fixed=f"{_BUILT.replace('-slim', '-slim AS base')}FROM base\nENV UV_NO_SYNC=0\n"
            'CMD ["uv", "run", "--no-sync", "shop"]',
        ),
        Example(good=f'{_BUILT}CMD ["uv", "run", "--no-sync", "shop"]'),
        Example(good=f'{_BUILT}CMD ["uv", "run", "--no-dev", "shop"]'),
        Example(good=f'{_BUILT}ENV UV_NO_DEV=1\nCMD ["uv", "run", "shop"]'),
        Example(
            good=f'{_BUILT}CMD ["uv", "run", "shop"]',
            files={"pyproject.toml": _PROJECT, "uv.lock": ""},
        ),
    ),
)
