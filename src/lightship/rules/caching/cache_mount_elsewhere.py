"""A cache mount is not where the package manager keeps its cache

## What it does
Finds cache mounts that miss the cache of the package manager in the same RUN.

The rule knows where pip, uv, Poetry, PDM, Pipenv, npm and Bun keep their caches. It is silent where
a setting that it cannot follow or an unknown base image may name another place, where the user is
made only under a condition or by the value of a variable, and where another command of the RUN may
use the mount.

## Why is this bad?
`RUN --mount=type=cache,target=/root/.cache/uv` keeps downloads from one build to the next, and
out of the layer, but only those in that directory. If the cache is somewhere else, because
UV_CACHE_DIR says so, because another user runs the command, or because the mount is that of
another tool, every build downloads all packages again, and the real cache stays in the layer.

`~` is not a home directory to the builder, and a variable that no ARG or ENV sets is empty.

## Fix safety
The fix mounts the directory that the tool uses. It is unsafe: the install may then use files from
the cache of an earlier build. A cache mount belongs to root, so for another user the fix adds
`uid=`; there is none where the number is not known, nor for a mount at a path of its own, such as
/cache: there a variable such as UV_CACHE_DIR is the better cure.

## When to ignore
Ignore it where a configuration file, which lightship does not read, moves the cache to the mount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lightship.base_images.users import uid_of
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import Mount
from lightship.facts.caching.cache_mounts import (
    TOOLS,
    cache_mounts,
    fills_cache,
    lies_in,
    meant_for,
    switch,
)
from lightship.facts.caching.cache_places import cache_place, has_known_base
from lightship.facts.installs.independent import is_independent
from lightship.facts.users.accounts import ROOT, Account, account_of
from lightship.facts.users.current_user import user_of
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.cleaning import removes
from lightship.shell.packages import read_command
from lightship.text import Edit, Span

# pnpm has had its store in other places, by version and file system
_TOOLS = tuple(tool for tool in TOOLS if tool != "pnpm")
_MOST = 20  # commands of one RUN that are looked at
_STATE = ("cd", "set", "export", "mkdir", "rm", "echo", "test", "[")


def check(build: Build) -> Iterator[Finding]:

    by_run: dict[Instruction, list[PackageInvocation]] = {}
    for call in build.packages(*_TOOLS):
        by_run.setdefault(call.instruction, []).append(call)

    for run, calls in by_run.items():
        if not run.flags:
            continue  # it mounts nothing

        filling = [call for call in calls[:_MOST] if _fills(build, call)]
        if not filling:
            continue

        for mount, target in cache_mounts(build, run):
            yield from _judge(build, mount, target, filling)


def _fills(build: Build, call: PackageInvocation) -> bool:
    """Whether it may fill its cache at all: not where it is told to do without."""
    may_fill = fills_cache(call) or call.does.name == "run"
    return may_fill and switch(build, call) is None


def _judge(
    build: Build, mount: Mount, target: str, calls: Sequence[PackageInvocation]
) -> Iterator[Finding]:
    run = calls[0].instruction

    # Whose cache the mount was meant for, by the words of its path
    hints = meant_for(target)
    meant = [call for call in calls if call.does.manager in hints]
    if not hints or (not meant and not _are_all_known(build, run)):
        return

    judged = meant or calls
    places = list(dict.fromkeys(cache_place(build, call) for call in judged))
    known = [place for place in places if place is not None]
    if any(_meet(place, target) for place in known):
        return

    tool = judged[0].does.manager
    if _has_unsure_account(build, run):
        return
    if len(known) == len(places):
        place = known[0]
        message = (
            f"{tool} keeps its cache in {place}: this mount of {target} has no effect"
        )
        variables = judged[0].does.facts.cache_env
        if variables and _is_of_its_own(target):
            message = (
                f"{tool} keeps its cache in {place}, not in this mount: "
                f"set {variables[0]} to {target}"
            )
            yield Finding(_span(build, mount), message)
            return
        fix = _fix(build, calls, mount, place) if len(places) == 1 else None
        yield Finding(_span(build, mount), message, fix)
    elif known or not has_known_base(build, judged[0]):
        return
    elif target.startswith("/root/") and _is_other_user(build, run):
        message = (
            f"user {user_of(build, run)} has no cache under /root: this mount has no effect "
            f"on {tool}"
        )
        yield Finding(_span(build, mount), message)


def _meet(place: str, target: str) -> bool:
    return lies_in(place, target) or lies_in(target, place)


def _is_of_its_own(target: str) -> bool:
    """Whether it was chosen for the mount: no home, and not as a tool would name it."""
    return not target.startswith(("/root", "/home/")) and "/." not in target


def _account(build: Build, run: Instruction) -> Account | None:
    stage = build.dockerfile.stage_of(run)
    if stage is None:
        return None
    return account_of(build, build.lineage_of(stage), user_of(build, run))


def _has_unsure_account(build: Build, run: Instruction) -> bool:
    """Whether its user, and so its home, may be another one: `id -u app || useradd app`."""
    account = _account(build, run)
    if account is None:
        return False
    call = account.call
    if account.varies or call.script.enclosing(call.command):
        return True
    return any(pipeline.operator == "||" for pipeline in call.script.pipelines)


def _is_other_user(build: Build, run: Instruction) -> bool:
    user = user_of(build, run)
    if not user or user in ROOT or "$" in user:
        return False

    state = build.evaluation.before(run)
    env = state.env if state is not None else {}
    return "HOME" not in env and "XDG_CACHE_HOME" not in env


def _are_all_known(build: Build, run: Instruction) -> bool:
    """Whether no command may use the mount unseen: package managers, and what is known to read
    nothing.
    """
    scripts = build.scripts(run)
    if any(script.opaque for script in scripts):
        return False

    # `sh -c '...'` does what the script in its quotes does, which is one of `scripts`
    shells = [script.outer for script in scripts if script.outer is not None]
    commands = [command for script in scripts for command in script.commands]
    return all(
        read_command(command) is not None
        or is_independent(command)
        or command.name in _STATE
        or command in shells
        for command in commands
    )


def _span(build: Build, mount: Mount) -> Span:
    """The path in the flag, as it is written; the flag itself where it is not found."""
    text = mount.flag.span.of(build.dockerfile.text)
    match = re.search(r"(?:target|dst|destination)=([^,\s\"']+)", text)
    start = mount.flag.span.start
    return (
        Span(start + match.start(1), start + match.end(1)) if match else mount.flag.span
    )


def _fix(
    build: Build, calls: Sequence[PackageInvocation], mount: Mount, place: str
) -> Fix | None:
    run = calls[0].instruction
    span = _span(build, mount)
    removals = build.commands("rm", "find", of=run)
    if any(removes(call.script, call.command, place) for call in removals):
        return None  # the RUN would empty its mount
    if span == mount.flag.span or not re.fullmatch(r"[\w./-]+", place):
        return None

    owner = ""
    if mount.uid is None and user_of(build, run) not in ROOT:
        number = _number(build, run)
        is_quoted = '"' in mount.flag.span.of(build.dockerfile.text)
        if not number or is_quoted:
            return None
        owner = f",uid={number}"
    edit = Edit.replace(span, f"{place}{owner}")
    # No other fix may switch the cache off that this one mounts
    relied = tuple(call.command.span for call in calls)
    return Fix(f"Mount {place}", (edit,), Safety.UNSAFE, relies_on=relied)


def _number(build: Build, run: Instruction) -> str:
    """The number of the user that a RUN runs as; empty where it is not known."""
    user = user_of(build, run)
    if user.isdecimal():
        return user
    account = _account(build, run)
    if account is not None:
        return account.number
    stage = build.dockerfile.stage_of(run)
    return uid_of(build.evaluation.root(stage).name, user) if stage is not None else ""


_SLIM = "FROM python:3.14-slim\n"
_UV = (
    f"{_SLIM}COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\nENV UV_LINK_MODE=copy\n"
    "WORKDIR /app\n"
)
_USER = "RUN useradd --uid 10001 --create-home app\nUSER app\n"
_INSTALL = "uv pip install --system flask==3.1.2"

RULE = Rule(
    id="cache-mount-elsewhere",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("type=cache",)),
    practice=Practice.PERFORMANCE,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, whose user and settings say where the cache is"
        ),
        "function": "calls of functions are not followed",
        "sudo": "sudo may change its home and its environment",
    },
    examples=(
        Example(
            bad=f"{_UV}ENV UV_CACHE_DIR=/cache\n"
                f"RUN --mount=type=cache,target=/root/.cache/uv {_INSTALL}",
            fixed=f"{_UV}ENV UV_CACHE_DIR=/cache\nRUN --mount=type=cache,target=/cache {_INSTALL}",
        ),
        Example(
            bad=f"{_UV}{_USER}RUN --mount=type=cache,target=/root/.cache/uv,uid=10001 \\\n"
                f"  # the server\n  {_INSTALL}",
            fixed=f"{_UV}{_USER}RUN --mount=type=cache,target=/home/app/.cache/uv,uid=10001 \\\n"
                  "  # the server\n"
            f"  {_INSTALL}",
        ),
        Example(
            bad=f"{_UV}RUN --mount=type=cache,target=/root/.cache/pip set -e; {_INSTALL}",
            fixed=f"{_UV}RUN --mount=type=cache,target=/root/.cache/uv set -e; {_INSTALL}",
        ),
        Example(
            bad=f"{_UV}RUN --mount=type=cache,target=~/.cache/uv <<EOF\n{_INSTALL}\nEOF",
            fixed=f"{_UV}RUN --mount=type=cache,target=/root/.cache/uv <<EOF\n{_INSTALL}\nEOF",
        ),
        Example(
            bad=f"{_UV}RUN --mount=type=cache,target=$HOME/.cache/uv sh -c '{_INSTALL}'",
            fixed=f"{_UV}RUN --mount=type=cache,target=/root/.cache/uv sh -c '{_INSTALL}'",
        ),
        Example(
            bad=f"{_UV}RUN --mount=dst=/root/.cache/uv,type=cache UV_CACHE_DIR=/tmp/uv {_INSTALL}",
            fixed=f"{_UV}RUN --mount=dst=/tmp/uv,type=cache UV_CACHE_DIR=/tmp/uv {_INSTALL}",
        ),
        Example(
            bad=f"{_SLIM}ENV XDG_CACHE_HOME=/var/cache\n"
                "RUN --mount=type=cache,target=/root/.cache/pip \\\n"
            "    pip install flask==3.1.2",
            fixed=f"{_SLIM}ENV XDG_CACHE_HOME=/var/cache\n"
                  "RUN --mount=type=cache,target=/var/cache/pip \\\n"
            "    pip install flask==3.1.2",
        ),
        Example(
            bad=f"{_SLIM}RUN pip install --no-cache-dir poetry==2.2.1\n"
                "COPY pyproject.toml poetry.lock ./\n"
            "RUN --mount=type=cache,target=/root/.cache/pip poetry install --only main --no-root",
            fixed=f"{_SLIM}RUN pip install --no-cache-dir poetry==2.2.1\n"
                  "COPY pyproject.toml poetry.lock ./\n"
            "RUN --mount=type=cache,target=/root/.cache/pypoetry poetry install --only main "
            "--no-root",
        ),
        Example(
            bad="FROM node:24-slim\nCOPY package*.json ./\nUSER node\n"
            "RUN --mount=type=cache,target=/root/.npm,uid=1000 npm ci",
            fixed="FROM node:24-slim\nCOPY package*.json ./\nUSER node\n"
            "RUN --mount=type=cache,target=/home/node/.npm,uid=1000 npm ci",
        ),
        # a cache mount belongs to root
        Example(
            bad=f"{_UV}{_USER}RUN --mount=type=cache,target=/root/.cache/uv {_INSTALL}",
            fixed=f"{_UV}{_USER}RUN --mount=type=cache,target=/home/app/.cache/uv,uid=10001 "
                  f"{_INSTALL}",
        ),
        Example(bad=f"{_UV}RUN useradd --create-home app\nUSER app\n"
                    f"RUN --mount=type=cache,target=/root/.cache/uv {_INSTALL}"),
        Example(bad=f"{_UV}RUN --mount=type=cache,target=/tmp/uv-cache {_INSTALL}"),
        Example(bad=f"{_UV}USER 1000\nRUN --mount=type=cache,target=/root/.cache/uv,uid=1000 "
                    f"{_INSTALL}"),
        Example(good=f"{_UV}RUN --mount=type=cache,target=/root/.cache/uv {_INSTALL}"),
        Example(good=f"{_UV}RUN --mount=type=cache,target=/root/.cache {_INSTALL}"),
        Example(good=f"{_UV}ENV UV_CACHE_DIR=/cache/uv\n"
                     f"RUN --mount=type=cache,target=/cache {_INSTALL}"),
        Example(good=f"{_UV}RUN --mount=type=cache,target=/cache/uv {_INSTALL} --cache-dir "
                     "/cache/uv"),
        Example(good=f"{_UV}{_USER}RUN --mount=type=cache,target=/home/app/.cache/uv,uid=10001 "
                     f"{_INSTALL}"),
        Example(good=f"{_UV}{_USER}ENV HOME=/root\n"
                     f"RUN --mount=type=cache,target=/root/.cache/uv {_INSTALL}"),
        # another command of the RUN may use it
        Example(good=f"{_UV}COPY . .\nENV UV_NO_CACHE=1\n"
                     f"RUN --mount=type=cache,target=/root/.cache/pip {_INSTALL} "
                     "&& ./build.sh"),
        # which may set UV_CACHE_DIR
        Example(good="FROM registry.example.com/base:1.4\nENV HOME=/home/app UV_LINK_MODE=copy\n"
                     f"RUN --mount=type=cache,target=/root/.cache/uv {_INSTALL}"),
        Example(good=f"{_UV}RUN id -u app || useradd --uid 10001 --create-home app\nUSER app\n"
                     f"RUN --mount=type=cache,target=/tmp/uv-cache,uid=10001 {_INSTALL}"),
        # whoever builds says where
        Example(good=f"{_UV}ARG UV_CACHE_DIR\nRUN --mount=type=cache,target=/root/.cache/uv "
                     f"{_INSTALL}"),
        Example(
            good=f"{_UV}COPY pyproject.toml uv.lock ./\n"
                 "RUN --mount=type=cache,target=/cache/uv uv sync --locked",
            files={"pyproject.toml": "[tool.uv]\ncache-dir = '/cache/uv'\n", "uv.lock": ""},
        ),
        Example(good=f"{_SLIM}RUN --mount=type=cache,target=/var/cache/app pip install "
                     "--no-cache-dir a==1"),
    ),
)  # fmt: skip
