"""Installs that a script makes for some processors alone.

There a compiler builds what has no wheel for them: `[ "$TARGETARCH" = arm ] && apt-get install
gcc`. The image of most users has none.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.regex import regex
from lightship.shell.tree import Block, Script
from lightship.text import Span

# Build args that BuildKit sets, and what scripts ask and call the answer
_MACHINE = regex(
    r"(?i)\$\{?\w*(?:arch|targetvariant|targetplatform)\w*|\b(?:uname|dpkg)\s+-\w|`arch`|\$\(arch\)"
    r"|--print-architecture"
)
_TESTS = frozenset(("[", "[[", "test", "case"))


def is_for_some_machines(build: Build, call: PackageInvocation) -> bool:
    """Whether a test of the processor decides if an install is made."""
    text = build.dockerfile.text
    deciding = _deciding(call)
    return any(_MACHINE.search(span.of(text)) for span in deciding)


def _deciding(call: PackageInvocation) -> Iterator[Span]:
    """The tests on which a command depends: before `&&`, and of `if` and `case`."""
    script = call.script
    yield from _tests_before(script, call.command.pipeline)
    for block in script.enclosing(call.command):
        if block.kind == "if":
            yield from _conditions(script, block)
        elif block.kind == "case":
            # What it chooses by stands before its branches
            first = _first_of(script, block)
            start = script.pipelines[block.pipeline].span.start
            yield Span(start, first.span.start)
        if block.pipeline >= 0:
            yield from _tests_before(script, block.pipeline)


def _tests_before(script: Script, number: int) -> Iterator[Span]:
    """The tests that a pipeline follows by `&&`, in the same list."""
    operator = script.pipelines[number].operator
    block = script.pipelines[number].block
    for earlier in range(number - 1, -1, -1):
        pipeline = script.pipelines[earlier]
        if pipeline.block != block:
            continue
        if operator != "&&":
            return
        commands = [item for item in script.commands if item.pipeline == earlier]
        if len(commands) == 1 and commands[0].name in _TESTS:
            yield commands[0].span
        operator = pipeline.operator


def _conditions(script: Script, branch: Block) -> Iterator[Span]:
    for block in script.blocks:
        if block.kind == "condition" and _are_beside(block, branch):
            yield block.span


def _first_of(script: Script, branch: Block) -> Block:
    """The first branch of the same `case`."""
    for block in script.blocks:
        if block.kind == "case" and _are_beside(block, branch):
            return block
    return branch


def _are_beside(block: Block, other: Block) -> bool:
    """Whether both are parts of the same compound command."""
    place = (block.parent, block.pipeline, block.stage)
    return place == (other.parent, other.pipeline, other.stage)
