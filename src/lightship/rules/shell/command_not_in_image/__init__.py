"""A RUN calls a command that the image does not have

## What it does
Finds commands such as curl, wget, git, gcc, make, unzip, uv and adduser in RUN, where the base
image is known to come without them and nothing before may have brought them.

Known are the images of Debian, Ubuntu and Alpine, those of Python, Node and uv, Rust's slim ones,
and Go's on Alpine. The rule is silent after anything that may bring the command: a
package that is not known or depends on it, a script, a download, a COPY into a directory of PATH;
where the Dockerfile mentions the command before; under `if`, after `||` and before `|| true`.

## Why is this bad?
The shell ends with "not found", code 127, and the build fails; or it goes on without what the
command does, where a pipe, `$(…)` or `;` hides the failure: that is a warning. Slim images have
neither curl nor git nor a compiler; Alpine has no bash; and `debian:13` no longer has adduser and
addgroup.

There is no fix: whether to install the command, to use another one (`useradd`, ADD in place of
curl) or to start from another image is your choice.

## When to ignore
Ignore it where a base image of the same name, but your own, has the command.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lightship.base_images.missing_commands import missing_commands
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.evaluation.stages import reachable
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.failing import fails_script

if TYPE_CHECKING:
    from lightship.rules.shell.command_not_in_image.provided import Missing

_SCOPE = tuple(
    """add-apt-repository addgroup adduser apk apt apt-get bash bzip2 cargo cmake curl dnf envsubst
    file g++ gcc git go gpg groupadd java javac jq locale-gen lsb_release make mvn node npm npx
    patch pdm pip pip3 pipenv poetry python python3 rsync rustc ssh sudo unzip useradd usermod uv
    uvx wget xz yum zip""".split()
)
_INSTEAD = {
    "adduser": "use useradd",
    "addgroup": "use groupadd",
    "useradd": "use adduser",
    "groupadd": "use addgroup",
    "apt": "use apk",
    "apt-get": "use apk",
    "apk": "use apt-get",
    "yum": "use its own package manager",
    "dnf": "use its own package manager",
    "bash": "use sh, or install it",
    "sudo": "remove it",
}


def check(build: Build) -> Iterator[Finding]:
    if build.final is None or build.contexts:
        return
    if not _calls_any_missing(build):
        return

    from lightship.rules.shell.command_not_in_image.provided import missing_calls  # noqa: PLC0415 - with the lists of all packages

    needed = reachable(build.evaluation.graph, [build.final])
    left: dict[int, set[str]] = {}  # by stage: what it does not have at its end
    for stage in build.dockerfile.stages:
        if stage.index not in needed:
            continue
        base = build.base_of(stage)
        missing = set(left[base.index]) if base is not None else _missing(build, stage)
        left[stage.index] = missing
        for call in missing_calls(build, stage, missing):
            yield _finding(build, stage, call)


def _calls_any_missing(build: Build) -> bool:
    """Whether a command is called that the image of some stage does not have at its start."""
    missing = frozenset[str]().union(
        *(_missing(build, stage) for stage in build.dockerfile.stages)
    )
    for call in build.commands():
        wrappers = [wrapper.name for wrapper in call.command.wrappers]
        if not missing.isdisjoint((call.command.name, *wrappers)):
            return True
    return False


def _missing(build: Build, stage: Stage) -> set[str]:
    """What the image of a stage surely comes without."""
    image = build.root_image(stage)
    return set(missing_commands(image)) if image is not None else set()


def _finding(build: Build, stage: Stage, call: Missing) -> Finding:
    image = build.evaluation.root(stage).name
    lacks = f"{image} has no {call.name}"
    if not fails_script(call.script, call.command):
        message = f"{lacks}, and the build goes on without what it does"
        return Finding(call.word.span, message, severity=Severity.WARNING)
    instead = _INSTEAD.get(call.name, "install it before")
    message = f"{lacks}, and the build fails: {instead}"
    return Finding(call.word.span, message)


RULE = Rule(
    id="command-not-in-image",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(commands=_SCOPE, text=("sudo",)),
    missed={
        "in-onbuild": "a trigger runs in another build, on another image",
        "function": "whether a function is called is not followed",
        "argument-in-an-arg argument-in-a-shell-variable": (
            "what a variable names may bring the command"
        ),
        "if-branch": "a command under a condition need not be run",
    },
    examples=(
        Example(bad="FROM python:3.13-slim\nRUN git clone https://example.com/a /a"),
        Example(
            bad="FROM python:3.13-slim\nCOPY pyproject.toml uv.lock ./\n"
            "RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-dev"
        ),
        Example(
            bad="FROM debian:13-slim\n"
            "RUN adduser --disabled-password --gecos '' app\nUSER app"
        ),
        Example(
            bad="FROM alpine:3.22\nRUN apk add --no-cache ca-certificates && \\\n"
            "    # the tool\n    curl -fsSLO https://example.com/tool"
        ),
        Example(
            bad='FROM node:24-alpine AS base\nFROM base\nRUN ["bash", "-c", "npm ci"]'
        ),
        Example(
            bad="FROM debian:13-slim\nRUN <<EOF\nset -e\napt-get update\n"
            "apt-get install -y --no-install-recommends gcc libffi-dev\nmake -C /src\nEOF"
        ),
        Example(bad="FROM ubuntu:24.04\nRUN sh -c 'wget https://example.com/a'"),
        Example(
            good="FROM python:3.13-slim\nRUN apt-get update \\\n"
            "    && apt-get install -y --no-install-recommends git \\\n"
            "    && rm -rf /var/lib/apt/lists/*\n"
            "RUN git clone --branch v1.0.0 https://example.com/a /a\nUSER 10001"
        ),
    ),
)
