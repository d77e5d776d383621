"""apt-get installs before any package index was fetched

## What it does
Finds `apt-get install` and `apt-get upgrade` in a stage that has no package index.

The rule reports only what is certain: the stage starts from an image without an index, which does
not have all of the packages already (the full Python image has python3, that of Ubuntu gpgv), and
no `apt-get update`, script or unknown command comes before. Where an earlier RUN has fetched an
index, or has removed it again, `stale-package-index` reports that.

## Why is this bad?
Docker's official images for Debian and Ubuntu, and images made from them, contain no index: without
`apt-get update`, apt knows only the packages that are installed already. For any other it prints
"Unable to locate package" and the build fails; `apt-get upgrade` finds nothing to upgrade.

## Fix safety
The fix updates before the install, and removes the lists again. It is unsafe: where the packages
are installed already, the RUN may now upgrade them. There is none where another install of the
stage cannot be mended: the build would still fail.

## When to ignore
Ignore it where the base image brings an index that lightship does not know about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, PackageInvocation
from lightship.facts.packages.apt import APT, AptRun, apt_runs
from lightship.facts.packages.apt_edits import update_first
from lightship.facts.packages.apt_index import without_index, written_before
from lightship.facts.packages.base_packages import base_packages, needs_index
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record
from lightship.text import Edit, Span

_GIVES_UP = ("exit", "false", "return")


@record
class _Missing:
    """An install without an index, and the edits that fetch one."""

    run: AptRun
    use: PackageInvocation
    edits: tuple[Edit, ...]


def check(build: Build) -> Iterator[Finding]:
    runs = apt_runs(build)
    if not any(run.uses_before_update for run in runs.values()):
        return

    missing = list(_missing(build))
    stuck = _stuck(build, missing)
    for item in missing:
        use = item.use
        edits = () if item.run.stage.index in stuck else item.edits
        title = "Run apt-get update before the install"
        fix = Fix(title, edits, Safety.UNSAFE) if edits else None
        span = Span(use.command.words[0].span.start, use.does.subcommand.span.end)
        message = (
            "no package index was fetched, so apt finds no new packages: run apt-get "
            "update first"
        )
        yield Finding(span, message, fix)


def _stuck(build: Build, missing: Sequence[_Missing]) -> set[int]:
    """The stages of which an install has no fix: mending the others would not make them build."""
    without = [item.run for item in missing if not item.edits]
    for instruction, run in apt_runs(build).items():
        if instruction.trigger is not None and run.uses_before_update:
            without.append(run)  # it runs in another build
    stuck: set[int] = set()
    for run in without:
        stuck.update(stage.index for stage in build.lineage_of(run.stage))
    return stuck


def _missing(build: Build) -> Iterator[_Missing]:
    """The installs without an index, the first of each RUN."""
    bare = without_index(build)
    known = written_before(build)
    for instruction, run in apt_runs(build).items():
        if instruction not in bare or instruction in known:
            continue
        if run.hidden or instruction.trigger:
            continue

        have = base_packages(build, run.stage)
        uses = (use for use in run.uses_before_update if needs_index(use, have))
        use = next(uses, None)
        if use is None or _may_have_index(run, use) or _is_a_try(use):
            continue

        yield _Missing(run, use, tuple(update_first(build, run, use)))


def _may_have_index(run: AptRun, use: PackageInvocation) -> bool:
    """Whether a command before it, which we do not know, may have fetched an index."""
    start = use.command.span.start
    earlier = [at for at in run.others if at < start]
    return any(not _hands_over(use, at) for at in earlier)


def _hands_over(call: PackageInvocation, at: int) -> bool:
    """Whether the command at that place is the shell that the install is handed to."""
    return call.script.outer is not None and call.script.outer.span.start == at


def _is_a_try(use: PackageInvocation) -> bool:
    """Whether something else is tried where it fails: `apt-get install git || ./fetch-git`."""
    script = use.script
    own = script.pipelines[use.command.pipeline]
    for pipeline in script.pipelines:
        if pipeline.operator != "||" or pipeline.block != own.block:
            continue
        if pipeline.span.start <= own.span.start:
            continue

        inside = (
            command for command in script.commands if pipeline.span.covers(command.span)
        )
        if any(command.name not in _GIVES_UP for command in inside):
            return True
    return False


RULE = Rule(
    id="install-without-update",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(managers=APT),
    aliases=("parfum/aptGetUpdatePrecedesInstall",),
    missed={
        "in-onbuild": (
            "a trigger runs in another build, after all instructions of this one"
        ),
    },
    examples=(
        Example(
            bad="RUN apt-get install -y --no-install-recommends git",
            fixed="RUN apt-get update && apt-get install -y --no-install-recommends git && rm "
            "-rf /var/lib/apt/lists/*",
        ),
        Example(
            bad="FROM python:3.14-slim\nRUN pip install --no-cache-dir flask\n"
            "RUN DEBIAN_FRONTEND=noninteractive "
            "apt-get install -y \\\n    git \\\n    && rm -rf /var/lib/apt/lists/*",
            fixed="FROM python:3.14-slim\nRUN pip install --no-cache-dir flask\n"
            "RUN apt-get update && "
            "DEBIAN_FRONTEND=noninteractive apt-get install -y \\\n    git \\\n"
            "    && rm -rf /var/lib/apt/lists/*",
        ),
        Example(
            bad="FROM debian:trixie-slim AS base\nENV A=1\nFROM base\n"
            "RUN sudo apt-get install -y git",
            fixed="FROM debian:trixie-slim AS base\nENV A=1\nFROM base\nRUN sudo apt-get update && "
            "sudo apt-get install -y git && sudo rm -rf /var/lib/apt/lists/*",
        ),
        Example(bad="RUN <<EOF\nset -e\napt-get install -y git\nEOF"),
        Example(bad="RUN bash -c 'apt-get install -y git'"),
        Example(bad='RUN ["apt-get", "install", "-y", "git"]'),
        Example(bad="RUN for name in git curl; do apt-get install -y $name; done"),
        Example(
            bad="FROM ubuntu:24.04\nRUN apt-get upgrade -y",
            fixed="FROM ubuntu:24.04\nRUN apt-get update && apt-get upgrade -y && rm -rf "
            "/var/lib/apt/lists/*",
        ),
        Example(
            bad="RUN apt-get install -y git && apt-get update && rm -rf /var/lib/apt/lists/*",
            fixed="RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*",
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git && rm "
            "-rf /var/lib/apt/lists/*"
        ),
        # what the base image, a script or another command has done is not known
        Example(
            good="FROM example.com/base:1\nRUN apt-get install -y --no-install-recommends git"
        ),
        Example(
            good="RUN ./prepare.sh\nRUN apt-get install -y --no-install-recommends git"
        ),
        Example(
            good="RUN add-apt-repository ppa:git-core/ppa && apt-get install -y "
            "--no-install-recommends git"
        ),
        Example(
            good="FROM debian:13-slim\nADD lists.tar.gz /\n"
            "RUN apt-get install -y --no-install-recommends git"
        ),
        Example(
            good="FROM debian:13-slim AS lists\nRUN ./fetch\nFROM debian:13-slim\n"
            "COPY --from=lists /var/lib /var/lib\n"
            "RUN apt-get install -y --no-install-recommends git"
        ),
        # other packages than those of the index, and an index that is mounted
        Example(
            good="COPY a.deb /\nRUN apt-get install -y --no-install-recommends /a.deb"
        ),
        Example(good="RUN dpkg -i /a.deb; apt-get install -y -f"),
        Example(
            good="RUN --mount=type=cache,target=/var/lib/apt/lists apt-get install -y "
            "--no-install-recommends git"
        ),
        Example(
            good="RUN apt-get install -y --no-install-recommends git || ./fetch-git.sh"
        ),
        Example(good="ONBUILD RUN apt-get install -y --no-install-recommends git"),
        # buildpack-deps, from which it is made, has them
        Example(
            good="FROM python:3.13-bookworm\nRUN apt-get install -y --no-install-recommends git"
        ),
        Example(
            good="FROM golang:1.26\nRUN apt-get install -y --no-install-recommends make"
        ),
    ),
)
