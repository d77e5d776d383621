"""A cache mount has no effect, because its tool is told not to use the cache

## What it does
Finds installs with a cache mount and an option or variable that switches the cache off:
`--no-cache-dir` or PIP_NO_CACHE_DIR for pip, `--no-cache` or UV_NO_CACHE for uv, `poetry
--no-cache`, and PDM_NO_CACHE. Where the RUN empties the mount as well, cache-mount-emptied speaks.

## Why is this bad?
`RUN --mount=type=cache,target=/root/.cache/pip` keeps what pip downloads and builds from one
build to the next, outside of the image. With the option, pip neither reads nor fills that
directory: every build downloads all packages again, and the mount has no effect.

The option is meant for a RUN without a mount, where it keeps the cache out of the layer. A mount
does that too.

## Fix safety
The fix removes the option or the variable; both where both are there, since one of them alone
leaves the cache off. It is unsafe: packages that pip had to build itself,
with the libraries of another image, may then come from the cache. A variable is kept where
installs without a mount need it. For uv both are a choice: `--no-cache` is written to uv on
purpose more often than out of habit, as a cure for a cache that went wrong.

## When to ignore
There is hardly a reason to: where nothing may be cached, remove the mount instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.places import comments_near
from lightship.dockerfile.tree import Instruction, Pair
from lightship.facts.caching.cache_mounts import (
    TOOLS,
    cache_mounts,
    cache_of,
    fills_cache,
    lies_in,
    switch,
    switching_variable,
)
from lightship.facts.edits import moves
from lightship.facts.edits.word_edits import without
from lightship.facts.installs.installer_settings import InstallerSetting, settings
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.cleaning import removes
from lightship.shell.packages import Option
from lightship.text import Edit, Span
from lightship.wording.lists import listed

_SPELLINGS = frozenset(("--no-cache-dir", "--no-cache", "-n"))
# `# Disable pip's cache to keep layers lean`, in lower case
_OFF = regex(
    r"(?:\bno[ -]|without|\bdisabl\w+|\bavoid\w*|\b(?:turn|switch)\w*\b)[^\n]{0,40}\bcach"
    r"|\bcach\w*[^\n]{0,20}\b(?:off|disabled|not)\b"
)
_Users = Mapping[Instruction, Sequence[tuple[PackageInvocation, str]]]


def check(build: Build) -> Iterator[Finding]:
    """By an option, once for each RUN; by a variable, once for each place that sets it."""
    users = _users(build)
    # By variable: the first RUN whose mount it makes useless
    lines: dict[str, int] = {}
    for run, calls in users.items():
        for _, target in cache_mounts(build, run):
            if _is_emptied(build, run, target):
                continue  # that is said of it
            own = [call for call, place in calls if lies_in(place, target)]
            switches = [switch(build, call) for call in own]
            if None in switches:
                continue  # one of them uses the mount

            options: list[tuple[PackageInvocation, Option]] = []
            for call, off in zip(own, switches, strict=True):
                if isinstance(off, str):
                    lines.setdefault(off, run.first_line)
                elif isinstance(off, Option):
                    options.append((call, off))
            if options:
                yield _by_option(build, users, options, target)

    if lines:
        yield from _by_variable(build, users, lines)


def _is_emptied(build: Build, run: Instruction, target: str) -> bool:
    """Whether the RUN removes all that is in its mount, so that nothing is gained by a cache."""
    for call in build.commands("rm", "find"):
        if call.instruction is run and removes(call.script, call.command, target):
            return True
    return False


def _by_variable(
    build: Build, users: _Users, lines: Mapping[str, int]
) -> Iterator[Finding]:
    for setting in settings(build, *sorted(lines)):
        name = setting.name if setting.name in lines else "this"
        line = lines.get(setting.name, min(lines.values()))
        message = (
            f"{name} disables the cache that the RUN on line {line} mounts: remove "
            "one of the two"
        )
        tool = "uv" if setting.name.startswith("UV_") else ""
        yield _offered(setting.span, message, _without(build, users, setting), tool)


def _users(build: Build) -> _Users:
    """By RUN with a cache mount, the commands that have a cache, and where it is."""
    users: dict[Instruction, list[tuple[PackageInvocation, str]]] = {}
    for call in build.packages(*TOOLS):
        run = call.instruction
        if run.trigger is not None or not fills_cache(call):
            continue
        if not any(cache_mounts(build, run)):
            continue

        place = cache_of(build, call)
        if place is not None:
            users.setdefault(run, []).append((call, place))
    return users


def _by_option(
    build: Build,
    users: _Users,
    options: Sequence[tuple[PackageInvocation, Option]],
    target: str,
) -> Finding:
    word = options[0][1].word
    name = word.value or word.text
    fix = _without_options(build, options, name)
    variables = {switching_variable(build, call) for call, _ in options} - {None}
    also = sorted(filter(None, variables))
    if also:
        names = listed([name, *also])
        message = f"{names} disable the cache at {target}: remove them, or the mount"
        fix = _without_both(build, users, fix, also)
    else:
        message = (
            f"{name} disables the cache that this RUN mounts at {target}: remove one "
            "of the two"
        )
    return _offered(word.span, message, fix, options[0][0].does.manager)


def _without_both(
    build: Build, users: _Users, fix: Fix | None, variables: Sequence[str]
) -> Fix | None:
    """Neither the option nor the variables: one of them alone leaves the cache off."""
    fixes = [fix]
    fixes += [
        _without(build, users, setting) for setting in settings(build, *variables)
    ]
    made = [item for item in fixes if item is not None]
    if fix is None or len(made) != len(fixes) or len(fixes) == 1:
        return None
    edits = [edit for item in made for edit in item.edits]
    safeties = {item.safety for item in made}
    safety = Safety.MANUAL if Safety.MANUAL in safeties else Safety.UNSAFE
    return Fix(f"{fix.message} and {listed(variables)}", tuple(edits), safety)


def _offered(span: Span, message: str, fix: Fix | None, tool: str) -> Finding:
    """With the fix to choose, where the cache may be off on purpose."""
    if fix is None or tool != "uv":
        return Finding(span, message, fix)
    choice = replace(fix, safety=Safety.MANUAL)
    return Finding(span, message, choices=(choice,))


def _without_options(
    build: Build, options: Sequence[tuple[PackageInvocation, Option]], name: str
) -> Fix | None:
    edits: list[Edit] = []
    for call, option in options:
        if option.word.value not in _SPELLINGS:
            return None  # `-qn` says more than that

        removal = without(build, call.script, call.command.words, [option.word])
        if removal is None:
            return None
        edits += removal
    safety = Safety.UNSAFE
    if any(_says_off(build, call.instruction) for call, _ in options):
        safety = Safety.MANUAL
    return Fix(f"Remove {name}", tuple(edits), safety)


def _without(build: Build, users: _Users, setting: InstallerSetting) -> Fix | None:
    """Only for ENV and ARG, where every install that they reach has a mount."""
    name, pair, instruction = setting.name, setting.pair, setting.instruction
    if pair is None or not moves.is_closed(build.dockerfile, instruction):
        return None

    mounted = {call.command.span for calls in users.values() for call, _ in calls}
    for call in build.packages(*TOOLS):
        obeys = name in call.does.facts.no_cache_env
        if obeys and fills_cache(call) and call.command.span not in mounted:
            return None

    edit = _removal(build, instruction, pair)
    safety = Safety.UNSAFE
    if len(instruction.pairs) > 1 and _says_off(build, instruction):
        safety = Safety.MANUAL  # the comment would stay, and be false
    return Fix(f"Remove {name}", (edit,), safety)


def _says_off(build: Build, instruction: Instruction) -> bool:
    """Whether a comment at an instruction says that the cache is off."""
    return _OFF.search(comments_near(build.dockerfile, instruction)) is not None


def _removal(build: Build, instruction: Instruction, pair: Pair) -> Edit:
    """Delete one pair of an ENV or ARG; the whole instruction, where it has no other."""
    pairs = instruction.pairs
    if len(pairs) == 1:
        return moves.remove(build.dockerfile, instruction)

    at = pairs.index(pair)
    if at == 0:
        return Edit.delete(Span(pair.span.start, pairs[1].span.start))
    return Edit.delete(Span(pairs[at - 1].span.end, pair.span.end))


_PIP = "--mount=type=cache,target=/root/.cache/pip"
_UV = "--mount=type=cache,target=/root/.cache/uv"
_SLIM = "FROM python:3.13-slim\n"

RULE = Rule(
    id="cache-mount-unused",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("type=cache",)),
    practice=Practice.PERFORMANCE,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, whose user and settings say where the cache is"
        ),
        "sudo": "sudo may change its home and its environment",
    },
    examples=(
        Example(
            bad=f"RUN {_PIP} pip install --no-cache-dir flask==3.1.2",
            fixed=f"RUN {_PIP} pip install flask==3.1.2",
        ),
        Example(
            bad=f"{_SLIM}ENV PIP_NO_CACHE_DIR=1\nRUN {_PIP} \\\n    pip install flask==3.1.2",
            fixed=f"{_SLIM}RUN {_PIP} \\\n    pip install flask==3.1.2",
        ),
        Example(
            bad=f"{_SLIM}ENV PYTHONUNBUFFERED=1 \\\n    PIP_NO_CACHE_DIR=off\n"
            f"RUN {_PIP} pip install flask==3.1.2",
            fixed=f"{_SLIM}ENV PYTHONUNBUFFERED=1\nRUN {_PIP} pip install flask==3.1.2",
        ),
        Example(
            bad=f"RUN {_PIP} <<EOF\nset -e\npython3 -m pip install --no-cache-dir \\\n"
            "  -r requirements.txt\nEOF",
            fixed=f"RUN {_PIP} <<EOF\nset -e\npython3 -m pip install \\\n"
            "  -r requirements.txt\nEOF",
        ),
        Example(
            bad=f"RUN {_PIP} set -ex; \\\n  # the server\n"
            "  pip install -r requirements.txt --no-cache-dir",
            fixed=f"RUN {_PIP} set -ex; \\\n  # the server\n  pip install -r requirements.txt",
        ),
        Example(
            bad=f"RUN {_PIP} sh -c 'pip install --no-cache-dir flask==3.1.2'",
            fixed=f"RUN {_PIP} sh -c 'pip install flask==3.1.2'",
        ),
        Example(
            bad=f'RUN {_PIP} ["pip", "install", "--no-cache-dir", "flask==3.1.2"]',
            fixed=f'RUN {_PIP} ["pip", "install", "flask==3.1.2"]',
        ),
        Example(
            bad="ENV PIP_CACHE_DIR=/pip\nRUN --mount=target=/pip,type=cache pip install "
            "--no-cache-dir flask==3.1.2",
            fixed="ENV PIP_CACHE_DIR=/pip\nRUN --mount=target=/pip,type=cache pip install "
            "flask==3.1.2",
        ),
        Example(
            bad=f"{_SLIM}ENV PIP_NO_CACHE_DIR=1\nRUN {_PIP} pip install --no-cache-dir "
            "flask==3.1.2",
            fixed=f"{_SLIM}RUN {_PIP} pip install flask==3.1.2",
        ),
        Example(bad=f"ENV UV_LINK_MODE=copy\nRUN {_UV} uv sync --locked --no-cache"),
        Example(
            bad=f"{_SLIM}ENV PIP_NO_CACHE_DIR=1\nRUN pip install uv==0.9.2\n"
            f"RUN {_PIP} pip install flask==3.1.2"
        ),
        Example(bad=f"RUN {_PIP} PIP_NO_CACHE_DIR=1 pip install flask==3.1.2"),
        Example(
            bad=f"RUN {_PIP} export PIP_NO_CACHE_DIR=1 && pip install flask==3.1.2"
        ),
        Example(good=f"RUN {_PIP} pip install flask==3.1.2"),
        Example(good="RUN pip install --no-cache-dir flask==3.1.2"),
        # The mount is for the other one
        Example(
            good="ENV UV_LINK_MODE=copy\nRUN --mount=type=cache,target=/root/.cache \\\n"
            "    pip install --no-cache-dir uv==0.9.2 && uv sync --locked"
        ),
        Example(good=f"RUN {_UV} pip install --no-cache-dir uv==0.9.2"),
        Example(
            good=f"{_SLIM}ENV UV_NO_CACHE=0 UV_LINK_MODE=copy\nRUN {_UV} uv sync --locked"
        ),
        Example(
            good=f"{_SLIM}ENV POETRY_NO_CACHE=1\n"
            "RUN --mount=type=cache,target=/root/.cache poetry install"
        ),  # no such
        Example(
            good="RUN useradd -m -u 10001 app\nUSER app\n"
            f"RUN {_PIP} pip install --no-cache-dir flask==3.1.2"
        ),
        Example(good=f"RUN {_PIP} pip install --no-index --no-cache-dir /wheels/a.whl"),
    ),
)
