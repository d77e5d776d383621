"""The build continues although a command has failed

## What it does
Finds installs, downloads, clones and compilations in RUN whose failure goes unseen: before
`&& other || true`, where the `|| true` is apparently meant for `other` alone, because more
follows or because both are on a line of their own; and installs, downloads and clones in a loop,
whose status is that of its last round.

The rule is silent where errexit is set in a loop (`set -e`), where the loop stops or handles the
failure itself (`|| exit 1`, `&& break`), for `|| true` directly after the command, and where
`set -u` stops the build at a variable that only the skipped commands set.

## Why is this bad?
`&&` and `||` have the same precedence and are read from left to right: in
`apk add gcc && mkdir /x || true` a failing `apk add` counts as a success as well. In a shell loop
only the status of the last command in the last round counts. The build succeeds, the layer is
cached, and the image lacks what should be in it.

## Fix safety
The fix puts `{ other || true; }` in braces, or adds `|| exit 1` to the command in the loop. It is
unsafe: the build now stops where it continued before. Where a command in between may fail without
harm, such as `pip cache purge` without a cache or `find -delete`, braces are only shown.

## When to ignore
Ignore it where the image is complete without what the command brings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.commands.missing_calls import missing_calls
from lightship.facts.edits.runs import takes_words
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Block, Command, Pipeline, Script
from lightship.shell.packages import read_command
from lightship.text import Edit

_IGNORING = frozenset({"true", ":"})
_LOOPS = frozenset({"for", "while", "until"})
_FETCHERS = frozenset({"curl", "wget"})
_BUILDERS = frozenset({"make", "cmake", "ninja"})
# What hardly fails, and then means something
_PLAIN = frozenset(
    """: cd cp chmod chown configure echo export ldconfig printf set tar touch true umask unzip
    xz""".split()
)
_NEEDED = frozenset({"update", "upgrade", "download"})
_CLEANS_QUIETLY = frozenset("apt apt-get dnf yum microdnf".split())
# With one of them the loop handles failures, or tries again
_HANDLING = frozenset({"break", "exit", "return", "continue", "sleep", "kill", "trap"})
_QUESTIONS = frozenset({"[", "[[", "command", "hash", "test", "type", "which"})
_NO_UNSET = regex(r"\bset +-(?:[a-z]* +-)*[a-z]*u|\bset +(?:-\S+ +)*-o +nounset")
_USED = regex(r"\$\{?(\w+)\}?")
# Loops of a script that are looked at
_MOST_LOOPS = 50


@record
class _Item:
    """A pipeline of the script's own list, and its commands."""

    pipeline: Pipeline
    commands: tuple[Command, ...]

    @property
    def is_ignoring(self) -> bool:
        """Whether it is nothing but `true`."""
        return len(self.commands) == 1 and self.commands[0].name in _IGNORING


def check(build: Build) -> Iterator[Finding]:
    for instruction in build.each("RUN", "ONBUILD"):
        inner = instruction.trigger or instruction
        if inner.keyword != "RUN":
            continue
        for script in build.scripts(instruction):
            if script.opaque or script.errors or script.shell == "exec":
                continue
            yield from _in_lists(build, script)
            yield from _in_loops(build, inner, script)


def _in_lists(build: Build, script: Script) -> Iterator[Finding]:
    """For each `a && b || true` of the script's own list: the first command that counts."""
    text = build.dockerfile.text
    chain: list[_Item] = []
    items = list(_items(script))
    for at, item in enumerate(items):
        operator = item.pipeline.operator
        if operator == "||":
            following = items[at + 1].pipeline.operator if items[at + 1 :] else ""
            is_mistaken = following == "&&" or _is_for_last(text, chain, item)
            is_hiding = item.is_ignoring and len(chain) > 1 and is_mistaken
            if is_hiding and not _is_noticed_later(text, script, chain, item):
                yield from _hidden(build, script, chain, item)
            chain = []
            continue
        if operator != "&&":
            chain = []
        chain.append(item)


def _items(script: Script) -> Iterator[_Item]:
    commands: dict[int, list[Command]] = {}
    for command in script.commands:
        commands.setdefault(command.pipeline, []).append(command)
    for at, pipeline in enumerate(script.pipelines):
        if not pipeline.block:
            yield _Item(pipeline, tuple(commands.get(at, ())))


def _is_for_last(text: str, chain: Sequence[_Item], ignoring: _Item) -> bool:
    """Whether `|| true` stands on the line of the last command, and the others stand above."""
    if len(chain) < 2:
        return False
    before = chain[-2].pipeline.span
    last = chain[-1].pipeline.span
    above = text[before.end : last.start]
    after = text[last.end : ignoring.pipeline.span.end]
    return "\n" in above and "\n" not in after


def _is_noticed_later(
    text: str, script: Script, chain: Sequence[_Item], ignoring: _Item
) -> bool:
    """Whether `set -u` stops at a variable that only the skipped part sets."""
    start = script.pipelines[0].span.start
    end = max(pipeline.span.end for pipeline in script.pipelines)
    after = ignoring.pipeline.span.end
    if not _NO_UNSET.search(text[start:after]):
        return False

    assigned: set[str] = set()
    for item in chain:
        for command in item.commands:
            assigned.update(_assigned(command))
    used = {match[1] for match in _USED.finditer(text[after:end])}
    return not assigned.isdisjoint(used)


def _assigned(command: Command) -> Iterator[str]:
    """The variables that a command without a program sets for what follows."""
    if command.words:
        return
    for assignment in command.assignments:
        yield assignment.name


def _hidden(
    build: Build, script: Script, chain: Sequence[_Item], ignoring: _Item
) -> Iterator[Finding]:
    """The first command whose failure is ignored with that of the last one."""
    *before, _last = chain
    earlier = [command for item in before for command in item.commands]
    for command in earlier:
        title = _title(command)
        if title:
            advice = "put { } around what may fail"
            message = f"|| true also hides a failing {title}: {advice}"
            first = _asked_first(chain)
            fix = _in_braces(script, first.pipeline, ignoring.pipeline)
            outside = chain[: chain.index(first)]
            needed = [command for item in outside for command in item.commands]
            is_sure = all(map(_fails_for_a_reason, needed)) and not _lacks(
                build, needed
            )
            if fix is not None and not is_sure:
                fix = replace(fix, safety=Safety.MANUAL)
            yield Finding(command.span, message, fix)
            return


def _lacks(build: Build, needed: Sequence[Command]) -> bool:
    """Whether the image lacks one of the commands: with braces the build would end there."""
    return any(call.command in needed for call in missing_calls(build))


def _fails_for_a_reason(command: Command) -> bool:
    """Whether a failure of it surely means harm.

    Not so `rm -rf` of a directory that is mounted, `pip cache purge` where pip keeps no cache,
    or `find -exec rm -rf`, which fail each time; nor what fails where all is done already.
    """
    if command.name in _PLAIN or (command.name == "mkdir" and command.has("-p")):
        return True
    does = read_command(command)
    if does is None:
        return bool(_title(command))
    if does.action == "clean":
        return does.manager in _CLEANS_QUIETLY
    if does.name == "check-update":
        return False  # its status says whether there is an update
    return does.installs or does.action in _NEEDED


def _asked_first(chain: Sequence[_Item]) -> _Item:
    """The last command, or the question right before it that decides whether it is run.

    `command -v gpgconf && gpgconf --kill all || true` may do nothing.
    """
    first = chain[-1]
    for item in reversed(chain[1:-1]):
        names = {command.name for command in item.commands}
        if not names or not names <= _QUESTIONS:
            break
        first = item
    return first


def _in_braces(script: Script, first: Pipeline, last: Pipeline) -> Fix | None:
    if not takes_words(script) or first.negated:
        return None
    edits = (Edit.insert(first.span.start, "{ "), Edit.insert(last.span.end, "; }"))
    return Fix("Put braces around what may fail", edits, Safety.UNSAFE)


def _title(command: Command) -> str:
    """A command without which the image is not what it should be; empty for any other."""
    does = read_command(command)
    if does is not None:
        if not does.installs:
            return ""
        name = f"{command.name} {does.name}".strip()
        return name if command.name == does.manager else f"{does.manager} {does.name}"
    if command.name == "git" and command.has("clone"):
        return "git clone"
    if command.name in _FETCHERS or command.name in _BUILDERS:
        return command.name
    return ""


def _in_loops(build: Build, run: Instruction, script: Script) -> Iterator[Finding]:
    if run.heredocs:
        return  # without errexit no line of it stops the build
    seen: set[int] = set()
    for command in script.commands:
        block = _loop_of(script, command)
        if block is None or id(block) in seen or len(seen) == _MOST_LOOPS:
            continue
        title = _title(command)
        # What is not compiled is missed by the commands that use it
        if not title or command.name in _BUILDERS or _is_go_get(command):
            continue
        if _is_handled(script, block, command):
            continue
        if _is_made_up_for(build, run, command):
            continue
        seen.add(id(block))
        message = f"a failing {title} goes unnoticed in this loop: add || exit 1"
        yield Finding(command.span, message, _stopping(script, command))


def _is_made_up_for(build: Build, run: Instruction, command: Command) -> bool:
    """Whether pip only fetches packages early: a later install brings or misses what it lacks."""
    does = read_command(command)
    if does is None or does.manager != "pip" or not does.option("--no-deps"):
        return False
    for later in build.packages("pip", action="install"):
        is_after = later.instruction.span.start > run.span.start
        if is_after and not later.does.option("--no-deps"):
            return True
    return False


def _is_go_get(command: Command) -> bool:
    """`go get` outside of a module always fails since Go 1.18, which the author has lived with."""
    return command.name == "go" and command.has("get")


def _loop_of(script: Script, command: Command) -> Block | None:
    """The loop whose body the command is part of, if it is run in each of its rounds."""
    for block in script.enclosing(command):
        if block.kind == "group":
            continue
        return block if block.kind in _LOOPS else None
    return None


def _is_handled(script: Script, loop: Block, command: Command) -> bool:
    item = script.pipeline_of(command)
    if item.errexit or item.negated or item.background or item.length > 1:
        return True
    for other in script.commands:
        if loop.span.covers(other.span) and other.name in _HANDLING:
            return True
    at = command.pipeline
    for later in script.pipelines[at + 1 :]:
        if later.block != item.block:
            continue
        if later.operator == "||":
            return True
        if later.operator != "&&":
            break
    return loop.kind == "for" and _rounds(script, loop) == 1


def _rounds(script: Script, loop: Block) -> int:
    """How many words a `for` goes through; 0 where that is not known."""
    text = loop.span.of(script.text.text) if script.text.starts == (0,) else ""
    head, found, _ = text.partition(";")
    _, names, words = head.partition(" in ")
    if not found or not names or any(mark in words for mark in "$`*?["):
        return 0
    return len(words.split())


def _stopping(script: Script, command: Command) -> Fix | None:
    """`|| exit 1` at the end of the list that the command is part of."""
    if not takes_words(script) or script.inside(command, "subshell", "substitution"):
        return None
    item = script.pipeline_of(command)
    last = item
    for later in script.pipelines[command.pipeline + 1 :]:
        if later.block != item.block:
            continue
        if later.operator != "&&":
            break
        last = later
    edit = Edit.insert(last.span.end, " || exit 1")
    return Fix("Add || exit 1", (edit,), Safety.UNSAFE)


_APK = "FROM alpine:3.24\nRUN apk add --no-cache gcc"
_TOOLS = "FROM buildpack-deps:trixie\n"  # it has git and make

RULE = Rule(
    id="failure-swallowed",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("||", "done")),
    missed={
        "heredoc heredoc-with-set-e heredoc-with-tabs heredoc-for-bash heredoc-given-to-bash "
        "behind-set-e behind-set-eux-and shell-set-before": (
            "errexit ends a loop at the failure; without it heredoc-without-errexit speaks"
        ),
        "function group subshell if-branch loop output-thrown-away": (
            "a list within another command may be written so on purpose"
        ),
    },
    examples=(
        Example(
            bad=f"{_APK} && mkdir /x || true && ls /x",
            fixed=f"{_APK} && {{ mkdir /x || true; }} && ls /x",
        ),
        Example(
            bad="RUN for plugin in /plugins/*; do pip install --no-cache-dir -r $plugin/r.txt; "
            "done",
            fixed="RUN for plugin in /plugins/*; do pip install --no-cache-dir -r $plugin/r.txt || "
            "exit 1; done",
        ),
        Example(
            bad=f"{_TOOLS}RUN git clone -b v1 https://example.org/a.git && rm /x || true && ls",
            fixed=f"{_TOOLS}RUN git clone -b v1 https://example.org/a.git && {{ rm /x || true; }} "
            "&& ls",
        ),
        Example(
            bad="RUN while read name; do pip install --no-cache-dir $name && echo $name; done < /l",
            fixed="RUN while read name; do pip install --no-cache-dir $name && echo $name || exit "
            "1; done < /l",
        ),
        Example(
            bad=f"{_APK} && rm -r /x || : && ls",
            fixed=f"{_APK} && {{ rm -r /x || :; }} && ls",
        ),
        Example(
            bad=f"{_TOOLS}RUN make && make install && strip /bin/a || true && ls",
            fixed=f"{_TOOLS}RUN make && make install && {{ strip /bin/a || true; }} && ls",
        ),
        Example(good=f"{_APK} && {{ mkdir /x || true; }} && ls /x"),
        Example(good=f"{_APK} && (mkdir /x || true)"),
        Example(good=f"{_APK} || true"),
        Example(good="RUN mkdir /x && ls /x || true"),
        Example(good="RUN ldconfig && ls /x || true"),
        Example(good=f"{_APK} && mkdir /x || exit 1"),
        Example(good=f"{_APK} && mkdir /x || true"),
        Example(good=f"{_APK} \\\n    && mkdir /x \\\n    || true"),
        Example(good="RUN for t in a b; do make $t; done && make all"),
        Example(
            good="RUN while read p; do pip install --no-cache-dir --no-deps $p; done < /l\n"
            "RUN pip install --no-cache-dir flask==3.1.2"
        ),
        Example(good=f"{_APK}; mkdir /x && ls /x || true"),
        Example(
            good="RUN set -e; for p in a b; do pip install --no-cache-dir -r $p.txt; done"
        ),
        Example(
            good="RUN for p in a b; do pip install --no-cache-dir -r $p.txt || exit 1; done"
        ),
        Example(
            good="RUN for i in 1 2 3; do pip install --no-cache-dir -r r.txt && break; done"
        ),
        Example(
            good="RUN for i in 1 2 3; do curl -fO https://example.org/a || sleep 1; done"
        ),
        Example(good="RUN until curl -fO https://example.org/a; do echo again; done"),
        Example(good="RUN for f in /a/*; do chmod +x $f; done"),
        Example(
            good='SHELL ["/bin/bash", "-e", "-c"]\n'
            "RUN for p in a b; do pip install --no-cache-dir -r $p.txt; done"
        ),
        Example(
            good="RUN for p in a b; do pip install --no-cache-dir -r $p.txt || true; done"
        ),
    ),
)
