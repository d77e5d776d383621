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
removes an `apk update` that has no purpose any more. A later `rm` of the index gets `-f`, since it
finds nothing any more. It is safe: the same packages are installed.
It is not offered where another Dockerfile of the repository that may start from this image installs
without an update of its own.

## When to ignore
Ignore it where the program itself calls `apk` at run time and reads the index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.distributions import distribution_of, is_since
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import hides
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.packages.index_heirs import has_index_heirs
from lightship.facts.packages.manager_calls import calls_of_manager
from lightship.facts.packages.strict_removals import forgiving
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.cleaning import removes
from lightship.shell.commands import Pipeline
from lightship.text import Edit, Span

_INDEX = ("/var/cache/apk", "/etc/apk/cache")
_JOINED = ("&&", ";", "\n")
_FILLS = frozenset(("install", "update", "upgrade"))
_ELSEWHERE = ("--cache-dir", "--no-network", "--root", "--simulate")
_LINE_OR_JOINT = regex(r"(?m)^[ \t]*#.*|(?P<joint>&&)")
_REFRESH = frozenset(("-U", "--update", "--update-cache"))


def check(build: Build) -> Iterator[Finding]:
    if not is_shipped(build):
        return
    calls = _by_run(build)
    if any(map(_reads_without_fetching, calls.values())):
        return
    kept: list[tuple[PackageInvocation, Fix | None]] = []
    has_index = False
    for run, group in calls.items():
        fills = [call for call in group if _fills(call)]
        # What reads the index of an earlier layer makes none of its own
        makes_index = not has_index or any(map(_fetches, fills))
        if all(call.does.action == "update" for call in group):
            has_index = True
        if not fills or not makes_index:
            continue
        if _is_kept_out(build, run, group, fills[-1]):
            continue

        fix = _fix(build, group, fills)
        reader = next((call for call in fills if call.does.action != "update"), None)
        if reader is not None:
            kept.append((reader, fix))
        elif _reads_nothing(group, fills):
            message = (
                "this layer keeps apk's index, which is never read: remove apk update"
            )
            yield Finding(fills[0].does.subcommand.span, message, fix)
    if kept:
        yield _finding(build, kept)


def _by_run(build: Build) -> dict[Instruction, list[PackageInvocation]]:
    """The calls of apk in the final image, by their RUN."""
    calls: dict[Instruction, list[PackageInvocation]] = {}
    for call in build.packages("apk"):
        if call.instruction in build.shipped:
            calls.setdefault(call.instruction, []).append(call)
    return calls


def _reads_without_fetching(group: Sequence[PackageInvocation]) -> bool:
    """Whether a RUN needs the index of an earlier layer: `apk fetch` reads the one that is there,
    and gets none (apk-tools, src/app_fetch.c).
    """
    for call in group:
        if _fetches(call) or _fills(call):
            return False
        if call.does.action == "download":
            return True
    return False


def _reads_nothing(
    group: Sequence[PackageInvocation], fills: Sequence[PackageInvocation]
) -> bool:
    """Whether nothing in the RUN reads its index; an update alone may be for a script."""
    if any(call.does.action == "download" for call in group):
        return False
    return len(fills) < len(group)


def _fills(call: PackageInvocation) -> bool:
    return call.does.action in _FILLS and not _stores_nothing(call)


def _finding(
    build: Build, kept: Sequence[tuple[PackageInvocation, Fix | None]]
) -> Finding:
    """One for all layers: an index of the first that is fresh is not fetched again by the next."""
    (first, _), *more = kept
    also = ""
    if more:
        lines = ", ".join(str(call.instruction.first_line) for call, _ in more)
        subject = "so does line" if len(more) == 1 else "so do lines"
        also = f", and {subject} {lines}"

    edits: list[Edit] = []
    for _, fix in kept:
        if fix is not None:
            edits += [edit for edit in fix.edits if edit not in edits]
    message = f"this layer keeps apk's index{also}: add --no-cache"
    fix = Fix("Add --no-cache", tuple(edits)) if edits else None
    # An image without apk is one finding
    covered_by = calls_of_manager(build, first)
    return Finding(first.does.subcommand.span, message, fix, covered_by=covered_by)


def _fetches(call: PackageInvocation) -> bool:
    """Whether it fetches an index although there is a fresh one."""
    if call.does.action == "update":
        return True
    return any(word.value in _REFRESH for word in call.command.args)


def _stores_nothing(call: PackageInvocation) -> bool:
    return call.does.no_cache or call.does.option(*_ELSEWHERE) is not None


def _is_kept_out(
    build: Build,
    run: Instruction,
    group: Sequence[PackageInvocation],
    last: PackageInvocation,
) -> bool:
    """Whether a mount hides the index, or a later command of the RUN removes it."""
    before = build.evaluation.before(run)
    workdir = before.workdir if before else "/"
    mounts = build.mounts(run)
    if any(hides(mounts, place, workdir) for place in _INDEX):
        return True

    start = last.command.span.start
    later = (call for call in group if call.command.span.start > start)
    if any(call.does.action == "clean" for call in later):
        return True

    for script in build.scripts(run):
        for command in script.named("rm", "find"):
            if command.span.start <= start:
                continue
            if any(removes(script, command, place) for place in _INDEX):
                return True
    return False


def _fix(
    build: Build, group: Sequence[PackageInvocation], fills: Sequence[PackageInvocation]
) -> Fix | None:
    if not all(takes_words(call.script) for call in fills):
        return None
    if _lacks_option(build, fills[0]):
        return None
    if has_index_heirs(build, "apk"):
        return None
    later = forgiving(build, fills[0].instruction, _INDEX)
    if later is None:
        return None
    edits: list[Edit] = []
    for call in fills:
        edits += _edits(build, group, call)
    return Fix("Add --no-cache", (*edits, *later))


def _lacks_option(build: Build, call: PackageInvocation) -> bool:
    """Whether apk is so old that it knows no `--no-cache`: it came with Alpine 3.3."""
    stage = build.dockerfile.stage_of(call.instruction)
    image = build.root_image(stage) if stage is not None else None
    release = distribution_of(image) if image is not None else None
    if release is None or release.product != "Alpine":
        return False
    return not is_since(release, "Alpine", "3.3")


def _edits(
    build: Build, group: Sequence[PackageInvocation], call: PackageInvocation
) -> Sequence[Edit]:
    """Take away an update whose index the next command fetches anyway; else say that nothing is
    to be kept.
    """
    if call.does.action == "update":
        removal = _removal(build, group, call)
        if removal is not None:
            return removal

    refreshing = (word for word in call.command.args if word.value in _REFRESH)
    refresh = next(refreshing, None)
    if refresh is not None and call.script.shell != "exec":
        return (Edit.replace(refresh.span, "--no-cache"),)
    return (after_word(call.script, call.does.subcommand, "--no-cache"),)


def _removal(
    build: Build, group: Sequence[PackageInvocation], update: PackageInvocation
) -> Sequence[Edit] | None:
    """Take the update away with what joins it to the next command, which must read an index."""
    command = update.command
    if update.does.options or command.redirects or command.wrappers:
        return None

    items = update.script.items
    places = (at for at, item in enumerate(items) if item.span == command.span)
    at = next(places, None)
    if at is None or at + 1 >= len(items):
        return None

    own = items[at]
    behind = items[at + 1]
    if own.negated or own.operator not in ("", *_JOINED):
        return None
    if behind.operator not in _JOINED:
        return None
    if not any(_is_reader(call, behind) for call in group):
        return None

    gap = Span(own.span.start, behind.span.start)
    if holds_comment(build.dockerfile, gap):
        return _around_comments(build.dockerfile.text, own.span, behind.span)
    return (Edit.delete(gap),)


def _around_comments(text: str, own: Span, behind: Span) -> Sequence[Edit] | None:
    """Take a command away, and its `&&`; comments before the next command stay above that."""
    between = text[own.end : behind.start]
    joints = [
        match.start()
        for match in _LINE_OR_JOINT.finditer(between)
        if match["joint"] is not None
    ]
    if len(joints) != 1:
        return None

    start = own.end + joints[0]
    first = _with_blanks(text, own)
    joint = _with_blanks(text, Span(start, start + len("&&")))
    if first.end == joint.start:
        return (Edit.delete(Span(first.start, joint.end)),)
    return Edit.delete(first), Edit.delete(joint)


def _with_blanks(text: str, span: Span) -> Span:
    """A place and the blanks after it."""
    end = span.end
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    return Span(span.start, end)


def _is_reader(call: PackageInvocation, item: Pipeline) -> bool:
    command = call.command
    is_there = item.span.covers(command.span) and command.block == 0
    return is_there and call.does.action in _FILLS


_ALPINE = "FROM alpine:3.22\n"

RULE = Rule(
    id="apk-cache-kept",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=("apk",)),
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
            bad=f"{_ALPINE}RUN apk update && apk add git\nRUN rm /var/cache/apk/* && a",
            fixed=f"{_ALPINE}RUN apk add --no-cache git\nRUN rm -f /var/cache/apk/* && a",
        ),
        Example(
            bad=f"{_ALPINE}RUN apk update && apk add --no-cache git",
            fixed=f"{_ALPINE}RUN apk add --no-cache git",
        ),
        # The comment stays with what it speaks of
        Example(
            bad=f"{_ALPINE}RUN apk update \\\n  # to clone\n  && apk add git",
            fixed=f"{_ALPINE}RUN \\\n  # to clone\n  apk add --no-cache git",
        ),
        Example(
            bad=f"{_ALPINE}RUN apk update && \\\n# to clone\n    apk add git",
            fixed=f"{_ALPINE}RUN \\\n# to clone\n    apk add --no-cache git",
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
