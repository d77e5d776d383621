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

from lightship.build import Build
from lightship.evaluation.stages import reachable
from lightship.facts.commands.lacking_bases import calls_any_missing
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.failing import fails_script, is_always_run

if TYPE_CHECKING:
    from lightship.facts.commands.missing_calls import Missing

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
    if build.final is None or not build.once(calls_any_missing):
        return
    # Few Dockerfiles call any
    from lightship.facts.commands.missing_calls import missing_calls  # noqa: PLC0415

    needed = reachable(build.evaluation.graph, [build.final])
    for call in missing_calls(build):
        is_needed = call.stage.index in needed
        if is_needed and call.is_first and is_always_run(call.script, call.command):
            yield _finding(build, call)


def _finding(build: Build, call: Missing) -> Finding:
    image = build.evaluation.root(call.stage).name
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
