"""RUN changes the directory, but only for itself

## What it does
Finds a RUN that is nothing but `cd`, a `cd` at the end of a RUN, and stages that copy their files
into a directory and then start one or more RUN with `cd` into it.

The rule is silent for a `cd` in the middle of a script, in a subshell, into a relative or
temporary directory, for scripts that continue in other directories, for a single RUN that works
somewhere in the system, and where a later WORKDIR shows that another directory is meant.

## Why is this bad?
`cd` ends with its RUN: the next instruction starts in the working directory again. A RUN that is
nothing but `cd` has no effect, and a `cd` at the end of one has none either. Where every RUN
starts with `cd /app && ...`, a reader has to look for the place where the work is done; WORKDIR
states it once for all instructions.

## Fix safety
Where the RUN is `cd` alone, the fix writes WORKDIR. It is unsafe: the instructions below will
start there, which is what was meant. Where the directory is the working directory already, the
fix removes the `cd`, which is safe. Otherwise there is no fix: what follows may rely on where it
starts.

## When to ignore
Ignore it where the directory belongs to one command and the rest of the stage works elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.known import starts_in_root
from lightship.build import Build, Invocation
from lightship.dockerfile.places import holds_comment
from lightship.evaluation.paths import clean, in_workdir
from lightship.expansion.variables import is_plain as is_literal
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.shell.commands import Command, Pipeline, Script, Word
from lightship.text import Edit, Span

_TEMPORARY = (
    "/tmp",  # noqa: S108
    "/var/tmp",  # noqa: S108
    "/usr/src",
    "/usr/local/src",
    "/dev/shm",  # noqa: S108
    "/var/cache",
)
_SYSTEM = frozenset(
    ("", "bin", "etc", "lib", "lib64", "root", "run", "sbin", "usr")
)  # first parts of paths


def check(build: Build) -> Iterator[Finding]:
    starts: dict[tuple[int, str], list[Invocation]] = {}  # by stage and directory
    for found in build.commands("cd"):
        command, script = found.command, found.script
        if len(command.words) != 2 or command.redirects or not _is_whole(script):
            continue
        word = command.words[1]
        is_first, is_last = _is_first(found), command is script.commands[-1]
        if is_last and (is_first or _is_meant_to_stay(found, word)):
            cure = (
                f"use WORKDIR {word.text}"
                if is_first
                else f"remove it, or use WORKDIR {word.text} after it"
            )
            message = f"cd ends with this RUN, so it has no effect: {cure}"
            span = script.span if is_first else command.span
            fix = _workdir(build, found, word) if is_first else None
            yield Finding(span, message, fix, Severity.WARNING)
        elif is_first and _is_start(found, word):
            fix = _removal(build, found, word)
            if fix is not None:
                yield Finding(
                    command.span,
                    f"{word.text} is already the working directory: remove the cd",
                    fix,
                )
            elif (step := build.evaluation.step(found.instruction)) is not None:
                starts.setdefault(
                    (step.stage.index, clean(word.value or "")), []
                ).append(found)
    homes = _homes(build) if starts else {}
    for (index, directory), group in starts.items():
        if _is_home(build, directory, group, *homes[index]):
            who = (
                f"this RUN and {len(group) - 1} more work"
                if len(group) > 1
                else "this RUN works"
            )
            yield Finding(
                group[0].command.span, f"{who} in {directory}: set it with WORKDIR"
            )


def _is_first(found: Invocation) -> bool:
    """Whether its script begins with it: nothing but `set` comes before."""
    return not found.command.block and _only_set(
        found.script.commands[: found.command.index]
    )


def _is_whole(script: Script) -> bool:
    """Whether the RUN does nothing else: the script is its own, or handed to a shell with nothing
    around but `set`.
    """
    around = script.around
    if script.outer is None or around is None:
        return script.outer is None
    return (
        around.outer is None
        and script.outer is around.commands[-1]
        and _only_set(around.commands[:-1])
    )


def _is_meant_to_stay(found: Invocation, word: Word) -> bool:
    """Whether a `cd` at the end of a script is its only one, and goes to a place of its own: not
    back, and not out.
    """
    script, item = found.script, found.script.pipelines[found.command.pipeline]
    only = not any(
        command.name in ("cd", "pushd", "popd") for command in script.commands[:-1]
    )
    goes_on = (
        item.length == 1 and not item.background and item.operator in ("&&", ";", "\n")
    )
    back = word.prefix.startswith(("..", "-", "~")) or word.prefix in ("", "/", ".")
    return only and goes_on and not back and not found.command.block


def _only_set(commands: Sequence[Command]) -> bool:
    return all(command.name == "set" and not command.block for command in commands)


def _homes(build: Build) -> dict[int, tuple[tuple[set[str], ...], int]]:
    """By stage: where its files, and those of the stage below, are copied to, and the line of its
    last WORKDIR.
    """
    copied: dict[int, set[str]] = {
        stage.index: set() for stage in build.dockerfile.stages
    }
    for copying in build.copyings():
        target, step = copying.destination.value, copying.step
        if not (copying.local and step is not None and target):
            continue
        known = step.before.workdir_known or starts_in_root(
            build.evaluation.root(step.stage).name
        )
        if known or target.startswith("/"):
            copied[step.stage.index].add(in_workdir(step.before.workdir, target))
    last = dict.fromkeys(copied, 0)
    for stage in build.dockerfile.stages:
        for instruction in stage.instructions:
            if instruction.keyword == "WORKDIR":
                last[stage.index] = instruction.first_line
    below = {
        index: base.index
        for index, base in enumerate(build.evaluation.graph.bases)
        if base is not None
    }
    return {
        index: ((copied[index], copied[below.get(index, index)]), last[index])
        for index in copied
    }


def _is_home(
    build: Build,
    directory: str,
    group: Sequence[Invocation],
    copied: Sequence[set[str]],
    last: int,
) -> bool:
    """Whether a stage does its work in that directory: several RUN begin there, or its files are
    copied there.
    """
    before = build.evaluation.before(group[0].instruction)
    if before is not None and before.workdir_set and clean(before.workdir) == directory:
        return True
    if directory.split("/")[1] in _SYSTEM or last > group[0].instruction.first_line:
        return False
    return len(group) > 1 or any(directory in places for places in copied)


def _is_start(found: Invocation, word: Word) -> bool:
    """Whether the whole script works in one absolute directory, which is there to stay."""
    directories = [
        command
        for command in found.script.commands
        if command.name in ("cd", "pushd", "popd")
    ]
    follower = _follower(found)
    alone = found.script.pipelines[found.command.pipeline].length == 1
    joined = follower is not None and follower.operator in ("&&", ";", "\n") and alone
    path = clean(word.value or "")
    temporary = any(
        path == place or path.startswith(f"{place}/") for place in _TEMPORARY
    )
    return joined and len(directories) == 1 and path.startswith("/") and not temporary


def _follower(found: Invocation) -> Pipeline | None:
    """What comes after it: the commands before it are a `set` each."""
    return next(iter(found.script.items[found.command.index + 1 :]), None)


def _workdir(build: Build, found: Invocation, word: Word) -> Fix | None:
    instruction, script = found.instruction, found.script
    if (
        instruction.keyword != "RUN"
        or instruction.heredocs
        or script.shell == "exec"
        or script.comments
    ):
        return None
    if script.outer is not None:
        return None
    literal = word.value == word.text and is_literal(word.text, build.dockerfile.escape)
    if (
        not literal
        or word.text.startswith(("~", "-"))
        or script.span.end != found.command.span.end
    ):
        return None
    span = Span(instruction.name.span.start, script.span.end)
    if instruction.flags or holds_comment(build.dockerfile, span):
        return None
    keyword = "workdir" if instruction.name.text.islower() else "WORKDIR"
    return Fix(
        "Use WORKDIR", (Edit.replace(span, f"{keyword} {word.text}"),), Safety.UNSAFE
    )


def _removal(build: Build, found: Invocation, word: Word) -> Fix | None:
    """Take the `cd` away where it goes to the working directory."""
    before = build.evaluation.before(found.instruction)
    follower = _follower(found)
    here = (
        before is not None
        and before.workdir_known
        and clean(before.workdir) == clean(word.value or "")
    )
    if (
        not here
        or follower is None
        or follower.operator != "&&"
        or found.instruction.trigger
    ):
        return None
    span = Span(found.command.span.start, follower.span.start)
    if holds_comment(build.dockerfile, span):
        return None
    return Fix("Remove the cd", (Edit.delete(span),))


RULE = Rule(
    id="cd-in-run",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    aliases=("DL3003", "DS-0013", "AVD-DS-0013", "semgrep/use-workdir"),
    missed={
        "in-an-earlier-stage": "there is only one such RUN in each of the two stages",
        "group subshell if-branch loop function output-thrown-away": (
            "that is how a part of a script works in another directory"
        ),
        "before-another before-or-exit behind-another-with-and "
        "behind-another-with-semicolon": (
            "in the middle of a script it serves the commands after it"
        ),
        "heredoc-given-to-bash bash-c-in-double-quotes exec-form-with-a-shell": (
            "nobody starts a RUN with a shell inside a shell"
        ),
    },
    examples=(
        Example(bad="RUN cd /app\nRUN make", fixed="WORKDIR /app\nRUN make"),
        Example(
            bad="WORKDIR /app\nRUN cd /app/ && make && make install",
            fixed="WORKDIR /app\nRUN make && make install",
        ),
        Example(bad="COPY . /app\nRUN cd /app && make"),
        Example(
            bad="RUN cd /app; make \\\n    # why\n    && make install\nRUN cd /app && make clean"
        ),
        Example(bad="WORKDIR /app\nRUN cd /app && \\\n    # why\n    make"),
        Example(bad="RUN <<EOF\ncd /app\nEOF"),
        Example(
            bad="WORKDIR /app\nRUN set -eux; cd /app && make; make install",
            fixed="WORKDIR /app\nRUN set -eux; make; make install",
        ),
        Example(bad="RUN git clone https://example.org/a.git /a && cd /a\nRUN make"),
        Example(
            bad="FROM debian:trixie-slim AS base\nCOPY . /app\nFROM base\nRUN cd /app && make"
        ),
        Example(bad="COPY . /app\nRUN <<EOF\nset -e\ncd /app\nmake\nEOF"),
        Example(
            bad="WORKDIR /app\nRUN bash -lc 'cd /app && make'",
            fixed="WORKDIR /app\nRUN bash -lc 'make'",
        ),
        Example(bad="RUN cd $APP"),
        Example(good="WORKDIR /app\nRUN make"),
        Example(good="RUN cd /app && make"),
        Example(
            good="COPY my.sh /usr/local/bin/\nRUN cd /usr/local/bin && ln -s my.sh other"
        ),
        Example(good="COPY . /app\nRUN cd /app && make\nWORKDIR /data"),
        Example(
            good="RUN cd /tmp && curl -O https://example.org/a.tar && tar -xf a.tar"
        ),
        Example(good="RUN git clone https://example.org/a /a && cd /a && make"),
        Example(good="RUN cd /a && make && cd /b && make"),
        Example(good="RUN (cd /app && make) && ls"),
        Example(good="RUN cd build && make"),
        Example(good="RUN cd /a && make && cd /\nRUN mkdir /b; cd -"),
        Example(good="RUN cd /app || exit 1"),
        Example(good='USER 10001\nCMD ["sh", "-c", "cd /app && exec ./run"]'),
    ),
)
