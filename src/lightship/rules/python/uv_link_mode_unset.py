"""uv cannot link files from a cache mount, warns, and copies them

## What it does
Finds installs by uv with a cache mount and without UV_LINK_MODE.

## Why is this bad?
uv hard-links packages from its cache. A cache mount is a separate file system, so the first link
fails; uv prints "Failed to hardlink files; falling back to full copy" and copies every file (uv's
crates/uv-fs/src/link.rs). The image is the same, but the warning in every build hides others.

## Fix safety
The fix sets `UV_LINK_MODE=copy`, as uv's guide for Docker does: the same files are copied,
without the warning. It is safe where each install of uv after it has the mount, or no cache; it
is unsafe where one has neither, because a copy needs space that a link to a cache in the same
layer does not.

## When to ignore
Ignore it where the warning does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lightship.build import Build, Invocation, PackageInvocation
from lightship.facts.caching.cache_mounts import cache_mounts, lies_in, switch
from lightship.facts.caching.cache_places import cache_place
from lightship.facts.command_variables import variable
from lightship.facts.edits import moves
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope

_SETTING = "UV_LINK_MODE"
_MOST = 100  # commands that are looked at


def check(build: Build) -> Iterator[Finding]:
    if _is_in_project(build):
        return

    calls = list(islice(filter(_installs, build.packages("uv")), _MOST))
    for call in calls:
        if _mounts_cache(build, call) and not _is_set(build, call):
            message = (
                "uv cannot link files from a cache mount and warns in every build: set "
                f"{_SETTING}=copy"
            )
            yield Finding(call.does.subcommand.span, message, _fix(build, call, calls))
            return


def _installs(call: PackageInvocation) -> bool:
    return call.does.installs or call.does.name == "run"


def _is_set(build: Build, call: PackageInvocation) -> bool:
    where = Invocation(call.instruction, call.script, call.command)
    state = build.evaluation.before(call.instruction)
    if state is None or _SETTING in state.args:
        return True
    text = call.script.text.text
    if "--link-mode" in text or _SETTING in text:
        return True
    return variable(build, where, _SETTING) is not None


def _is_in_project(build: Build) -> bool:
    context = build.context
    if context is None:
        return False
    texts = [context.read(name) or "" for name in ("pyproject.toml", "uv.toml")]
    return any("link-mode" in text for text in texts)


def _mounts_cache(build: Build, call: PackageInvocation) -> bool:
    place = cache_place(build, call)
    if place is None or switch(build, call) is not None:
        return False
    mounts = cache_mounts(build, call.instruction)
    return any(lies_in(place, target) for _, target in mounts)


def _fix(
    build: Build, first: PackageInvocation, calls: list[PackageInvocation]
) -> Fix | None:
    """ENV above the first RUN; for the stage and those that start from it."""
    if first.instruction.trigger is not None:
        return None
    lines = (f"ENV {_SETTING}=copy",)
    edit = moves.before_block(build.dockerfile, first.instruction, lines)
    is_safe = len(calls) < _MOST and all(_is_untouched(build, call) for call in calls)
    safety = Safety.SAFE if is_safe else Safety.UNSAFE
    return Fix(f"Set {_SETTING}=copy", (edit,), safety)


def _is_untouched(build: Build, call: PackageInvocation) -> bool:
    """Whether it copies files anyway, or has said how."""
    if _mounts_cache(build, call) or call.does.no_cache:
        return True
    return _is_set(build, call)


_UV = "FROM python:3.14-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"
_MOUNT = "--mount=type=cache,target=/root/.cache/uv"
_INSTALL = "uv pip install --system flask==3.1.2"

RULE = Rule(
    id="uv-link-mode-unset",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=("type=cache",)),
    practice=Practice.PERFORMANCE,
    missed={
        "sudo": "sudo may change its home and its environment",
    },
    examples=(
        Example(
            bad=f"{_UV}RUN {_MOUNT} {_INSTALL}",
            fixed=f"{_UV}ENV UV_LINK_MODE=copy\nRUN {_MOUNT} {_INSTALL}",
        ),
        Example(
            bad=f"{_UV}\n# The server\nRUN {_MOUNT} \\\n    # by uv\n    sh -c '{_INSTALL}'\n"
                f"RUN {_MOUNT} {_INSTALL}",
            fixed=f"{_UV}\nENV UV_LINK_MODE=copy\n\n# The server\nRUN {_MOUNT} \\\n    # by uv\n"
                  f"    sh -c '{_INSTALL}'\n"
            f"RUN {_MOUNT} {_INSTALL}",
        ),
        Example(
            bad=f"{_UV}ENV UV_CACHE_DIR=/cache\nRUN --mount=type=cache,target=/cache <<EOF\n"
                f"set -e\n{_INSTALL}\nEOF",
            fixed=f"{_UV}ENV UV_CACHE_DIR=/cache\nENV UV_LINK_MODE=copy\n"
                  "RUN --mount=type=cache,target=/cache <<EOF\n"
            f"set -e\n{_INSTALL}\nEOF",
        ),
        Example(
            bad=f"{_UV}COPY . .\nRUN {_MOUNT} uv sync --locked --no-dev\nRUN {_INSTALL}",
            fixed=f"{_UV}COPY . .\nENV UV_LINK_MODE=copy\n"
                  f"RUN {_MOUNT} uv sync --locked --no-dev\nRUN {_INSTALL}",
        ),
        Example(good=f"{_UV}ENV UV_LINK_MODE=copy\nRUN {_MOUNT} {_INSTALL}"),
        Example(good=f"{_UV}ARG UV_LINK_MODE=copy\nRUN {_MOUNT} {_INSTALL}"),
        Example(good=f"{_UV}RUN {_MOUNT} UV_LINK_MODE=copy {_INSTALL}"),
        Example(good=f"{_UV}RUN {_MOUNT} export UV_LINK_MODE=copy && {_INSTALL}"),
        Example(good=f"{_UV}RUN {_MOUNT} {_INSTALL} --link-mode=copy"),
        Example(good=f"{_UV}RUN {_INSTALL} --no-cache"),
        Example(
            good=f"{_UV}WORKDIR /app\nCOPY pyproject.toml uv.lock ./\n"
                 f"RUN {_MOUNT} uv sync --locked --no-dev",
            files={"pyproject.toml": "[tool.uv]\nlink-mode = 'copy'\n", "uv.lock": ""},
        ),
    ),
)  # fmt: skip
