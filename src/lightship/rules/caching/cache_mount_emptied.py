"""A RUN empties the cache that it mounts

## What it does
Finds commands such as `rm -rf /var/lib/apt/lists/*`, `apt-get clean` or `pip cache purge` that
empty a cache mount of the same RUN.

It also finds mounts of /var/cache/apt that docker-clean keeps empty, at the first such mount of a
stage where the Dockerfile does not change apt's configuration.

## Why is this bad?
`RUN --mount=type=cache` keeps a directory from one build to the next. A RUN that empties it makes
every build start without a cache. Those commands are meant to keep the cache out of the layer,
but a mount is not part of the layer.

A mount of /var/cache/apt stays empty for another reason in images of Debian and Ubuntu, and in
images made from them: their /etc/apt/apt.conf.d/docker-clean makes apt remove each package once
it is installed. Docker's own example of such a mount removes that file first (docs.docker.com,
"Example: cache apt packages").

## Fix safety
The fix removes the command, or those of its paths that are in the mount. That is safe: what it
removed is never in the image. There is none where every install of the RUN is told to use no cache:
then the mount has no effect either. For docker-clean, the fix removes that file in the RUN; that is
unsafe, because the file is then missing from the image, and later installs without a mount leave
their packages in it.

## When to ignore
Ignore it where every build should start with an empty cache.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.known import has_docker_clean
from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.caching.cache_mounts import (
    TOOLS,
    cache_mounts,
    cache_of,
    fills_cache,
    lies_in,
    switch,
)
from lightship.facts.edits.dropping import dropped
from lightship.facts.edits.word_edits import without
from lightship.facts.packages.apt import APT, LISTS
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.cleaning import removes, takes
from lightship.shell.commands import Command, Word
from lightship.text import Edit
from lightship.wording.lists import listed

_APT = "/var/cache/apt"
_SEEN_TO = ("docker-clean", "Keep-Downloaded", "apt.conf")
_ALL = frozenset(
    (
        "clean",
        "distclean",
        "dist-clean",
        "cache purge",
        "cache clean",
        "cache clear",
        "store prune",
    )
)


def check(build: Build) -> Iterator[Finding]:
    yield from _removals(build)
    yield from _cleans(build)
    yield from _docker_clean(build)


def _removals(build: Build) -> Iterator[Finding]:
    for call in build.commands("rm", "find"):
        targets = _targets(build, call.instruction)
        if not targets or _is_conditional(call):
            continue
        for target in targets:
            if _takes_some(call.command, target):
                continue
            if removes(call.script, call.command, _content(target)):
                edits = _without_removal(build, call, targets)
                yield _finding(build, call, target, edits)
                break  # one is enough to say


def _targets(build: Build, run: Instruction) -> list[str]:
    if run.trigger is not None:
        return []
    return [target for _, target in cache_mounts(build, run)]


def _is_conditional(call: Invocation | PackageInvocation) -> bool:
    """Whether a test decides: most builds keep the cache then, and some are short of space."""
    enclosing = call.script.enclosing(call.command)
    return any(block.kind in ("if", "case") for block in enclosing)


def _takes_some(command: Command, target: str) -> bool:
    """Whether it removes files of a mount by a pattern of their names, such as `*cache.bin`."""
    inside = [
        word.value or ""
        for word in command.args
        if lies_in((word.value or "").rpartition("/")[0] or "/", target)
    ]
    names = [path.rpartition("/")[2] for path in inside]
    return bool(names) and all("*" in name and name.strip("*.") for name in names)


def _content(target: str) -> str:
    """What of a mount counts: /var/lib/apt holds more than the index."""
    return LISTS if lies_in(LISTS, target) else target


def _without_removal(
    build: Build, call: Invocation, targets: list[str]
) -> tuple[Edit, ...] | None:
    command = call.command
    if command.name != "rm":
        return None

    operands = [word for word in command.args if not word.text.startswith("-")]
    inside = [word for word in operands if _is_inside(word, targets)]
    if not inside:
        return None
    rest = [word for word in operands if word not in inside]
    if any(takes(word, _content(target)) for word in rest for target in targets):
        return None  # what is left would empty it all the same
    if len(inside) < len(operands):
        return without(build, call.script, command.words, inside)

    edit = dropped(build, call.script, command)
    return (edit,) if edit is not None else None


def _is_inside(operand: Word, targets: list[str]) -> bool:
    """Whether rm is asked for a mount, all that is in it, or a part of it."""
    path = (operand.value or "").rstrip("/*")
    return any(lies_in(path, target) for target in targets)


def _cleans(build: Build) -> Iterator[Finding]:
    for call in build.packages(*TOOLS, *APT, action="clean"):
        if call.does.name not in _ALL or call.does.operands:
            continue
        targets = _targets(build, call.instruction)
        if not targets or _is_conditional(call):
            continue

        place = _APT if call.does.manager in APT else cache_of(build, call)
        if place is None:
            continue
        holding = (target for target in targets if lies_in(place, target))
        target = next(holding, None)
        if target is not None:
            edit = dropped(build, call.script, call.command)
            yield _finding(build, call, target, (edit,) if edit else None)


def _finding(
    build: Build,
    call: Invocation | PackageInvocation,
    target: str,
    edits: tuple[Edit, ...] | None,
) -> Finding:
    span = call.command.span
    off = _switched_off_by(build, call.instruction, target)
    if off:
        # To keep it would gain nothing
        message = (
            f"{off} disables the cache mounted at {target}, and this empties it: remove "
            "the mount, or both of them"
        )
        return Finding(span, message)
    message = (
        f"this empties the cache mounted at {target}: every build starts without it"
    )
    fix = Fix("Keep the cache", edits) if edits else None
    return Finding(span, message, fix)


def _switched_off_by(build: Build, run: Instruction, target: str) -> str:
    """What tells each install of a RUN that has its cache in a mount to leave the cache alone.

    Empty where one of them uses it, and where there is none.
    """
    named: list[str] = []
    for call in build.packages(*TOOLS, of=run):
        if not fills_cache(call):
            continue
        place = cache_of(build, call)
        if place is None or not lies_in(place, target):
            continue
        off = switch(build, call)
        if off is None:
            return ""
        named.append(off if isinstance(off, str) else off.word.text)
    return listed(named)


def _docker_clean(build: Build) -> Iterator[Finding]:
    text = build.dockerfile.text
    if _APT not in text or any(word in text for word in _SEEN_TO):
        return

    reported: set[int] = set()
    for call in build.packages("apt-get", "apt", action="install"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None:
            continue
        mounts = [
            mount
            for mount, target in cache_mounts(build, call.instruction)
            if lies_in(f"{_APT}/archives", target)
        ]
        lineage = build.lineage_of(stage)
        if not mounts or any(base.index in reported for base in lineage):
            continue

        image = build.root_image(stage)
        if image is not None and has_docker_clean(image):
            reported.add(stage.index)
            message = (
                "this cache stays empty: docker-clean in the base image removes what apt "
                "downloads"
            )
            fix = _without_docker_clean(build, call.instruction)
            yield Finding(mounts[0].flag.span, message, fix)


def _without_docker_clean(build: Build, run: Instruction) -> Fix | None:
    """Remove it before apt-get is first called; `apt` needs another setting as well."""
    calls = [
        call for call in build.commands("apt-get", "apt") if call.instruction is run
    ]
    if any(call.command.name == "apt" for call in calls):
        return None

    script = calls[0].script
    command = calls[0].command
    if script.shell == "exec" or script.outer is not None or command.block:
        return None
    pipeline = script.pipeline_of(command)
    if pipeline.length > 1 or pipeline.negated:
        return None
    if pipeline.operator not in ("", "&&", ";", "\n"):
        return None

    removal = "rm -f /etc/apt/apt.conf.d/docker-clean && "
    edit = Edit.insert(command.span.start, removal)
    return Fix("Remove docker-clean first", (edit,), Safety.UNSAFE)


_PIP = "--mount=type=cache,target=/root/.cache/pip"
_LISTS = "--mount=type=cache,target=/var/lib/apt,sharing=locked"
_BOTH = f"--mount=type=cache,target=/var/cache/apt,sharing=locked {_LISTS}"
_INSTALL = "apt-get update && apt-get install -y --no-install-recommends git"
_NO_CLEAN = "rm -f /etc/apt/apt.conf.d/docker-clean"

RULE = Rule(
    id="cache-mount-emptied",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("type=cache",)),
    practice=Practice.PERFORMANCE,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, whose user and settings say where the cache is"
        ),
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the operand is the mistake, and its value is not known"
        ),
        "sudo": "sudo may change its home and its environment",
        "if-branch": "a test decides, so not every build starts without a cache",
    },
    examples=(
        Example(
            bad=f"RUN {_LISTS} {_INSTALL} && rm -rf /var/lib/apt/lists/*",
            fixed=f"RUN {_LISTS} {_INSTALL}",
        ),
        Example(
            bad=f"RUN {_LISTS} \\\n    {_INSTALL} \\\n"
            "    && rm -rf /tmp/* /var/lib/apt/lists/* \\\n    && git -v",
            fixed=f"RUN {_LISTS} \\\n    {_INSTALL} \\\n    && rm -rf /tmp/* \\\n    && git -v",
        ),
        Example(
            bad=f"RUN {_PIP} pip install flask==3.1.2 && pip cache purge",
            fixed=f"RUN {_PIP} pip install flask==3.1.2",
        ),
        Example(
            bad=f"RUN {_PIP} <<EOF\nset -e\npip install flask==3.1.2\n"
            "rm -rf /root/.cache/pip/*\nEOF",
            fixed=f"RUN {_PIP} <<EOF\nset -e\npip install flask==3.1.2\nEOF",
        ),
        Example(
            bad=f"RUN {_PIP} sh -c 'pip install flask==3.1.2 && rm -rf ~/.cache/pip/*'"
        ),
        Example(
            bad=f"RUN {_BOTH} {_INSTALL}",
            fixed=f"RUN {_BOTH} {_NO_CLEAN} && {_INSTALL}",
        ),
        Example(
            bad=f"FROM python:3.13-slim AS base\nRUN {_BOTH} \\\n    set -eux; \\\n"
            "    apt-get update; \\\n"
            "    apt-get install -y --no-install-recommends git\nFROM base\n"
            f"RUN {_BOTH} {_INSTALL}",
            fixed=f"FROM python:3.13-slim AS base\nRUN {_BOTH} \\\n    set -eux; \\\n"
            f"    {_NO_CLEAN} && "
            f"apt-get update; \\\n    apt-get install -y --no-install-recommends git\n"
            f"FROM base\nRUN {_BOTH} {_INSTALL}",
        ),
        Example(bad=f'RUN {_BOTH} ["apt-get", "install", "-y", "git"]'),
        Example(
            bad=f"RUN {_BOTH} {_NO_CLEAN} && {_INSTALL}; rm -rf /var/lib/apt/lists/*"
        ),  # the end would count then
        Example(good=f"RUN {_BOTH} {_NO_CLEAN} && {_INSTALL}"),
        Example(
            good=f"RUN {_NO_CLEAN}; echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";'"
            f" > /etc/apt/apt.conf.d/keep-cache\nRUN {_BOTH} {_INSTALL}"
        ),
        Example(good=f"COPY 99keep /etc/apt/apt.conf.d/\nRUN {_BOTH} {_INSTALL}"),
        Example(
            good=f"FROM example.com/base:1\nRUN {_BOTH} {_INSTALL}"
        ),  # what it has is not known
        Example(
            good=f"RUN {_LISTS} {_INSTALL} && rm -rf /var/cache/apt/*"
        ),  # that is in the layer
        Example(
            good=f"RUN {_PIP} pip install flask==3.1.2 && rm -rf /root/.cache/huggingface"
        ),
        Example(
            good="ENV UV_LINK_MODE=copy\n"
            "RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked && uv cache prune --ci"
        ),
        Example(good=f"RUN {_INSTALL} && rm -rf /var/lib/apt/lists/*"),
    ),
)
