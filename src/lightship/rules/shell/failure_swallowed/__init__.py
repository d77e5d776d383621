"""The build continues although a command has failed

## What it does
Finds installs, downloads, clones and compilations in RUN whose failure goes unseen: before
`&& other || true`, where the `|| true` is apparently meant for `other` alone, because more
follows or because both are on a line of their own; and installs, downloads and clones in a loop,
whose status is that of its last round.

The rule is silent where errexit is set in a loop (`set -e`), where the loop stops or handles the
failure itself (`|| exit 1`, `&& break`), for `|| true` directly after the command, where `set -u`
stops the build at a variable that only the skipped commands set, for upgrades of pip itself, and
for a RUN of which three or more steps, the last among them, have their `|| true`: all of it may
fail.

## Why is this bad?
`&&` and `||` have the same precedence and are read from left to right: in
`apk add gcc && mkdir /x || true` a failing `apk add` counts as a success as well. In a shell loop
only the status of the last command in the last round counts. The build succeeds, the layer is
cached, and the image lacks what should be in it.

## Fix safety
The fix puts `{ other || true; }` in braces, also further down the same list, writes a list that
begins with a test with `if`, or adds `|| exit 1` to the commands in the loop. It is unsafe: the
build now stops where it continued before. Where a command in between may fail without harm, such as
`pip cache purge` without a cache or `find -delete`, braces are only shown.

## When to ignore
Ignore it where the image is complete without what the command brings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from operator import attrgetter

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.commands.missing_calls import missing_calls
from lightship.facts.edits.runs import takes_words
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.shell.failure_swallowed.and_or_lists import (
    IgnoredChain,
    ListItem,
    asked_before,
    asked_first,
    ignored_chains,
    is_best_effort,
    is_for_last,
    is_noticed_later,
    items_of,
)
from lightship.rules.shell.failure_swallowed.grave_failures import (
    BUILDERS,
    fails_for_a_reason,
    is_go_get,
    is_made_up_for,
    title_of,
)
from lightship.rules.shell.failure_swallowed.loop_bodies import (
    is_handled,
    loop_of,
    pipelines_after,
)
from lightship.shell.commands import Command, Script
from lightship.text import Edit, Span

# Loops of a script that are looked at
_MOST_LOOPS = 50


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
    ignored = list(ignored_chains(items_of(script)))
    if is_best_effort(ignored):
        return
    for at, hidden in enumerate(ignored):
        is_mistaken = hidden.goes_on or is_for_last(text, hidden.chain, hidden.ignoring)
        if len(hidden.chain) < 2 or not is_mistaken:
            continue
        if not is_noticed_later(text, script, hidden.chain, hidden.ignoring):
            later = list(takewhile(attrgetter("is_joined"), ignored[at + 1 :]))
            yield from _of_list(build, script, [hidden, *later])


def _of_list(
    build: Build, script: Script, ignored: Sequence[IgnoredChain]
) -> Iterator[Finding]:
    """The first command whose failure the first `|| true` ignores with that of the last one.

    The others, further down the list, would ignore it as well.
    """
    *before, _last = ignored[0].chain
    for command in _commands_of(before):
        title = title_of(command)
        if not title:
            continue
        asking = asked_before(ignored[0].chain)
        if asking is not None:
            message = f"|| true is for the test, but also hides a failing {title}: write it with if"
            yield Finding(
                command.span, message, _with_if(build, script, ignored, asking)
            )
            return
        message = (
            f"|| true also hides a failing {title}: put {{ }} around what may fail"
        )
        fix = _in_braces(build, script, ignored)
        yield Finding(command.span, message, fix)
        return


def _commands_of(items: Sequence[ListItem]) -> list[Command]:
    return [command for item in items for command in item.commands]


def _in_braces(
    build: Build, script: Script, ignored: Sequence[IgnoredChain]
) -> Fix | None:
    """Braces around what may fail, with which the build stops at a failure before them."""
    edits: list[Edit] = []
    needed: list[ListItem] = []
    for hidden in ignored:
        asked = asked_first(hidden.chain)
        first, last = asked.pipeline, hidden.ignoring.pipeline
        if not takes_words(script) or first.negated:
            return None
        edits.append(Edit.insert(first.span.start, "{ "))
        edits.append(Edit.insert(last.span.end, "; }"))
        needed += hidden.chain[: hidden.chain.index(asked)]

    safety = _safety(build, needed)
    return Fix("Put braces around what may fail", tuple(edits), safety)


def _with_if(
    build: Build, script: Script, ignored: Sequence[IgnoredChain], asking: int
) -> Fix | None:
    """`if [ test ]; then a && b; fi` in place of `[ test ] && a && b || true`."""
    hidden = ignored[0]
    first, last = hidden.chain[0].pipeline, hidden.chain[-1].pipeline
    question = hidden.chain[asking].pipeline
    then = build.dockerfile.text.find("&&", question.span.end)
    is_whole = len(ignored) == 1 and not hidden.is_joined
    if not takes_words(script) or first.negated or not is_whole or then < 0:
        return None
    edits = (
        Edit.insert(first.span.start, "if "),
        Edit(Span(question.span.end, then + 2), "; then"),
        Edit(Span(last.span.end, hidden.ignoring.pipeline.span.end), "; fi"),
    )
    return Fix("Write it with if", edits, _safety(build, hidden.chain[asking + 1 :]))


def _safety(build: Build, needed: Sequence[ListItem]) -> Safety:
    """How sure it is that the build may stop where one of these fails."""
    commands = _commands_of(needed)
    if not all(map(fails_for_a_reason, commands)) or _lacks(build, commands):
        return Safety.MANUAL
    return Safety.UNSAFE


def _lacks(build: Build, needed: Sequence[Command]) -> bool:
    """Whether the image lacks one of the commands: with braces the build would end there."""
    return any(call.command in needed for call in missing_calls(build))


def _in_loops(build: Build, run: Instruction, script: Script) -> Iterator[Finding]:
    if run.heredocs:
        return  # without errexit no line of it stops the build

    seen: set[int] = set()
    for command in script.commands:
        block = loop_of(script, command)
        if block is None or id(block) in seen or len(seen) == _MOST_LOOPS:
            continue

        if not _may_fail_unseen(build, run, script, command):
            continue

        seen.add(id(block))
        message = (
            f"a failing {title_of(command)} goes unnoticed in this loop: add || exit 1"
        )
        grave = [
            other
            for other in script.commands
            if loop_of(script, other) is block
            and _may_fail_unseen(build, run, script, other)
        ]
        yield Finding(command.span, message, _stopping(script, grave))


def _may_fail_unseen(
    build: Build, run: Instruction, script: Script, command: Command
) -> bool:
    """Whether a failure of a command in a loop counts, and nobody looks at it."""
    block = loop_of(script, command)
    if block is None or not title_of(command):
        return False
    # What is not compiled is missed by the commands that use it
    if command.name in BUILDERS or is_go_get(command):
        return False
    if is_handled(script, block, command):
        return False
    return not is_made_up_for(build, run, command)


def _stopping(script: Script, commands: Sequence[Command]) -> Fix | None:
    """`|| exit 1` at the end of each list that one of the commands is part of."""
    ends: dict[int, None] = {}
    for command in commands:
        in_process = script.inside(command, "subshell", "substitution")
        if in_process or not takes_words(script):
            return None
        last = script.pipeline_of(command)
        for later in pipelines_after(script, command):
            if later.operator != "&&":
                break
            last = later
        ends[last.span.end] = None
    edits = tuple(Edit.insert(end, " || exit 1") for end in ends)
    return Fix("Add || exit 1", edits, Safety.UNSAFE)


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
            bad="RUN for name in $NAMES; do pip3.13 install --no-cache-dir $name; echo $name; \\\n"
            "    pip3.14 install --no-cache-dir $name && echo both; done",
            fixed="RUN for name in $NAMES; do pip3.13 install --no-cache-dir $name || exit 1; "
            "echo $name; \\\n"
            "    pip3.14 install --no-cache-dir $name && echo both || exit 1; done",
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
        Example(
            bad='FROM alpine:3.24\nRUN [ "$(uname -m)" = aarch64 ] && \\\n'
            "    apk add --no-cache gcc && \\\n    ldconfig || true && ls",
            fixed='FROM alpine:3.24\nRUN if [ "$(uname -m)" = aarch64 ]; then \\\n'
            "    apk add --no-cache gcc && \\\n    ldconfig; fi && ls",
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
