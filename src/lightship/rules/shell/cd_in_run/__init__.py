"""RUN changes the directory, but only for itself

## What it does
Finds a RUN that is nothing but `cd`, a `cd` at the end of a RUN, and stages that copy their files
into a directory and then start one or more RUN with `cd` into it.

The rule is silent for a `cd` in the middle of a script, in a subshell, into a relative or
temporary directory, for scripts that continue in other directories, where only one
command follows, and where a later WORKDIR shows that another directory is meant.

It is also silent where WORKDIR would break something: where a later instruction of the stage
names a relative path, or where the container would start in another directory. A `cd` in a login
shell counts only if it goes elsewhere, because a profile may have changed the directory.

A comment that ignores this rule anywhere in the stage hides its finding.

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

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from lightship.base_images.known import starts_in_root
from lightship.build import Build, Invocation
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import clean, in_workdir
from lightship.expansion.variables import is_plain as is_literal
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record
from lightship.regex import regex
from lightship.rules.shell.cd_in_run.relative_paths import relies_on_directory
from lightship.shell.commands import Command, Pipeline, Script, Word
from lightship.text import Edit, Span

_TEMPORARY = (
    "/tmp/",  # noqa: S108
    "/var/tmp/",  # noqa: S108
    "/usr/src/",
    "/usr/local/src/",
    "/dev/shm/",  # noqa: S108
    "/var/cache/",
)
# First parts of paths
_SYSTEM = frozenset(("", "bin", "etc", "lib", "lib64", "root", "run", "sbin", "usr"))
_LEAST_WORK = 2  # commands that follow cd to the same directory
_JOINED = ("&&", ";", "\n")
_LOGIN = regex(r"-[a-z]*l[a-z]*")


def check(build: Build) -> Iterator[Finding]:
    # Those with which a RUN starts, by stage and directory
    starts: dict[tuple[int, str], list[Invocation]] = {}
    for call in build.commands("cd"):
        command = call.command
        if len(command.words) != 2 or command.redirects or not _is_whole(call.script):
            continue

        word = command.words[1]
        is_first = _is_first(call)
        is_last = command is call.script.commands[-1]
        if is_last and (is_first or _is_meant_to_stay(call, word)):
            yield _without_effect(build, call, word, is_first=is_first)
        elif is_first and _is_start(call, word):
            step = build.evaluation.step(call.instruction)
            directory = clean(word.value or "")
            is_there = _starts_there(build, call, directory)
            if is_there and _has_login_shell(build, call):
                continue  # its profile may have gone elsewhere

            fix = _removal(build, call, word)
            if fix is not None:
                message = f"{word.text} is already the working directory: remove the cd"
                yield Finding(command.span, message, fix)
            elif step is not None:
                key = (step.stage.index, directory)
                starts.setdefault(key, []).append(call)

    if starts:
        yield from _at_home(build, starts)


def _without_effect(
    build: Build, call: Invocation, word: Word, *, is_first: bool
) -> Finding:
    """The finding of a `cd` with which its script ends."""
    problem = "cd ends with this RUN, so it has no effect"
    if is_first:
        message = f"{problem}: use WORKDIR {word.text}"
        fix = _workdir(build, call, word)
        return Finding(call.script.span, message, fix, Severity.WARNING)
    message = f"{problem}: remove it, or use WORKDIR {word.text} after it"
    return Finding(call.command.span, message, severity=Severity.WARNING)


def _at_home(
    build: Build, starts: Mapping[tuple[int, str], Sequence[Invocation]]
) -> Iterator[Finding]:
    """One for each directory in which a stage does its work."""
    homes = _homes(build)
    for (index, directory), calls in starts.items():
        is_there = all(_starts_there(build, call, directory) for call in calls)
        if not is_there and not _is_worth_it(build, index, calls):
            continue
        if _is_home(build, directory, calls, homes[index]):
            subject = "this RUN works"
            if len(calls) > 1:
                subject = f"this RUN and {len(calls) - 1} more work"
            message = f"{subject} in {directory}: set it with WORKDIR"
            stage = build.dockerfile.stages[index]
            yield Finding(calls[0].command.span, message, extent=stage.span)


def _starts_there(build: Build, call: Invocation, directory: str) -> bool:
    """Whether the directory is the working directory already."""
    before = build.evaluation.before(call.instruction)
    return before is not None and clean(before.workdir) == directory


def _is_worth_it(build: Build, index: int, calls: Sequence[Invocation]) -> bool:
    """Whether WORKDIR serves several commands, and breaks nothing after it."""
    if sum(map(_work_of, calls)) < _LEAST_WORK:
        return (
            False  # WORKDIR would move the container too, for the sake of one command
        )

    stage = build.dockerfile.stages[index]
    first = calls[0].instruction
    if stage in build.lineage and _moves_start(build, first):
        return False
    later = [item for item in stage.instructions if item.span.start > first.span.start]
    return not relies_on_directory(build, later)


def _moves_start(build: Build, first: Instruction) -> bool:
    """Whether WORKDIR at an instruction would change the directory, named by another WORKDIR,
    that the container starts in.
    """
    before = build.evaluation.before(first)
    if before is None or not before.workdir_set:
        return False
    if f"{clean(before.workdir)}/".startswith(_TEMPORARY):
        return False  # nobody means to start there

    start = first.span.start
    shipped = (step.instruction for step in build.shipped_steps)
    return not any(
        item.keyword == "WORKDIR" and item.span.start > start for item in shipped
    )


def _has_login_shell(build: Build, call: Invocation) -> bool:
    """Whether a shell reads the files of a login before the `cd`."""
    before = build.evaluation.before(call.instruction)
    shell = before.shell if before is not None else None
    if any(map(_is_login, shell or ())):
        return True
    outer = call.script.outer
    return outer is not None and any(map(_is_login, outer.argument_texts))


def _is_login(option: str) -> bool:
    """`-l`, also among other letters, or `--login`."""
    return option == "--login" or _LOGIN.fullmatch(option) is not None


def _work_of(call: Invocation) -> int:
    """How many commands follow a `cd`."""
    return len(call.script.commands) - call.command.index - 1


def _is_first(call: Invocation) -> bool:
    """Whether its script begins with it: nothing but `set` comes before."""
    command = call.command
    earlier = call.script.commands[: command.index]
    return not command.block and _only_set(earlier)


def _is_whole(script: Script) -> bool:
    """Whether the RUN does nothing else: the script is its own, or handed to a shell with nothing
    around but `set`.
    """
    around = script.around
    if script.outer is None or around is None:
        return script.outer is None
    if around.outer is not None or script.outer is not around.commands[-1]:
        return False
    return _only_set(around.commands[:-1])


def _is_meant_to_stay(call: Invocation, word: Word) -> bool:
    """Whether a `cd` at the end of a script is its only one, and goes to a place of its own: not
    back, and not out.
    """
    script = call.script
    command = call.command
    if command.block or any(_moves(earlier) for earlier in script.commands[:-1]):
        return False

    pipeline = script.pipelines[command.pipeline]
    if not _goes_on(pipeline) or pipeline.background:
        return False
    goes_back = word.prefix.startswith(("..", "-", "~"))
    return not goes_back and word.prefix not in ("", "/", ".")


def _moves(command: Command) -> bool:
    return command.name in ("cd", "pushd", "popd")


def _goes_on(pipeline: Pipeline) -> bool:
    """Whether it is one command that follows another."""
    return pipeline.length == 1 and pipeline.operator in _JOINED


def _only_set(commands: Sequence[Command]) -> bool:
    return all(command.name == "set" and not command.block for command in commands)


@record
class _Home:
    """Where the files of a stage, and those of the stage below, are copied to, and the line of
    its last WORKDIR.
    """

    copied: frozenset[str]
    last_workdir: int


def _homes(build: Build) -> dict[int, _Home]:
    """By the number of each stage."""
    copied: defaultdict[int, set[str]] = defaultdict(set)
    for copying in build.copyings():
        target = copying.destination.value
        step = copying.step
        if not copying.local or step is None or not target:
            continue

        state = step.before
        is_known = state.workdir_known or target.startswith("/")
        if is_known or starts_in_root(build.evaluation.root(step.stage).name):
            copied[step.stage.index].add(in_workdir(state.workdir, target))

    homes: dict[int, _Home] = {}
    bases = build.evaluation.graph.bases
    for stage, base in zip(build.dockerfile.stages, bases, strict=True):
        places = set(copied[stage.index])
        if base is not None:
            places |= copied[base.index]

        last = 0
        for instruction in stage.instructions:
            if instruction.keyword == "WORKDIR":
                last = instruction.first_line
        homes[stage.index] = _Home(frozenset(places), last)
    return homes


def _is_home(
    build: Build, directory: str, calls: Sequence[Invocation], home: _Home
) -> bool:
    """Whether a stage does its work in that directory: several RUN begin there, or its files are
    copied there.
    """
    first = calls[0].instruction
    before = build.evaluation.before(first)
    if before is not None and before.workdir_set and clean(before.workdir) == directory:
        return True

    top = directory.split("/")[1]
    if top in _SYSTEM or home.last_workdir > first.first_line:
        return False
    return len(calls) > 1 or directory in home.copied


def _is_start(call: Invocation, word: Word) -> bool:
    """Whether the whole script works in one absolute directory, which is there to stay."""
    script = call.script
    follower = _follower(call)
    if follower is None or follower.operator not in _JOINED:
        return False
    if script.pipelines[call.command.pipeline].length != 1:
        return False
    if sum(map(_moves, script.commands)) != 1:
        return False

    path = clean(word.value or "")
    return path.startswith("/") and not f"{path}/".startswith(_TEMPORARY)


def _follower(call: Invocation) -> Pipeline | None:
    """What comes after it: the commands before it are a `set` each."""
    after = call.script.items[call.command.index + 1 :]
    return after[0] if after else None


def _workdir(build: Build, call: Invocation, word: Word) -> Fix | None:
    run = call.instruction
    script = call.script
    if run.keyword != "RUN" or run.heredocs or run.flags:
        return None
    if script.shell == "exec" or script.outer is not None or script.comments:
        return None
    if script.span.end != call.command.span.end:
        return None

    is_plain = word.value == word.text and not word.text.startswith(("~", "-"))
    if not is_plain or not is_literal(word.text, build.dockerfile.escape):
        return None

    span = Span(run.name.span.start, script.span.end)
    if holds_comment(build.dockerfile, span) or _is_named_below(build, run, word.text):
        return None
    keyword = "workdir" if run.name.text.islower() else "WORKDIR"
    edit = Edit.replace(span, f"{keyword} {word.text}")
    return Fix("Use WORKDIR", (edit,), Safety.UNSAFE)


def _is_named_below(build: Build, run: Instruction, directory: str) -> bool:
    """Whether a later instruction goes into the directory itself, since the `cd` did nothing."""
    _, _, name = directory.rstrip("/").rpartition("/")
    if directory.startswith("/") or not name:
        return False
    for item in build.dockerfile.instructions:
        if item.span.start > run.span.start and f"{name}/" in item.line.text:
            return True
    return False


def _removal(build: Build, call: Invocation, word: Word) -> Fix | None:
    """Take the `cd` away where it goes to the working directory."""
    before = build.evaluation.before(call.instruction)
    if before is None or not before.workdir_known or call.instruction.trigger:
        return None
    if clean(before.workdir) != clean(word.value or ""):
        return None

    follower = _follower(call)
    if follower is None or follower.operator != "&&":
        return None
    span = Span(call.command.span.start, follower.span.start)
    if holds_comment(build.dockerfile, span):
        return None
    return Fix("Remove the cd", (Edit.delete(span),))


RULE = Rule(
    id="cd-in-run",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(commands=("cd",)),
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
        Example(bad="COPY . /app\nRUN cd /app && make\nRUN cd /app && make install"),
        Example(
            bad="RUN cd /app; make \\\n    # why\n    && make install\nRUN cd /app && make clean"
        ),
        Example(bad="RUN <<EOF\ncd /app\nEOF"),
        Example(
            bad="WORKDIR /app\nRUN set -eux; cd /app && make; make install",
            fixed="WORKDIR /app\nRUN set -eux; make; make install",
        ),
        Example(bad="RUN git clone https://example.org/a.git /a && cd /a\nRUN make"),
        Example(
            bad="FROM debian:trixie-slim AS base\nCOPY . /app\nFROM base\nRUN cd /app && make\n"
            "RUN cd /app && ls"
        ),
        Example(
            bad="COPY . /app\nRUN <<EOF\nset -e\ncd /app\nmake\nEOF\nRUN cd /app && ls"
        ),
        Example(
            bad="WORKDIR /app\nRUN bash -c 'cd /app && make'",
            fixed="WORKDIR /app\nRUN bash -c 'make'",
        ),
        Example(bad="RUN cd $APP"),
        Example(good="WORKDIR /app\nRUN make"),
        Example(good="RUN cd /app && make"),
        # One command alone: WORKDIR would move the container too
        Example(good="COPY . /app\nRUN cd /app && make"),
        Example(
            good="COPY my.sh /usr/local/bin/\nRUN cd /usr/local/bin && ln -s my.sh other"
        ),
        Example(good="COPY . /app\nRUN cd /app && make\nWORKDIR /data"),
        Example(
            good="RUN cd /tmp && curl -O https://example.org/a.tar && tar -xf a.tar && rm a.tar"
        ),
        Example(good="RUN git clone -b v1 https://example.org/a /a && cd /a && make"),
        Example(good="RUN cd /a && make && cd /b && make"),
        Example(good="RUN (cd /app && make) && ls"),
        Example(good="RUN cd build && make"),
        Example(good="RUN cd /a && make && cd /\nRUN mkdir /b; cd -"),
        Example(good="RUN cd /app || exit 1"),
        # Its profile may change the directory
        Example(good="WORKDIR /app\nRUN bash -lc 'cd /app && make'"),
        # The file is one of the other directory
        Example(
            good="COPY . /app\nRUN cd /app && make\nRUN cd /app && make install\n"
            "RUN chmod +x *.sh"
        ),
        # The container starts in another directory
        Example(
            good="WORKDIR /srv\nCOPY . /app\nRUN cd /app && make\n"
            'RUN cd /app && make install\nUSER 10001\nENTRYPOINT ["/app/start"]'
        ),
        Example(good='USER 10001\nCMD ["sh", "-c", "cd /app && exec ./run"]'),
    ),
)
