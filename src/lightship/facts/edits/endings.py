"""One more command at the end of a script.

There is an edit where the command is sure to run last and leaves all else as it was. It is joined
by `&&` where nothing speaks against it. A compound command before `&&` loses the errexit inside it
(POSIX.1-2024, `set -e`), so a new command after one takes a line of its own, or a `;`.
"""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Heredoc, Instruction
from lightship.facts.edits.runs import add_command, is_whole, takes_words
from lightship.shell.commands import Command, Pipeline, Script
from lightship.text import Edit, Span

# After one of them the script may be over before its end
_ENDS = frozenset({"exec", "exit", "return", "trap"})
_LIST_OPERATORS = ("&&", "||")


def at_end(
    build: Build,
    instruction: Instruction,
    script: Script,
    text: str,
) -> Edit | None:
    """Run `text` after all that `script` does, if all of it succeeds.

    None where that would be a change.
    """
    if not _runs_to_its_end(script):
        return None
    own = instruction.trigger or instruction
    if own.heredocs:
        heredoc = own.heredocs[0]
        return _at_end_of_heredoc(build, heredoc, script, text)
    if not is_whole(script):
        return None
    if not takes_words(script):
        return None

    items = script.items
    last = items[-1]
    is_list = len(items) > 1
    if is_list and last.operator == ";" and last.errexit:
        return _like_before(build, script, text)
    if _loses_errexit(script, last):
        return None
    if script.outer is not None:
        return Edit.insert(script.span.end, f" && {text}")
    return add_command(build, instruction, script, text)


def _runs_to_its_end(script: Script) -> bool:
    """Whether the script can be read, and nothing in it goes on beside it or ends it early."""
    if script.opaque or script.errors:
        return False
    if not script.items:
        return False
    for pipeline in script.pipelines:
        if pipeline.background:
            return False
    for command in script.commands:
        if command.name in _ENDS:
            return False
        if command.wrapped_by("exec"):
            return False
    return True


def is_certain(script: Script, command: Command) -> bool:
    """Whether `command` runs whenever its script comes to it.

    It stands in no block then, and in no list with `||`.
    """
    if command.block:
        return False
    items = script.items
    for at, item in enumerate(items):
        if not item.span.covers(command.span):
            continue
        operators = _operators_around(items, at)
        return "||" not in operators
    return False


def _operators_around(items: tuple[Pipeline, ...], at: int) -> set[str]:
    """The operators of the list that an item is part of: `a && b || c`."""
    # The operator of an item stands before it; that of the first joins it to nothing
    after = at + 1
    up_to_it = items[1:after]
    directions = (reversed(up_to_it), items[after:])
    operators: set[str] = set()
    for direction in directions:
        for item in direction:
            if item.operator not in _LIST_OPERATORS:
                break
            operators.add(item.operator)
    return operators


def _loses_errexit(script: Script, last: Pipeline) -> bool:
    """Whether a `&&` after the last pipeline would let a failure inside it pass."""
    pipelines = script.pipelines
    has_errexit = any(pipeline.errexit for pipeline in pipelines)
    if not has_errexit:
        return False
    inner_blocks = script.blocks[1:]
    for block in inner_blocks:
        if block.kind == "function":
            return True
        if last.span.covers(block.span):
            return True
    return False


def _like_before(build: Build, script: Script, text: str) -> Edit | None:
    """After a list with `;`: joined as the last two are, unless a comment stands between them."""
    dockerfile = build.dockerfile
    before, last = script.items[-2:]
    gap = Span(before.span.end, last.span.start)
    joint = gap.of(dockerfile.text)
    if holds_comment(dockerfile, gap):
        joint = "; "
    return Edit.insert(script.span.end, f"{joint}{text}")


def _at_end_of_heredoc(
    build: Build,
    heredoc: Heredoc,
    script: Script,
    text: str,
) -> Edit | None:
    """On a line of its own where errexit holds to the end, or after the last command."""
    span = script.span
    if not heredoc.body.covers(span):
        return None
    source = build.dockerfile.text
    last = script.items[-1]
    end = last.span.end
    rest = source[end : span.end]
    if not rest.endswith("\n"):
        return None
    if rest.strip(" \t\r\n;"):
        return None

    if not last.errexit:
        if ";" in rest:
            return None
        if _loses_errexit(script, last):
            return None
        return Edit.insert(end, f" && {text}")

    first = script.items[0].span.start
    line_start = source.rfind("\n", 0, first) + 1
    indent = source[line_start:first]
    if indent.strip():
        indent = ""
    newline = build.dockerfile.newline
    return Edit.insert(span.end, f"{indent}{text}{newline}")
