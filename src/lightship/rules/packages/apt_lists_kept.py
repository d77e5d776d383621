"""The package index of apt stays in the image

## What it does
Finds RUN instructions of the final image that fetch apt's package index and leave it in their
layer.

Build stages are left alone, and so are RUN instructions with a cache or tmpfs mount over the
lists, and what is made from an image of gigabytes, such as those of CUDA and PyTorch, or from one
of the repository's own where it builds on such an image, or from a release that the mirrors no
longer have, where no install works. So is a RUN that calls a script to clean
up (`clean-layer.sh`) whose text is not known. A RUN that
only updates, followed by one that tidies up or by none at all, is reported by `update-alone`.
Examples, tools and images for development, tests or CI are left alone, unless they are pushed to a
registry.

## Why is this bad?
`apt-get update` writes the index of every package of the distribution to /var/lib/apt/lists: 129 MB
in one measured image of 1067 MB. The finished image never reads it, and it is soon out of date.
Removing it in a later RUN does not make the image smaller: the layer of the first RUN keeps it.

## Fix safety
The fix removes the lists at the end of the same RUN. It is safe, because it is offered only where
nothing later in the file reads them. It is not offered where a later RUN, or another Dockerfile of
the repository that may start from this image, installs without an update of its own, where a later
RUN starts a script or a tool that may do so (`rosdep install`), or where the script may end early
or continue in the background.
Where several layers keep the index, it is offered for all or for none: the next update fetches
again what one of them no longer has.

## When to ignore
Ignore it where the container runs `apt-get install` without an update of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.copies.origins import file_of
from lightship.facts.edits.runs import add_command, is_whole, join
from lightship.facts.packages.apt import APT, LISTS, AptRun, apt_runs, following
from lightship.facts.packages.apt_index import may_be_read_later, read_later
from lightship.facts.packages.archived_releases import cannot_install
from lightship.facts.packages.bases_under import is_cleaned_under
from lightship.facts.packages.heavy_bases import is_on_gigabytes
from lightship.facts.packages.index_heirs import has_index_heirs
from lightship.facts.packages.off_branches import is_switched_off
from lightship.facts.packages.strict_removals import forgiving
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.commands import Script
from lightship.text import Edit, Span

_HERE = f"this layer keeps apt's index: remove {LISTS} in the same RUN"
# To remove the index in the same RUN would break a later one
_TOGETHER = "apt's index stays in the image: update, install and clean up in one RUN"
# A script without a directory is one of the base image's, in PATH
_SCRIPTS = (".sh", ".bash")
_ENDS = ("exec", "exit", "return", "trap", "set")


def check(build: Build) -> Iterator[Finding]:
    runs = apt_runs(build)
    if not runs or not is_shipped(build):
        return

    wanted = read_later(build)
    perhaps_wanted = may_be_read_later(build)
    removals = [run for run in runs.values() if run.drops_lists and not run.updates]
    later = {run.stage: run for run in removals}
    findings: list[Finding] = []
    is_kept_elsewhere = False
    for run in runs.values():
        if not run.keeps_lists or run.stage not in build.lineage:
            continue
        if all(is_switched_off(build, update) for update in run.updates):
            continue
        if _is_said(run, runs):
            is_kept_elsewhere = True
            continue
        if _is_cleaned_by_script(build, run) or is_on_gigabytes(build, run.stage):
            continue
        if cannot_install(build, run.stage, run.instruction):
            continue

        reader = _last_reader(run, runs) if run.is_update_alone else None
        if reader is not None:
            # Of the update itself another rule speaks: the index stays beside what it brought
            covered_by = _covering(run, runs)
            span = _span_of(reader.uses_before_update[-1])
            finding = Finding(span, _TOGETHER, covered_by=covered_by)
        elif run.instruction in wanted:
            covered_by = _covering(run, runs)
            span = _span_of(run.updates[-1])
            finding = Finding(span, _TOGETHER, covered_by=covered_by)
        else:
            fix = _fix(build, run, runs, perhaps_wanted)
            finding = Finding(_span_of(run.updates[-1]), _message(run, later), fix)
        findings.append(finding)
    yield from _in_same_words(findings, is_kept_elsewhere)


def _span_of(call: PackageInvocation) -> Span:
    does = call.does
    return Span(does.command.words[0].span.start, does.subcommand.span.end)


def _in_same_words(
    findings: list[Finding], is_kept_elsewhere: bool
) -> Iterator[Finding]:
    """All as the most that is to be done: the layers of one image are one finding then.

    What one layer no longer has, the next update fetches again into its own: where one of them
    has no fix, those of the others save nothing.
    """
    fixes_all = not is_kept_elsewhere and all(finding.fix for finding in findings)
    is_together = any(finding.message == _TOGETHER for finding in findings)
    for finding in findings:
        message, fix = finding.message, finding.fix
        if is_together and message == _HERE:
            message = _TOGETHER
        if fix is not None and not fixes_all:
            fix = None
            message = _TOGETHER if is_kept_elsewhere else message
        yield replace(finding, message=message, fix=fix)


def _is_cleaned_by_script(build: Build, run: AptRun) -> bool:
    """Whether a script to clean up with runs at its end, and removes the index as far as known."""
    for call in build.commands(of=run.instruction):
        program = call.command.words[0].text if call.command.words else ""
        if is_cleaned_under(build, run.stage, call.command.name):
            return True
        is_script = "/" in program or program.endswith(_SCRIPTS)
        if not is_script or "clean" not in call.command.name:
            continue
        origin = file_of(build, program)
        text = build.context.read(origin) if build.context and origin else None
        if text is None or LISTS in text:
            return True
    return False


def _is_said(run: AptRun, runs: Mapping[Instruction, AptRun]) -> bool:
    """Whether `update-alone` says all there is: it only updates, and the RUN that reads the index
    tidies up.
    """
    if not run.is_update_alone:
        return False

    for instruction in run.behind:
        follower = runs.get(instruction)
        if follower is None:
            continue
        if follower.uses or follower.updates or follower.removals:
            return not follower.uses_before_update or follower.drops_lists
    return True


def _covering(run: AptRun, runs: Mapping[Instruction, AptRun]) -> tuple[Span, ...]:
    """The update and the installs that read its index: what is told there of an old index asks for
    one RUN as well.
    """
    calls = [*run.updates]
    for instruction in run.behind:
        follower = runs.get(instruction)
        if follower is None:
            continue
        calls += follower.uses_before_update
        if follower.updates:
            break
    return tuple(map(_span_of, calls))


def _last_reader(run: AptRun, runs: Mapping[Instruction, AptRun]) -> AptRun | None:
    """The last RUN of its stage that reads the index of `run`."""
    last: AptRun | None = None
    for instruction in run.behind:
        follower = runs.get(instruction)
        if follower is None:
            continue
        if follower.uses_before_update:
            last = follower
        if follower.updates:
            break
    return last


def _message(run: AptRun, later: Mapping[Stage, AptRun]) -> str:
    if run.stage in later and later[run.stage].position > run.position:
        return (
            f"{LISTS} is removed only in a later layer, so this layer keeps it: remove it "
            "in this RUN"
        )
    return _HERE


def _fix(
    build: Build,
    run: AptRun,
    runs: Mapping[Instruction, AptRun],
    wanted: Collection[Instruction],
) -> Fix | None:
    """Remove the lists at the end of the script, where that is sure to happen and nobody misses
    them.

    Where the next RUN removes them, and can be joined with this one, that is the better fix.
    """
    instruction = run.instruction
    if run.is_update_alone or instruction in wanted:
        return None

    script = build.scripts(instruction)[0]
    inner = instruction.trigger or instruction
    if inner.heredocs or not is_whole(script):
        return None

    # What is added at the end may never run, or before the last command is done
    if any(command.name in _ENDS for command in script.commands):
        return None
    if any(pipeline.background for pipeline in script.pipelines):
        return None

    behind = following(run)
    if behind is not None and behind in runs and runs[behind].drops_lists:
        joined = join(build, instruction, behind)
        if joined is not None:
            is_all = _only_removes(build, runs[behind])
            return (
                Fix("Join it with the RUN that removes them", (joined,))
                if is_all
                else None
            )

    if has_index_heirs(build, "apt"):
        return None

    sudo = "sudo " if run.updates[-1].command.wrapped_by("sudo") else ""
    command = f"{sudo}rm -rf {LISTS}/*"
    removal = _in_alternative(build, run, script, command)
    if removal is None:
        removal = add_command(build, instruction, script, command)
    later = forgiving(build, instruction, (LISTS,))
    if later is None:
        return None
    return Fix("Remove apt's package lists", (removal, *later))


def _only_removes(build: Build, run: AptRun) -> bool:
    """Whether a RUN is there for the lists alone: a person would join the two."""
    return all(call.command.name == "rm" for call in build.commands(of=run.instruction))


def _in_alternative(
    build: Build, run: AptRun, script: Script, command: str
) -> Edit | None:
    """At the end of `(apt-get update && ...)`, where other package managers are tried after it."""
    blocks = {call.command.block for call in (*run.updates, *run.uses)}
    if len(blocks) != 1 or all(item.operator != "||" for item in script.items):
        return None
    block = script.blocks[blocks.pop()]
    if block.kind not in ("subshell", "group") or block.parent != 0:
        return None
    inside = [item.span.end for item in script.commands if block.span.covers(item.span)]
    end = max(inside)
    rest = build.dockerfile.text[end : block.span.end].strip()
    if rest not in (")", ""):
        return None
    return Edit.insert(end, f" && {command}")


RULE = Rule(
    id="apt-lists-kept",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=APT),
    aliases=(
        "DL3009",
        "DKL-DI-0005",
        "semgrep/remove-package-lists",
        "parfum/aptGetInstallThenRemoveAptLists",
    ),
    practice=Practice.SIZE,
    examples=(
        Example(
            bad="RUN apt-get update && apt-get install -y --no-install-recommends git",
            fixed="RUN apt-get update && apt-get install -y --no-install-recommends git && rm "
            "-rf /var/lib/apt/lists/*",
        ),
        Example(
            bad="RUN apt-get update && \\\n  # why git\n  apt-get install -y git",
            fixed="RUN apt-get update && \\\n  # why git\n  apt-get install -y git && \\\n"
            "  rm -rf /var/lib/apt/lists/*",
        ),
        Example(
            bad="# escape=`\nFROM debian:trixie-slim\nRUN apt-get update `\n"
            " && apt-get install -y git",
            fixed="# escape=`\nFROM debian:trixie-slim\nRUN apt-get update `\n"
            " && apt-get install -y git `\n"
            " && rm -rf /var/lib/apt/lists/*",
        ),
        Example(
            bad="RUN apt-get update && apt-get install -y git\nCOPY a /a\n"
            "RUN rm -rf /var/lib/apt/lists/*",
            fixed="RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n"
            "COPY a /a\nRUN rm -rf /var/lib/apt/lists/*",
        ),
        Example(
            bad="RUN apt-get update && apt-get install -y git\nRUN rm -rf /var/lib/apt/lists/*",
            fixed="RUN apt-get update && apt-get install -y git && \\\n"
            "    rm -rf /var/lib/apt/lists/*",
        ),
        Example(
            bad="RUN rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y "
            "git; exit 0"
        ),
        # A later RUN reads the index
        Example(
            bad="RUN apt-get update && apt-get install -y git\nRUN apt-get install -y curl"
        ),
        # The script may install from the index
        Example(
            bad="RUN apt-get update && apt-get install -y git\nCOPY tools.sh /\n"
            "RUN /tools.sh"
        ),
        Example(bad="RUN <<EOF\nset -e\napt-get update\napt-get install -y git\nEOF"),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git && rm "
            "-rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git "
            "&& rm -r /var/lib/{apt,dpkg,cache}/"
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git && "
            "apt-get dist-clean"
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git "
            "&& find /var/lib/apt/lists -type f -delete"
        ),
        Example(
            good="RUN --mount=target=/var/lib/apt/lists,type=cache "
            "apt-get update && apt-get install -y --no-install-recommends git"
        ),
        Example(
            good="RUN --mount=type=tmpfs,target=/var/lib/apt apt-get update "
            "&& apt-get install -y --no-install-recommends git"
        ),
        Example(
            good="FROM debian:trixie AS build\nRUN apt-get update && apt-get install -y gcc\n"
            "FROM scratch\nCOPY --from=build /a /a",
        ),
        Example(
            good="RUN bash -c 'apt-get update && apt-get install -y --no-install-recommends git; "
            "rm -rf /var/lib/apt/lists'"
        ),
    ),
)
