"""The package index is updated in a layer of its own

## What it does
Finds RUN instructions that only run `apt-get update` or `apk update`. Releases of Debian and
Ubuntu that get no more fixes are left alone: their index does not change any more. So is an index
that nothing reads in an image that nobody pulls.

## Why is this bad?
`RUN apt-get update` is a layer that stays in the cache as long as its line does not change.
Installs after it then read an index that may be weeks old: versions that it names are gone from
the mirror, and the build fails with "404 Not Found"; or it succeeds with packages that lack the
latest fixes.

## Fix safety
The fix joins the RUN with the install that follows. It is safe: one RUN with both commands does
what the two did, and no cache can come between. Where files are copied or variables are set
between the two, the update moves to the install: that is unsafe, because they may be meant for
it. There is no fix where another RUN is between them, or where no install follows. For Alpine the
fix removes `apk update` and adds `--no-cache` to the installs after it; that is unsafe too,
because they may find newer packages, and not offered where another Dockerfile of the repository
that may start from this image installs without an update of its own.

## When to ignore
Ignore it where a base image should bring an index for the images that are made from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.places import holds_comment, whole_lines
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits.runs import (
    after_word,
    has_ignore,
    is_plain,
    join,
    takes_words,
)
from lightship.facts.packages.apt import APT, AptRun, apt_runs, following, stands_aside
from lightship.facts.packages.apt_index import is_frozen, written_before
from lightship.facts.packages.index_heirs import has_index_heirs
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit, Span

_UNREAD = "this index is apparently never read"
_BETWEEN = frozenset({"ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "WORKDIR"})


def check(build: Build) -> Iterator[Finding]:
    yield from _of_apt(build)
    for call in build.packages("apk", action="update"):
        others = [item for item in call.script.commands if item is not call.command]
        if not all(map(stands_aside, others)):
            continue

        severity: Severity | None = Severity.INFO
        message = f"{_UNREAD}: remove apk update"
        if _has_readers(build):
            severity = None
            message = (
                "this index is cached separately from the installs that read it: use apk "
                "add --no-cache"
            )
        elif _has_installs(build):
            message = (
                "apk add --no-cache fetches an index of its own: remove apk update"
            )
        yield Finding(call.command.span, message, _without(build, call), severity)


def _of_apt(build: Build) -> Iterator[Finding]:
    runs = apt_runs(build)
    alone = [
        run
        for run in runs.values()
        if run.is_update_alone and not is_frozen(build, run.stage)
    ]
    if not alone:
        return

    read = _read_later(build, runs)
    for run in alone:
        if run.instruction not in read and not is_shipped(build):
            continue
        severity: Severity | None = Severity.INFO
        message = f"{_UNREAD}: remove the update, or update in the RUN that installs"
        if run.instruction in read:
            severity = None
            message = (
                "this index is cached separately from the installs that read it: update in "
                "the RUN that installs"
            )
        update = run.updates[0]
        span = Span(update.command.words[0].span.start, update.does.subcommand.span.end)
        yield Finding(span, message, _fix(build, run, runs), severity)


def _read_later(build: Build, runs: Mapping[Instruction, AptRun]) -> set[Instruction]:
    """The RUN whose index an install of another one reads."""
    sources = written_before(build)
    return {
        source.instruction
        for reader, source in sources.items()
        if runs[reader].uses_before_update
    }


def _reads(call: PackageInvocation) -> bool:
    return call.does.action in ("install", "upgrade")


def _has_readers(build: Build) -> bool:
    """Whether an install reads the index that is there: --no-cache does not."""
    installs = filter(_reads, build.packages("apk"))
    return any(not call.does.no_cache for call in installs)


def _has_installs(build: Build) -> bool:
    return any(map(_reads, build.packages("apk")))


def _without(build: Build, update: PackageInvocation) -> Fix | None:
    """Take `RUN apk update` away, and let the later ones of the stage fetch an index of their
    own.
    """
    run = update.instruction
    if not is_plain(run) or run.flags or len(update.script.commands) > 1:
        return None
    if holds_comment(build.dockerfile, run.span) or has_ignore(build, run):
        return None

    if has_index_heirs(build, "apk"):
        return None

    stage = build.dockerfile.stage_of(run)
    edits = [Edit.delete(whole_lines(build.dockerfile, run))]
    for call in build.packages("apk"):
        if not _reads(call) or call.does.no_cache:
            continue
        is_later = call.instruction.span.start > run.span.start
        if not is_later or build.dockerfile.stage_of(call.instruction) is not stage:
            continue

        if not takes_words(call.script):
            return None
        edits.append(after_word(call.script, call.does.subcommand, "--no-cache"))
    if len(edits) == 1:
        return None  # nothing reads the index
    return Fix("Add --no-cache to the installs", tuple(edits), Safety.UNSAFE)


def _fix(build: Build, run: AptRun, runs: Mapping[Instruction, AptRun]) -> Fix | None:
    behind = (item for item in run.behind if item.keyword not in _BETWEEN)
    second = next(behind, None)
    if second is None or second not in runs or not runs[second].uses_before_update:
        return None

    further = _further_joins(build, runs[second], runs)
    if further is None:
        return None
    if not _installs(runs[second]) and not further and _is_read_below(runs, second):
        return None  # the install below would go on to read what is old
    if second is following(run):
        edit = join(build, run.instruction, second)
        if edit is None:
            return None
        return Fix("Join it with the install", (edit, *further))
    edits = _move(build, run.instruction, second)
    if not edits:
        return None
    return Fix("Update in the RUN that installs", (*edits, *further), Safety.UNSAFE)


def _further_joins(
    build: Build, run: AptRun, runs: Mapping[Instruction, AptRun]
) -> tuple[Edit, ...] | None:
    """What joins the installs that directly follow `run` with it; None where they cannot be.

    They would read the index of the layer that now installs as well, which is as stale.
    """
    edits: list[Edit] = []
    before = run
    while (next_run := _install_below(before, runs)) is not None:
        edit = join(build, before.instruction, next_run.instruction)
        if edit is None:
            return None
        edits.append(edit)
        before = next_run
    return tuple(edits)


def _is_read_below(runs: Mapping[Instruction, AptRun], run: Instruction) -> bool:
    """Whether a later RUN of its stage reads an index that it does not write."""
    below = (runs.get(item) for item in runs[run].behind)
    return any(item is not None and item.uses_before_update for item in below)


def _installs(run: AptRun) -> bool:
    return any(use.does.action == "install" for use in run.uses)


def _install_below(run: AptRun, runs: Mapping[Instruction, AptRun]) -> AptRun | None:
    """The next instruction, where both only call apt and read an earlier index."""
    below = following(run)
    if below is None or below not in runs or not run.only_apt:
        return None
    next_run = runs[below]
    if next_run.hidden or not next_run.only_apt or not next_run.uses_before_update:
        return None
    return next_run


def _move(build: Build, first: Instruction, second: Instruction) -> tuple[Edit, ...]:
    """Take the update away, and put it before the script of `second`."""
    dockerfile = build.dockerfile
    if not is_plain(first) or not is_plain(second) or first.flags:
        return ()
    if holds_comment(dockerfile, first.span):
        return ()
    if has_ignore(build, first) or has_ignore(build, second):
        return ()

    before = build.scripts(first)[0]
    after = build.scripts(second)[0]
    if len(before.commands) > 1 or not after.accepts_previous:
        return ()
    update = before.span.of(dockerfile.text)
    removal = Edit.delete(whole_lines(dockerfile, first))
    return removal, Edit.insert(after.span.start, f"{update} && ")


RULE = Rule(
    id="update-alone",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(managers=(*APT, "apk")),
    aliases=("DS-0017", "AVD-DS-0017", "CKV_DOCKER_5", "CIS-DI-0007"),
    practice=Practice.REPRODUCIBILITY,
    missed={
        "function": "calls of functions are not followed",
    },
    examples=(
        Example(
            bad="RUN apt-get update\nRUN apt-get install -y git",
            fixed="RUN apt-get update && \\\n    apt-get install -y git",
        ),
        Example(
            bad="RUN apt-get update -q\n\n# what we need\nRUN apt-get install -y \\\n  git \\\n"
            " && make",
            fixed="RUN apt-get update -q \\\n # what we need\n && apt-get install -y \\\n"
            "  git \\\n && make",
        ),
        Example(
            bad="# escape=`\nFROM debian:trixie-slim\nRUN apt-get update\n"
            "RUN apt-get install -y git",
            fixed="# escape=`\nFROM debian:trixie-slim\nRUN apt-get update && `\n"
            "    apt-get install -y git",
        ),
        Example(
            bad="RUN apt-get update\nENV DEBIAN_FRONTEND=noninteractive\n"
            "RUN apt-get install -y git",
            fixed="ENV DEBIAN_FRONTEND=noninteractive\n"
            "RUN apt-get update && apt-get install -y git",
        ),
        # An upgrade is not the end of it: the install would read the index of its layer
        Example(
            bad="RUN apt-get update\nRUN apt-get upgrade -y\nRUN apt-get install -y git",
            fixed="RUN apt-get update && \\\n    apt-get upgrade -y && \\\n"
            "    apt-get install -y git",
        ),
        # In a build stage the installs that follow are joined as well: their index is the same
        Example(
            bad="FROM debian:trixie-slim AS build\nRUN apt-get update\n"
            "RUN apt-get install -y git\nRUN apt-get install -y gcc\nRUN make\n"
            "FROM scratch\nCOPY --from=build /a /a",
            fixed="FROM debian:trixie-slim AS build\nRUN apt-get update && \\\n"
            "    apt-get install -y git && \\\n    apt-get install -y gcc\nRUN make\n"
            "FROM scratch\nCOPY --from=build /a /a",
        ),
        Example(
            bad="RUN apt-get update\nRUN apt-get install -y git\n"
            "RUN --network=host apt-get install -y curl",
        ),
        Example(bad="RUN apt-get update\nRUN <<EOF\napt-get install -y git\nEOF"),
        Example(bad="RUN apt-get update\nRUN apt-get install -y git || true"),
        Example(bad="RUN apt-get update\nUSER app\nRUN sudo apt-get install -y git"),
        Example(bad="RUN dpkg --add-architecture i386 && apt-get update"),
        Example(
            bad="FROM alpine:3.22\nRUN apk update\nCOPY a /a\nRUN apk add git",
            fixed="FROM alpine:3.22\nCOPY a /a\nRUN apk add --no-cache git",
        ),
        Example(bad="FROM alpine:3.22\nRUN apk update\nRUN adduser -D app"),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git && rm "
            "-rf /var/lib/apt/lists/*"
        ),
        Example(
            good="FROM debian:trixie-slim AS build\nRUN apt-get update && apt-get upgrade -y\n"
            "FROM scratch\nCOPY --from=build /a /a"
        ),
        Example(
            good="FROM debian:trixie-slim AS build\nRUN <<EOF\nset -e\napt-get update\n"
            "apt-get install -y --no-install-recommends git\nEOF\nFROM scratch\n"
            "COPY --from=build /a /a"
        ),
        Example(
            good="FROM debian:trixie-slim AS build\nRUN apt-get update && ./install-packages.sh\n"
            "FROM scratch\nCOPY --from=build /a /a"
        ),
        Example(
            good="RUN apt-get update && dpkg -i a.deb && rm -rf /var/lib/apt/lists/*"
        ),
        Example(good="RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update"),
        Example(
            good="FROM alpine:3.22\nRUN apk update && apk add git && rm -rf /var/cache/apk/*"
        ),
    ),
)
