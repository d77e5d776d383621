"""One more command at the end of a script, where that is sure to run last and leaves all else as it was.

Joined by `&&` where nothing speaks against it. A compound command before `&&` loses the errexit inside it
(POSIX.1-2024, `set -e`), so behind one a new command takes a line of its own, or a `;`.
"""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits.runs import add_command, is_whole, takes_words
from lightship.shell.commands import Command, Pipeline, Script
from lightship.text import Edit, Span

_ENDS = frozenset(
    ("exec", "exit", "return", "trap")
)  # the script may be over before its end


def at_end(
    build: Build, instruction: Instruction, script: Script, text: str
) -> Edit | None:
    """Run `text` behind all that `script` does, if all of it succeeds; None where that would be a change."""
    if (
        script.opaque
        or script.errors
        or not script.items
        or any(item.background for item in script.pipelines)
    ):
        return None
    if any(
        command.name in _ENDS or command.wrapped_by("exec")
        for command in script.commands
    ):
        return None
    heredocs = (instruction.trigger or instruction).heredocs
    if heredocs:
        return (
            _at_end_of_body(build, script, text)
            if heredocs[0].body.covers(script.span)
            else None
        )
    last = script.items[-1]
    if not is_whole(script) or not takes_words(script):
        return None
    if last.operator == ";" and last.errexit and len(script.items) > 1:
        return _like_before(build, script, text)
    if _loses_errexit(script, last):
        return None
    if script.outer is not None:
        return Edit.insert(script.span.end, f" && {text}")
    return add_command(build, instruction, script, text)


def is_certain(script: Script, command: Command) -> bool:
    """Whether `command` runs whenever its script comes to it: it stands in no block, and in no list with `||`."""
    items = script.items
    at = next(
        (at for at, item in enumerate(items) if item.span.covers(command.span)), -1
    )
    if command.block or at < 0:
        return False
    start = at
    while start and items[start].operator in ("&&", "||"):
        start -= 1
    ends = (
        end
        for end in range(at + 1, len(items))
        if items[end].operator not in ("&&", "||")
    )
    return all(
        item.operator != "||" for item in items[start + 1 : next(ends, len(items))]
    )


def _loses_errexit(script: Script, last: Pipeline) -> bool:
    """Whether a `&&` behind the last pipeline would let a failure inside it pass."""
    if not any(item.errexit for item in script.pipelines):
        return False
    if any(block.kind == "function" for block in script.blocks):
        return True
    return any(last.span.covers(block.span) for block in script.blocks[1:])


def _like_before(build: Build, script: Script, text: str) -> Edit | None:
    """Behind a list with `;`: joined as the last two are, where that is no comment's place."""
    before, last = script.items[-2:]
    gap = Span(before.span.end, last.span.start)
    if holds_comment(build.dockerfile, gap):
        return Edit.insert(script.span.end, f"; {text}")
    return Edit.insert(script.span.end, f"{gap.of(build.dockerfile.text)}{text}")


def _at_end_of_body(build: Build, script: Script, text: str) -> Edit | None:
    """On a line of its own in a heredoc, where errexit holds to the end; else behind the last command."""
    source, last = build.dockerfile.text, script.items[-1]
    rest = Span(last.span.end, script.span.end).of(source)
    if not rest.endswith("\n") or rest.strip(" \t\r\n;"):
        return None
    if not last.errexit:
        return (
            None
            if _loses_errexit(script, last) or ";" in rest
            else Edit.insert(last.span.end, f" && {text}")
        )
    first = source.rfind("\n", 0, script.items[0].span.start) + 1
    indent = source[first : script.items[0].span.start]
    newline = build.dockerfile.newline
    return Edit.insert(
        script.span.end, f"{indent if not indent.strip() else ''}{text}{newline}"
    )
