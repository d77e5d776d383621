"""The package index of apk stays in the image

## What it does
Finds `apk add` commands whose package index stays in a layer of the final image.

Build stages are left alone, and so are RUN instructions with a cache mount over /var/cache/apk or
with a command that empties that directory. Several layers are reported together: while the index
of the first is younger than four hours, the next does not fetch it. An `apk update` in a RUN of
its own is reported by `update-alone`, together with the installs that read its index.

## Why is this bad?
apk keeps the index of every repository under /var/cache/apk, and the finished image never reads
it. The index weighs as much as a small package: without it, an image of resyst-it/docker-bind9 was
1.8 MB smaller (pull request 11), and one of jderusse/docker-dns-gen 0.8 MB of 16 MB (11). Removing
it in a later RUN saves nothing.

## Fix safety
The fix adds `--no-cache`, so that apk fetches the index each time and does not store it, and
removes an `apk update` that has no purpose any more. It is safe: the same packages are installed.

## When to ignore
Ignore it where the program itself calls `apk` at run time and reads the index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import hides
from lightship.facts.edits.runs import after_word, takes_words
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.shell.cleaning import removes
from lightship.text import Edit, Span

_INDEX = ("/var/cache/apk", "/etc/apk/cache")
_FILLS = frozenset(("install", "update", "upgrade"))
_ELSEWHERE = ("--cache-dir", "--no-network", "--root", "--simulate")
_REFRESH = frozenset(("-U", "--update", "--update-cache"))


def check(build: Build) -> Iterator[Finding]:
    calls: dict[Instruction, list[PackageInvocation]] = {}
    for found in build.packages("apk"):
        if found.instruction in build.shipped:
            calls.setdefault(found.instruction, []).append(found)
    alone = [
        run
        for run, group in calls.items()
        if all(found.does.action == "update" for found in group)
    ]
    kept: list[tuple[PackageInvocation, Fix | None]] = []
    for instruction, group in calls.items():
        fills = [
            found
            for found in group
            if found.does.action in _FILLS and not _stores_nothing(found)
        ]
        if not fills or _is_kept_out(build, instruction, group, fills[-1]):
            continue
        if any(run.span.start < instruction.span.start for run in alone) and not any(
            map(_fetches, fills)
        ):
            continue  # they read the index of another layer
        reader = next((found for found in fills if found.does.action != "update"), None)
        if reader is not None:
            kept.append((reader, _fix(build, group, fills)))
        elif len(fills) < len(group):  # else a script may read it
            message = (
                "this layer keeps apk's index, which is never read: remove apk update"
            )
            yield Finding(
                fills[0].does.subcommand.span, message, _fix(build, group, fills)
            )
    if kept:
        yield _finding(kept)


def _finding(kept: Sequence[tuple[PackageInvocation, Fix | None]]) -> Finding:
    """One for all layers: an index of the first that is fresh is not fetched again by the next."""
    (first, _), *more = kept
    lines = ", ".join(str(found.instruction.first_line) for found, _ in more)
    subject = "so does line" if len(more) == 1 else "so do lines"
    also = f", and {subject} {lines}" if more else ""
    edits = tuple(edit for _, fix in kept if fix is not None for edit in fix.edits)
    fix = Fix("Add --no-cache", edits) if edits else None
    return Finding(
        first.does.subcommand.span,
        f"this layer keeps apk's index{also}: add --no-cache",
        fix,
    )


def _fetches(found: PackageInvocation) -> bool:
    """Whether it fetches an index although there is a fresh one."""
    return found.does.action == "update" or any(
        word.value in _REFRESH for word in found.command.args
    )


def _stores_nothing(found: PackageInvocation) -> bool:
    return found.does.no_cache or found.does.option(*_ELSEWHERE) is not None


def _is_kept_out(
    build: Build,
    instruction: Instruction,
    group: Sequence[PackageInvocation],
    last: PackageInvocation,
) -> bool:
    """Whether a mount hides the index, or a later command of the RUN removes it."""
    after = last.command.span.start
    before = build.evaluation.before(instruction)
    if any(
        hides(build.mounts(instruction), place, before.workdir if before else "/")
        for place in _INDEX
    ):
        return True
    if any(
        found.does.action == "clean" and found.command.span.start > after
        for found in group
    ):
        return True
    later = [
        (script, each)
        for script in build.scripts(instruction)
        for each in script.named("rm", "find")
    ]
    return any(
        removes(script, each, place)
        for script, each in later
        for place in _INDEX
        if each.span.start > after
    )


def _fix(
    build: Build, group: Sequence[PackageInvocation], fills: Sequence[PackageInvocation]
) -> Fix | None:
    if not all(takes_words(found.script) for found in fills):
        return None
    return Fix("Add --no-cache", tuple(_edit(build, group, found) for found in fills))


def _edit(
    build: Build, group: Sequence[PackageInvocation], found: PackageInvocation
) -> Edit:
    """Take away an update whose index the next command fetches anyway; else say that nothing is
    to be kept.
    """
    if found.does.action == "update":
        removal = _removal(build, group, found)
        if removal is not None:
            return removal
    refresh = next(
        (word for word in found.command.args if word.value in _REFRESH), None
    )
    if refresh is not None and found.script.shell != "exec":
        return Edit.replace(refresh.span, "--no-cache")
    return after_word(found.script, found.does.subcommand, "--no-cache")


def _removal(
    build: Build, group: Sequence[PackageInvocation], found: PackageInvocation
) -> Edit | None:
    script, command = found.script, found.command
    at = next(
        (at for at, item in enumerate(script.items) if item.span == command.span), None
    )
    if (
        at is None
        or at + 1 >= len(script.items)
        or found.does.options
        or command.redirects
        or command.wrappers
    ):
        return None
    own, behind = script.items[at], script.items[at + 1]
    reader = any(
        behind.span.covers(other.command.span)
        and other.command.block == 0
        and other.does.action in _FILLS
        for other in group
    )
    gap = Span(own.span.start, behind.span.start)
    plain = (
        own.operator in ("", "&&", ";", "\n")
        and behind.operator in ("&&", ";", "\n")
        and not own.negated
    )
    return (
        Edit.delete(gap)
        if reader and plain and not holds_comment(build.dockerfile, gap)
        else None
    )


_ALPINE = "FROM alpine:3.22\n"

RULE = Rule(
    id="apk-cache-kept",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    practice=Practice.SIZE,
    aliases=(
        *(
            "DL3019",
            "DS-0025",
            "AVD-DS-0025",
            "DKL-DI-0004",
            "semgrep/missing-apk-no-cache",
        ),
        "parfum/apkAddUseNoCache",
    ),
    examples=(
        Example(
            bad=f"{_ALPINE}RUN apk add git",
            fixed=f"{_ALPINE}RUN apk add --no-cache git",
        ),
        Example(
            bad=f"{_ALPINE}RUN apk update && apk upgrade && apk add git",
            fixed=f"{_ALPINE}RUN apk upgrade --no-cache && apk add --no-cache git",
        ),
        Example(
            bad=f"{_ALPINE}RUN apk --update add \\\n    # why\n    git",
            fixed=f"{_ALPINE}RUN apk --no-cache add \\\n    # why\n    git",
        ),
        Example(
            bad=f"{_ALPINE}RUN set -eux; \\\n\tapk update; \\\n\tapk add -t .build gcc; \\\n"
            "\tmake; \\\n"
            "\tapk del .build",
            fixed=f"{_ALPINE}RUN set -eux; \\\n\tapk add --no-cache -t .build gcc; \\\n"
            "\tmake; \\\n\tapk del .build",
        ),
        Example(
            bad=f"{_ALPINE}RUN apk update && apk add --no-cache git",
            fixed=f"{_ALPINE}RUN apk add --no-cache git",
        ),
        Example(
            bad=f"{_ALPINE}RUN apk update || true; apk add git",
            fixed=f"{_ALPINE}RUN apk update --no-cache || true; apk add --no-cache git",
        ),
        Example(
            bad=f"{_ALPINE}RUN <<EOF\nset -e\napk -q update\napk add git\nEOF",
            fixed=f"{_ALPINE}RUN <<EOF\nset -e\napk -q update --no-cache\n"
            "apk add --no-cache git\nEOF",
        ),
        Example(
            bad=f"{_ALPINE}RUN rm -rf /var/cache/apk/* && apk add git",
            fixed=f"{_ALPINE}RUN rm -rf /var/cache/apk/* && apk add --no-cache git",
        ),
        Example(
            bad=f'{_ALPINE}RUN ["apk", "add", "git"]',
            fixed=f'{_ALPINE}RUN ["apk", "add", "--no-cache", "git"]',
        ),
        Example(
            bad=f"{_ALPINE}RUN ash -c 'apk add git'",
            fixed=f"{_ALPINE}RUN ash -c 'apk add --no-cache git'",
        ),
        Example(
            bad=f"{_ALPINE}ONBUILD RUN apk add $PACKAGES",
            fixed=f"{_ALPINE}ONBUILD RUN apk add --no-cache $PACKAGES",
        ),
        Example(good=f"{_ALPINE}RUN apk add --no-cache git"),
        Example(
            good=f"{_ALPINE}RUN apk --no-cache --virtual .build add gcc && make && apk del .build"
        ),
        Example(good=f"{_ALPINE}RUN apk add -U git && rm -rf /var/cache/apk/*"),
        Example(
            good=f"{_ALPINE}RUN apk update && apk add git && rm -f /var/cache/apk/* /tmp/*"
        ),
        Example(
            good=f"{_ALPINE}RUN --mount=type=cache,target=/var/cache/apk apk add git"
        ),
        Example(good=f"{_ALPINE}RUN apk add git && apk cache clean"),
        # what the script does is not known; without a network no index is fetched
        Example(good=f"{_ALPINE}RUN apk update && ./install.sh"),
        Example(good=f"{_ALPINE}RUN apk add --no-network --virtual .run $packages"),
        Example(
            bad=f"{_ALPINE}RUN apk add git\nCOPY a /a\nRUN apk add curl",
            fixed=f"{_ALPINE}RUN apk add --no-cache git\nCOPY a /a\nRUN apk add --no-cache curl",
        ),
        Example(good=f"{_ALPINE}RUN apk info && apk add --root /new --initdb git"),
        Example(
            good="FROM alpine:3.22 AS build\nRUN apk add gcc\nFROM scratch\nCOPY --from=build /a /a"
        ),
    ),
)
