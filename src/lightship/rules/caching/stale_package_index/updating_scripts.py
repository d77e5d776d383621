"""RUN that start a script of the project which updates the index of apt."""

from __future__ import annotations

from bisect import bisect_left

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.paths import in_workdir
from lightship.facts.copies.origins import origin_of
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.interpreters import SHELLS
from lightship.text import Span

# `apt-get -y update`, `apt-get $* update`
_UPDATE = regex(r"\bapt(?:-get|itude)?\b[^\n;&|#]{0,200}\bupdate\b")


def updates_between(build: Build, stage: Stage, between: Span) -> bool:
    """Whether a RUN between two of a stage, or of those under it, starts such a script."""
    updating = build.once(_updating_runs)
    starts = [run.span.start for run in updating]
    first = bisect_left(starts, between.start)
    last = bisect_left(starts, between.end)
    if first == last:
        return False
    lineage = build.lineage_of(stage)
    return any(
        build.dockerfile.stage_of(run) in lineage for run in updating[first:last]
    )


def _updating_runs(build: Build) -> tuple[Instruction, ...]:
    if build.context is None:
        return ()
    return tuple(run for run in build.each("RUN") if _starts_update(build, run))


def _starts_update(build: Build, run: Instruction) -> bool:
    for script in build.scripts(run):
        for command in script.commands:
            path = _script_of(command)
            if path and _UPDATE.search(_text_of(build, run, path)):
                return True
    return False


def _script_of(command: Command) -> str:
    """The file that a command runs: its own, or the one that a shell is given."""
    if not command.words:
        return ""
    if "/" in command.words[0].text:
        if command.name not in SHELLS:
            return command.words[0].value or ""
    elif command.name not in SHELLS and command.name not in (".", "source"):
        return ""
    operands = (word.value or "" for word in command.args)
    return next((value for value in operands if not value.startswith("-")), "")


def _text_of(build: Build, run: Instruction, path: str) -> str:
    """The text of a script of the build context; empty where it is none."""
    state = build.evaluation.before(run)
    if state is None or build.context is None:
        return ""
    origin = origin_of(build, run, in_workdir(state.workdir, path))
    return build.context.read(origin) or "" if origin else ""
