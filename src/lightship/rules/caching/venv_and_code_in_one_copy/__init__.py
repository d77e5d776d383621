"""One COPY brings the virtual environment and the code into the same layer

`COPY --from=builder /app /app` brings what was installed together with the sources. It is one layer: each
change of one source file writes, pushes and pulls all of it again, 71 MB in a small FastAPI project, although
the packages are the same. The example of uv for builds in several stages has it too.

Bring the environment first, by a COPY of its own. The layer is then taken from the cache as long as the
packages stay, and is not sent again. The same goes for `node_modules`.

The second COPY must leave it out, or it brings it once more: `--exclude` does that, which docker/dockerfile knows
from 1.19 on. Where the Dockerfile asks for such a frontend (`# syntax=docker/dockerfile:1`) the fix
writes the two lines. It is safe where root made the environment in the other stage, since the image gets the
same files. Where that stage only installs, the sources can also come from the build context itself; that is
unsafe, because a build backend may have written something beside them. Where neither is sure there is no fix:
install somewhere else (`UV_PROJECT_ENVIRONMENT=/opt/venv`), or copy the directories of the code one by one.

The rule is silent where the sources come before the install, which makes everything anew in any case
(`sources-before-dependencies`).
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
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
        message = f"each change of the sources brings {name} anew, since one COPY takes both: copy {name} before, alone"
        cures = tuple(_cures(build, mixed))
        yield Finding(
            mixed.copy.word.span,
            message,
            cures[0] if cures else None,
            choices=cures[1:],
        )


def _cures(build: Build, mixed: MixedCopy) -> Iterator[Fix]:
    edits = with_exclude(build, mixed)
    if edits:
        safety = Safety.SAFE if is_same(build, mixed) else Safety.UNSAFE
        yield Fix("Write two COPY, and leave it out of the second", edits, safety)
    edits = from_context(build, mixed)
    if edits:
        yield Fix("Take the sources from the build context", edits, Safety.UNSAFE)


_UV = """FROM ghcr.io/astral-sh/uv:0.9.11-python3.13-trixie-slim AS builder
WORKDIR /app
RUN --mount=type=bind,source=uv.lock,target=uv.lock \\
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \\
    uv sync --locked --no-dev --no-install-project
COPY . /app
RUN uv sync --locked --no-dev

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
            bad=f"{_SYNTAX}{_UV}# The project\nCOPY --from=builder --chown=10001:10001 /app /app\n{_END}",
            fixed=f"{_SYNTAX}{_UV}COPY --from=builder --chown=10001:10001 /app/.venv /app/.venv\n# The project\n"
            f"COPY --exclude=.venv --from=builder --chown=10001:10001 /app /app\n{_END}",
        ),
        Example(
            bad=f"{_UV}COPY --from=builder --chown=10001:10001 /app /app\n{_END}",
            fixed=f"{_UV}COPY --from=builder --chown=10001:10001 /app/.venv /app/.venv\n"
            f"COPY --chown=10001:10001 . /app\n{_END}",
        ),
        Example(
            bad=f"# syntax=docker/dockerfile:1.7\n{_PIP}COPY --from=build /srv/app /srv/app\nUSER 10001"
        ),
        Example(
            bad=f"# syntax=docker/dockerfile:1.19\n{_PIP}COPY --from=build /srv/ /srv/\nUSER 10001",
            fixed=f"# syntax=docker/dockerfile:1.19\n{_PIP}COPY --from=build /srv/app/env /srv/app/env\n"
            "COPY --exclude=app/env --from=build /srv/ /srv/\nUSER 10001",
        ),
        Example(
            bad=f"{_SYNTAX}{_NODE}COPY --from=build /app .\nUSER node",
            fixed=f"{_SYNTAX}{_NODE}COPY --from=build /app/node_modules ./node_modules\n"
            "COPY --exclude=node_modules --from=build /app .\nUSER node",
        ),
        Example(
            bad=f'{_NODE}COPY ["--from=build", "/app", "."]\nCOPY --from=build ["/app", "."]\nUSER node'
        ),
        Example(
            bad=f"{_NODE}COPY --from=build \\\n    # all of it\n    /app .\nUSER node"
        ),
        # It is brought before, and then once more
        Example(
            bad=f"{_UV}COPY --from=builder /app/.venv /app/.venv\nCOPY --from=builder /app \\\n    /app\n{_END}"
        ),
        Example(
            good=f"{_UV}COPY --from=builder /app/.venv /app/.venv\nCOPY . /app\n{_END}"
        ),
        Example(
            good=f"{_UV}COPY --from=builder /app/.venv /app/.venv\nCOPY --from=builder /app/src /app/src\n{_END}"
        ),
        Example(
            good=f"{_SYNTAX}{_UV}COPY --from=builder /app/.venv /app/.venv\n"
            f"COPY --from=builder --exclude=.venv /app /app\n{_END}"
        ),
        # The environment alone is all there is
        Example(
            good="FROM python:3.13-slim AS build\nWORKDIR /app\nRUN python -m venv .venv\nCOPY requirements.txt ./\n"
            "RUN .venv/bin/pip install --no-cache-dir -r requirements.txt\nFROM python:3.13-slim\n"
            f"COPY --from=build /app /app\nCOPY src /app/src\n{_END}"
        ),
    ),
)
