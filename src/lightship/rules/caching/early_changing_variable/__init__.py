"""A variable that changes with every build is declared before the dependencies are installed

## What it does
Finds ARG and ENV whose value changes with every build, above RUN instructions that do not use it.

The rule knows such variables by name: commits, dates and numbers of builds, versions of the
application, where ARG gives them no default or one such as `unknown` or `dev`. It considers RUN
that only call package managers and tools of the system, so that nothing in them can use the
variable, and that come before the sources, or a wheel that is built from them, are copied: after
that everything is rebuilt anyway. A variable that is meant to bust the cache, such as `CACHEBUST`,
is left alone, and so is one that no build of the repository gives, where these are known, the
name of a branch, unless its default is one such as `unknown`, and what an ENV replaces by a
constant.

## Why is this bad?
BuildKit runs a RUN again when anything in its environment has changed: every ENV, and every ARG
with a value, above it in the stage, whether the RUN reads it or not. With `ARG GIT_SHA` or `ARG
BUILD_DATE` at the top of a stage, every commit downloads and installs all packages again. In
6,495 commits of 13 public Python projects, only 18 of 100 touched a file that says what to
install. (COPY and ADD depend on the variables that they expand, LABEL and CMD on none.)

Declare it where it is first used, below the slow steps.

## Fix safety
The fix moves the ARG, and the ENV and LABEL that are made from it, after the last of these RUN.
It is unsafe, because a script in a package that is installed might read a variable of that name.
There is none where an ENV sets other variables too.

## When to ignore
Ignore it where a new value should reinstall everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.facts.edits import moves
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.caching.early_changing_variable.changing import (
    EarlyVariables,
    early_variables,
)


def check(build: Build) -> Iterator[Finding]:
    for early in early_variables(build):
        yield Finding(early.pairs[0].span, _message(early), _fix(build, early))


def _message(early: EarlyVariables) -> str:
    names = list(dict.fromkeys(pair.name.text for pair in early.pairs))
    lines = [str(run.first_line) for run in early.runs]
    installs = "install on line" if len(lines) == 1 else "installs on lines"
    them = "it" if len(names) == 1 else "them"
    return (
        f"every new {_and(names)} reruns the unrelated {installs} {_and(lines)}: "
        f"move {them} below"
    )


def _and(words: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _fix(build: Build, early: EarlyVariables) -> Fix | None:
    dockerfile, last = build.dockerfile, early.runs[-1]
    if not early.moving:
        return None
    touched = (*early.moving, last)
    if not all(moves.is_closed(dockerfile, item) for item in touched):
        return None

    groups = moves.neighbours(dockerfile, early.moving)
    edits = [moves.remove(dockerfile, group[0], group[-1]) for group in groups]
    lines: list[str] = []
    if moves.is_spaced(dockerfile, early.moving[0]):
        lines.append("")
    for item in early.moving:
        lines += moves.moved(dockerfile, item)
    edits.append(moves.after(dockerfile, last, lines))
    return Fix("Declare it after the installs", tuple(edits), Safety.UNSAFE)


_APT = (
    "RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf "
    "/var/lib/apt/lists/*"
)
_PIP = "COPY requirements.txt /tmp/\nRUN pip install --no-cache-dir -r /tmp/requirements.txt"

RULE = Rule(
    id="early-changing-variable",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    default=False,
    scope=RuleScope(keywords=("ARG",)),
    practice=Practice.PERFORMANCE,
    missed={
        "in-an-earlier-stage": "an ARG ends with its stage",
        "function": "calls of functions are not followed",
    },
    examples=(
        Example(
            bad=f"ARG GIT_SHA\nENV GIT_SHA=$GIT_SHA\nWORKDIR /app\n{_PIP}\nCOPY . .",
            fixed=f"WORKDIR /app\n{_PIP}\nARG GIT_SHA\nENV GIT_SHA=$GIT_SHA\nCOPY . .",
        ),
        Example(
            bad=f"""FROM debian:trixie-slim
ENV LANG=C.UTF-8

# What this is
ARG BUILD_DATE
ARG VERSION=dev
LABEL org.opencontainers.image.created=$BUILD_DATE \\
      org.opencontainers.image.version=$VERSION

{_APT}
RUN echo $VERSION > /version""",
            fixed=f"""FROM debian:trixie-slim
ENV LANG=C.UTF-8

{_APT}

# What this is
ARG BUILD_DATE
ARG VERSION=dev
LABEL org.opencontainers.image.created=$BUILD_DATE \\
      org.opencontainers.image.version=$VERSION
RUN echo $VERSION > /version""",
        ),
        Example(
            bad='ARG COMMIT=""\nRUN <<EOF\nset -e\napt-get update\napt-get install -y git\nEOF\n'
            'CMD ["$COMMIT"]',
            fixed='RUN <<EOF\nset -e\napt-get update\napt-get install -y git\nEOF\nARG COMMIT=""\n'
            'CMD ["$COMMIT"]',
        ),
        Example(
            bad="ARG CI_COMMIT_SHA CI_PIPELINE_ID\nRUN apt-get update; \\\n  # to build\n"
            "  apt-get install -y git",
            fixed="RUN apt-get update; \\\n  # to build\n  apt-get install -y git\n"
            "ARG CI_COMMIT_SHA CI_PIPELINE_ID",
        ),
        Example(
            bad="ARG VCS_REF=unknown\nRUN sh -c 'npm ci' && rm -rf ~/.npm\n"
            "ENV SENTRY_RELEASE=${VCS_REF}",
            fixed="RUN sh -c 'npm ci' && rm -rf ~/.npm\nARG VCS_REF=unknown\n"
            "ENV SENTRY_RELEASE=${VCS_REF}",
        ),
        Example(
            bad="ARG BUILD_NUMBER\nENV BUILD=1.$BUILD_NUMBER\n"
            'RUN ["uv", "sync", "--locked", "--no-install-project"]',
            fixed='RUN ["uv", "sync", "--locked", "--no-install-project"]\nARG BUILD_NUMBER\n'
            "ENV BUILD=1.$BUILD_NUMBER",
        ),
        Example(
            bad="FROM python:3.13-slim AS build\narg git_sha\n"
            "run pip install --no-cache-dir flask\nFROM scratch\n"
            "COPY --from=build /app /app",
            fixed="FROM python:3.13-slim AS build\nrun pip install --no-cache-dir flask\n"
            "arg git_sha\nFROM scratch\n"
            "COPY --from=build /app /app",
        ),
        Example(
            bad=f"ARG RELEASE=dev\nFROM debian:trixie-slim\nARG RELEASE\n{_APT}",
            fixed=f"ARG RELEASE=dev\nFROM debian:trixie-slim\n{_APT}\nARG RELEASE",
        ),
        Example(bad=f"ARG GIT_SHA\nENV GIT_SHA=$GIT_SHA LANG=C.UTF-8\n{_APT}"),
        Example(bad=f"ARG GIT_SHA\nENV A=1\nLABEL a=$A b=$GIT_SHA\nENV A=2\n{_APT}"),
        Example(good=f"{_APT}\nARG GIT_SHA\nENV GIT_SHA=$GIT_SHA"),
        Example(good=f"ARG GIT_SHA=4f6d0a1\n{_APT}"),  # stays until somebody edits it
        Example(good=f"ARG VERSION=1.27.0\n{_APT}"),
        Example(
            good=f"ARG VERSION=1.27.0\nFROM debian:trixie-slim\nARG VERSION\n{_APT}"
        ),
        Example(good=f"ARG GIT_BRANCH=main\n{_APT}"),
        Example(good=f"ARG VERSION\nENV VERSION=main\n{_APT}"),
        Example(
            good="ARG COMMIT\nCOPY dist/app-1.0.tar.gz /tmp/\n"
            "RUN pip install --no-cache-dir /tmp/app-1.0.tar.gz"
        ),
        Example(good=f"ARG CACHEBUST\n{_APT}"),  # it is there for that
        Example(
            good=f"ARG VERSION\nRUN pip install --no-cache-dir app==$VERSION\n{_PIP}"
        ),
        Example(
            good=f"ARG VERSION\n{_APT}\nRUN git clone -b $VERSION https://example.com/app.git"
        ),  # chosen, not given
        Example(
            good=f"ARG COMMIT\nRUN echo $COMMIT > /commit\n{_APT}"
        ),  # the RUN before runs again anyway
        Example(good=f"ARG COMMIT\nRUN ./configure\n{_APT}"),  # may read it
        Example(
            good="ARG VERSION\nCOPY src /app/src\nRUN pip install --no-cache-dir flask==3.1.2"
        ),
        Example(
            good="ARG VERSION\nCOPY pyproject.toml setup.py /app/\n"
            "RUN pip install --no-cache-dir /app"
        ),  # may read it
        Example(
            good="ARG VERSION\nENV SETUPTOOLS_SCM_PRETEND_VERSION=$VERSION\n"
            "RUN pip install --no-cache-dir flask==3.1.2"
        ),
        Example(
            good=f"ARG SOURCE_DATE_EPOCH\n{_APT}"
        ),  # what is built may depend on it
        Example(
            good="FROM golang:1.27 AS build\nCOPY . .\nRUN go build\nFROM alpine:3.23\nARG COMMIT\n"
            "COPY --from=build /app /app\nRUN apk add --no-cache curl"
        ),
    ),
)
