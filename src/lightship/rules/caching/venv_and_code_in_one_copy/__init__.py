"""One COPY brings the virtual environment and the code into the same layer

## What it does
Finds `COPY --from` of a directory that contains both sources and a virtual environment or
`node_modules`, and copies that bring the environment a second time.

The rule is silent where the environment changes with the sources anyway: they come before the
install (`sources-before-dependencies`), or `uv sync` or `pip install .` puts the project itself
into it. It is also silent where a later RUN removes the environment, and for `node_modules` in a
Python image.

## Why is this bad?
`COPY --from=builder /app /app` copies the installed packages together with the sources, into one
layer: each change of one source file writes, pushes and pulls all of it again, 71 MB in a small
FastAPI project, although the packages are the same.

Copy the environment first, with a COPY of its own. That layer comes from the cache as long as the
packages stay the same, and is not sent again.

## Fix safety
The second COPY must exclude the environment, or it copies it again: `--exclude` does that, which
docker/dockerfile supports from 1.19 on. Where the Dockerfile asks for such a frontend (`#
syntax=docker/dockerfile:1`), the fix writes the two lines. It is safe where root made the
environment in the other stage, because the image gets the same files. Where that stage only
installs, the sources can also come from the build context itself; that is unsafe, because a build
backend may have written something beside them. Where neither is certain there is no fix: install
somewhere else (`UV_PROJECT_ENVIRONMENT=/opt/venv`), or copy the directories of the code one by
one.

## When to ignore
Ignore it where the environment is small.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.caching.venv_and_code_in_one_copy.split_copies import (
    MixedCopy,
    from_context,
    is_same,
    mixed_copies,
    with_exclude,
)


def check(build: Build) -> Iterator[Finding]:
    for mixed in mixed_copies(build):
        name = mixed.rest.rpartition("/")[2]
        message = (
            f"every source change sends {name} again, because one COPY copies both: "
            f"copy {name} first"
        )
        if mixed.is_twice:
            message = f"{name} is in the image twice: exclude it from this COPY"
        cures = tuple(_cures(build, mixed))
        fix = cures[0] if cures else None
        yield Finding(mixed.copy.word.span, message, fix, choices=cures[1:])


def _cures(build: Build, mixed: MixedCopy) -> Iterator[Fix]:
    edits = with_exclude(build, mixed)
    if edits:
        if mixed.is_twice:
            # The first COPY may give it to another user
            yield Fix("Exclude it from this COPY", edits, Safety.UNSAFE)
            return
        safety = Safety.SAFE if is_same(build, mixed) else Safety.UNSAFE
        yield Fix("Split into two COPY, and exclude it from the second", edits, safety)
    edits = from_context(build, mixed)
    if edits:
        yield Fix("Copy the sources from the build context", edits, Safety.UNSAFE)


_UV = """FROM ghcr.io/astral-sh/uv:0.9.11-python3.13-trixie-slim AS builder
WORKDIR /app
RUN --mount=type=bind,source=uv.lock,target=uv.lock \\
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \\
    uv sync --locked --no-dev --no-install-project
COPY . /app

FROM python:3.13-slim-trixie
"""
_PIP = """FROM python:3.13-slim AS build
WORKDIR /srv/app
RUN python -m venv env
COPY requirements.txt ./
RUN env/bin/pip install --no-cache-dir -r requirements.txt
COPY src ./src
COPY tool /usr/local/bin/
FROM python:3.13-slim
"""
_NODE = """FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
FROM node:24-slim
WORKDIR /app
"""
_SYNTAX = "# syntax=docker/dockerfile:1\n"
_END = "ENV PATH=/app/.venv/bin:$PATH\nUSER 10001\n"

RULE = Rule(
    id="venv-and-code-in-one-copy",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    default=False,
    scope=RuleScope(text=("--from=",)),
    practice=Practice.PERFORMANCE,
    missed={
        "in-onbuild": (
            "a trigger runs in another build: what it makes or takes is not in this image"
        ),
        "argument-in-a-shell-variable": (
            "the operand is the mistake, and shell variables are not followed"
        ),
    },
    examples=(
        Example(
            bad=f"{_SYNTAX}{_UV}# The project\nCOPY --from=builder --chown=10001:10001 /app /app\n"
            f"{_END}",
            fixed=f"{_SYNTAX}{_UV}COPY --from=builder --chown=10001:10001 /app/.venv /app/.venv\n"
            "# The project\n"
            f"COPY --exclude=.venv --from=builder --chown=10001:10001 /app /app\n{_END}",
        ),
        Example(
            bad=f"{_UV}COPY --from=builder --chown=10001:10001 /app /app\n{_END}",
            fixed=f"{_UV}COPY --from=builder --chown=10001:10001 /app/.venv /app/.venv\n"
            f"COPY --chown=10001:10001 . /app\n{_END}",
        ),
        Example(
            bad=f"# syntax=docker/dockerfile:1.7\n{_PIP}COPY --from=build /srv/app /srv/app\n"
            "USER 10001"
        ),
        Example(
            bad=f"# syntax=docker/dockerfile:1.19\n{_PIP}COPY --from=build /srv/ /srv/\nUSER 10001",
            fixed="# syntax=docker/dockerfile:1.19\n"
            f"{_PIP}COPY --from=build /srv/app/env /srv/app/env\n"
            "COPY --exclude=app/env --from=build /srv/ /srv/\nUSER 10001",
        ),
        Example(
            bad=f"{_SYNTAX}{_NODE}COPY --from=build /app .\nUSER node",
            fixed=f"{_SYNTAX}{_NODE}COPY --from=build /app/node_modules ./node_modules\n"
            "COPY --exclude=node_modules --from=build /app .\nUSER node",
        ),
        Example(
            bad=f'{_NODE}COPY ["--from=build", "/app", "."]\nCOPY --from=build ["/app", "."]\n'
            "USER node"
        ),
        Example(
            bad=f"{_NODE}COPY --from=build \\\n    # all of it\n    /app .\nUSER node"
        ),
        # It is brought before, and then once more
        Example(
            bad=f"{_UV}COPY --from=builder /app/.venv /app/.venv\nCOPY --from=builder /app \\\n"
            f"    /app\n{_END}"
        ),
        Example(
            good=f"{_UV}COPY --from=builder /app/.venv /app/.venv\nCOPY . /app\n{_END}"
        ),
        Example(
            good=f"{_UV}COPY --from=builder /app/.venv /app/.venv\n"
            f"COPY --from=builder /app/src /app/src\n{_END}"
        ),
        Example(
            good=f"{_SYNTAX}{_UV}COPY --from=builder /app/.venv /app/.venv\n"
            f"COPY --from=builder --exclude=.venv /app /app\n{_END}"
        ),
        # The environment alone is all there is
        Example(
            good="FROM python:3.13-slim AS build\nWORKDIR /app\nRUN python -m venv .venv\n"
            "COPY requirements.txt ./\n"
            "RUN .venv/bin/pip install --no-cache-dir -r requirements.txt\nFROM python:3.13-slim\n"
            f"COPY --from=build /app /app\nCOPY src /app/src\n{_END}"
        ),
    ),
)
