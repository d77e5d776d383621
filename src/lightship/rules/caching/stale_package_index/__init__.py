"""apt-get installs from an index of an earlier layer

## What it does
Finds `apt-get install` without an update in the same RUN, in a stage where an earlier RUN has
fetched the index. An install after a lone update, and those that directly follow it, are left to
`update-alone`. Later installs from its index are only a note, which `lightship lint` leaves out
beside that finding. An install after a script, which may have updated, is left alone, one of
packages that an earlier RUN has installed already, and one from the index of a Debian or Ubuntu
past its end, whose packages change no more. Installs from the same index are reported once.

## Why is this bad?
The earlier RUN that called `apt-get update` stays in the cache when you change this one, and with
it the index that it wrote. Add a package in a month, and apt-get looks for versions that are long
gone from the mirror: "404 Not Found". Where the earlier RUN has removed the lists, as it should,
there is no index at all: "Unable to locate package".

## Fix safety
The fix joins the install with the RUN above it where that has fetched the index, into one command
if both have the same options. Elsewhere it updates before the install, and removes the lists
again. It is unsafe: the packages may be newer than those of the old index, and apt may choose other
alternatives when it sees all packages at once.

## When to ignore
Ignore it where the index comes from a dated snapshot of the archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.packages.apt import APT, AptRun, apt_runs
from lightship.facts.packages.apt_edits import join_installs, update_first
from lightship.facts.packages.apt_index import is_frozen, read_later, written_before
from lightship.facts.packages.base_packages import (
    base_packages,
    installed_before,
    needs_index,
)
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record
from lightship.rules.caching.stale_package_index.updating_scripts import updates_between
from lightship.shell.interpreters import SHELLS
from lightship.text import Edit, Span

_LOCAL = frozenset({"file", "directory", "url"})


@record
class _Stale:
    """An install that reads the index of an earlier layer.

    `is_joined` is whether the edits make it a part of the RUN above.
    """

    run: AptRun
    install: PackageInvocation
    edits: tuple[Edit, ...]
    is_joined: bool


def check(build: Build) -> Iterator[Finding]:
    groups: dict[Instruction, list[_Stale]] = {}
    for source, stale in _stale_installs(build):
        groups.setdefault(source.instruction, []).append(stale)

    runs = apt_runs(build)
    for instruction, group in groups.items():
        source = runs[instruction]
        yield _finding(build, source, _all_updating(build, source, group))


def _all_updating(
    build: Build, source: AptRun, group: Sequence[_Stale]
) -> Sequence[_Stale]:
    """The group, in which an install updates too if all that read its index later do so then."""
    first = group[0].run.instruction.span.start
    own = {stale.run.instruction for stale in group}
    runs = apt_runs(build)
    for reader, written in written_before(build).items():
        if written is not source or reader in own or reader.span.start < first:
            continue
        if runs[reader].uses_before_update:
            return group  # it needs the index as it is

    updating: list[_Stale] = []
    for stale in reversed(group):
        edits = stale.edits
        if not edits and all(later.edits for later in updating):
            edits = tuple(update_first(build, stale.run, stale.install))
        updating.insert(0, replace(stale, edits=edits))
    return updating


def _stale_installs(build: Build) -> Iterator[tuple[AptRun, _Stale]]:
    """Each of them, with the RUN that has written the index."""
    runs = apt_runs(build)
    sources = written_before(build)
    wanted = read_later(build) if sources else set()
    read: set[Instruction] = set()
    for instruction, source in sources.items():
        run = runs[instruction]
        if not run.uses_before_update:
            continue

        is_first = source.instruction not in read
        read.add(source.instruction)
        have = base_packages(build, run.stage) | installed_before(build, run)
        installs = (
            use
            for use in run.uses_before_update
            if _installs_by_name(use) and needs_index(use, have)
        )
        install = next(installs, None)
        if install is None or run.hidden or (is_first and source.is_update_alone):
            continue
        start = install.command.span.start
        if any(at < start for at in run.others):
            continue  # a script that may have updated it
        if source.keeps_lists and is_frozen(build, run.stage):
            continue
        between = Span(source.instruction.span.end, instruction.span.start)
        if _may_be_updated(build, between):
            continue
        if updates_between(build, run.stage, between):
            continue
        if _goes_on(run, runs, sources):
            continue

        edit = _join_above(build, run, runs)
        edits: tuple[Edit, ...] = () if edit is None else (edit,)
        if edit is None and instruction not in wanted:
            edits = tuple(update_first(build, run, install))
        yield source, _Stale(run, install, edits, edit is not None)


def _renewed_at(build: Build, source: AptRun, stale: _Stale) -> int:
    """The line of the index that an install reads.

    add-apt-repository fetches it again, since Ubuntu 18.04.
    """
    between = Span(source.instruction.span.end, stale.run.instruction.span.start)
    line = source.instruction.first_line
    for call in build.commands("add-apt-repository", "apt-add-repository"):
        is_quiet = call.command.has("-n", "--no-update")
        if between.covers(call.instruction.span) and not is_quiet:
            line = call.instruction.first_line
    return line


def _finding(build: Build, source: AptRun, group: Sequence[_Stale]) -> Finding:
    """One for all installs from the same index."""
    first, *more = group
    line = _renewed_at(build, source, first)
    problem = f"this installs from the cached index of line {line}, which may be old"
    cure = "install it there" if first.is_joined else "run apt-get update here"
    if more:
        # Not how many: targets have more and less of them
        problem = (
            f"this and later installs read the index of line {line}, which may be old"
        )
        cure = "run apt-get update in each"
    if source.drops_lists:
        line = source.instruction.first_line
        problem = f"line {line} has removed the package index"
    message = f"{problem}: {cure}"

    words = first.install.command.words
    span = Span(words[0].span.start, first.install.does.subcommand.span.end)

    edits: list[Edit] = []
    for stale in group:
        edits += stale.edits
    title = "Run apt-get update before the install"
    if first.is_joined:
        title = "Install in one RUN"
    fix = Fix(title, tuple(edits), Safety.UNSAFE) if edits else None
    if source.is_update_alone:
        # The same advice is given at the update itself
        alone = source.updates[0].command.words[0].span
        return Finding(span, message, fix, Severity.INFO, covered_by=(alone,))
    return Finding(span, message, fix)


def _installs_by_name(use: PackageInvocation) -> bool:
    if use.does.action != "install":
        return False
    return any(package.kind not in _LOCAL for package in use.does.packages)


def _may_be_updated(build: Build, between: Span) -> bool:
    """Whether a RUN between both pipes a script into a shell, which may update the index."""
    for call in build.commands(*SHELLS):
        if call.command.stage > 0 and between.covers(call.command.span):
            return True
    return False


def _join_above(
    build: Build, run: AptRun, runs: Mapping[Instruction, AptRun]
) -> Edit | None:
    """The edit that installs in the RUN above, where that has the index and ends in apt."""
    before = _run_above(run, runs)
    if before is None or before.drops_lists or not before.updates:
        return None
    if not before.ends_in_apt or not run.only_apt:
        return None
    return join_installs(build, before, run)


def _run_above(run: AptRun, runs: Mapping[Instruction, AptRun]) -> AptRun | None:
    """The RUN on the line above, where that calls apt."""
    if run.position == 0:
        return None
    return runs.get(run.stage.instructions[run.position - 1])


def _goes_on(
    run: AptRun,
    runs: Mapping[Instruction, AptRun],
    sources: Mapping[Instruction, AptRun],
) -> bool:
    """Whether the RUN above does the same with the same index, so that all is said already."""
    before = _run_above(run, runs)
    if before is None or before.others or run.others:
        return False
    if not before.uses_before_update:
        return False
    return sources.get(before.instruction) is sources[run.instruction]


RULE = Rule(
    id="stale-package-index",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(managers=APT),
    practice=Practice.REPRODUCIBILITY,
    examples=(
        Example(
            bad="RUN apt-get update && apt-get install -y git\nCOPY a /a\n"
            "RUN apt-get install -y curl",
            fixed="RUN apt-get update && apt-get install -y git\nCOPY a /a\n"
            "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*",
        ),
        Example(
            bad="RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n"
            "RUN DEBIAN_FRONTEND=noninteractive apt-get install -y \\\n    curl",
            fixed="RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n"
            "RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y \\\n"
            "    curl \\\n"
            "    && rm -rf /var/lib/apt/lists/*",
        ),
        Example(
            bad="RUN apt-get update && apt-get install -y git\nRUN apt-get install -y curl jq",
            fixed="RUN apt-get update && apt-get install -y git curl jq",
        ),
        Example(
            bad="RUN apt-get update && apt-get install -y \\\n    git\n"
            "RUN apt-get -y install \\\n    curl \\\n    jq",
            fixed="RUN apt-get update && apt-get install -y \\\n    git \\\n    curl \\\n    jq",
        ),
        Example(
            bad="RUN apt-get update && apt-get install -y git\nRUN apt-get install -y -t sid curl",
            fixed="RUN apt-get update && apt-get install -y git && \\\n"
            "    apt-get install -y -t sid curl",
        ),
        Example(
            bad="RUN apt-get update && apt-get install -y git\nRUN apt-get install -y curl\n"
            "RUN apt-get install -y jq",
            fixed="RUN apt-get update && apt-get install -y git curl jq",
        ),
        Example(
            bad="FROM debian:trixie AS base\nRUN apt-get update && apt-get install -y git\n"
            "FROM base\nRUN apt-get install -y curl || exit 1",
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git && rm "
            "-rf /var/lib/apt/lists/*\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf "
            "/var/lib/apt/lists/*"
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git "
            "&& rm -rf /var/lib/apt/lists/*\nCOPY a.deb /\n"
            "RUN apt-get install -y --no-install-recommends /a.deb"
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git && rm "
            "-rf /var/lib/apt/lists/*\n"
            "RUN ./add-repository.sh && apt-get install -y --no-install-recommends curl && rm "
            "-rf /var/lib/apt/lists/*"
        ),
        Example(
            good="FROM example.org/with-lists:7\n"
            "RUN apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN --mount=type=cache,target=/var/lib/apt apt-get update "
            "&& apt-get install -y --no-install-recommends git\nCOPY a /a\n"
            "RUN --mount=type=cache,target=/var/lib/apt apt-get install -y "
            "--no-install-recommends curl",
        ),
    ),
)
