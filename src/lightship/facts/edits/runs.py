"""RUN as a whole: where an option or a command is added to its script, and which two of them may become one.

Edits keep the line ends, the escape character, the indentation and the comments of the Dockerfile.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from lightship.build import Build
from lightship.dockerfile.places import comments_in
from lightship.dockerfile.tree import Dockerfile, Instruction
from lightship.lint.suppress import ignores
from lightship.regex import regex
from lightship.shell.commands import Script, Word
from lightship.text import Edit, Span

_INDENT = "    "
_BLANK_FIRST = regex(r"[^'\"\s]*\s")
_JOINABLE_MOUNTS = frozenset({"bind", "cache", "secret", "ssh"})


class Layout(NamedTuple):
    """How a script goes over lines: `leading` is whether `&&` starts a line, `indent` what stands before a command."""

    leading: bool
    indent: str


def after_word(script: Script, word: Word, text: str) -> Edit:
    """Put the word `text` behind `word`."""
    return Edit.insert(
        word.span.end, f', "{text}"' if script.shell == "exec" else f" {text}"
    )


def takes_words(script: Script) -> bool:
    """Whether a word put into it is one of its own: not in the value of `sh -c` where only a part of that is quoted."""
    holders = script.outer.words if script.outer is not None else ()
    text = next((word.text for word in holders if word.span.covers(script.span)), "' '")
    if text[0] not in "\"'":  # a string of JSON, with its blanks
        return _BLANK_FIRST.match(text) is not None
    return text.endswith(text[0]) and text[0] not in text[1:-1].replace(
        f"\\{text[0]}", ""
    )


def is_whole(script: Script) -> bool:
    """Whether ` && more` may follow it: nothing stands behind its last command."""
    plain = (
        not (script.opaque or script.errors or script.comments)
        and script.shell != "exec"
    )
    return plain and bool(script.items) and script.items[-1].span.end == script.span.end


def add_command(
    build: Build, instruction: Instruction, script: Script, text: str
) -> Edit:
    """Put ` && text` at the end of the script of `instruction`, on a line of its own if the script has several."""
    dockerfile = build.dockerfile
    line_end = f"{dockerfile.escape}{dockerfile.newline}"
    found = _layout(build, script)
    if found is None and "\n" not in instruction.span.of(dockerfile.text):
        return Edit.insert(script.span.end, f" && {text}")
    leading, indent = found or Layout(leading=True, indent=_INDENT)
    return Edit.insert(
        script.span.end,
        f" {line_end}{indent}&& {text}" if leading else f" && {line_end}{indent}{text}",
    )


def join(build: Build, first: Instruction, second: Instruction) -> Edit | None:
    """Make one RUN of two that follow each other; None where one RUN may do something else than the two."""
    same_flags = [flag.text for flag in first.flags] == [
        flag.text for flag in second.flags
    ]
    if not (is_plain(first) and is_plain(second) and same_flags):
        return None
    mounts = build.mounts(first)
    if any(
        mount.type not in _JOINABLE_MOUNTS
        or (mount.type == "bind" and not mount.readonly)
        for mount in mounts
    ):
        return None
    before, after = build.scripts(first)[0], build.scripts(second)[0]
    if not (
        is_whole(before)
        and before.accepts_next
        and after.accepts_previous
        and is_whole(after)
    ):
        return None
    if any(block.kind == "function" for block in before.blocks) or any(
        item.background for item in before.pipelines
    ):
        return None
    if has_ignore(build, first) or has_ignore(build, second):
        return None
    return _joint(build, before, after)


def has_ignore(build: Build, instruction: Instruction) -> bool:
    """Whether a comment hides findings of this instruction alone: its scope must not grow or go away."""
    return instruction.span in _scopes(build.dockerfile)


@lru_cache(maxsize=2)
def _scopes(dockerfile: Dockerfile) -> frozenset[Span | None]:
    return frozenset(ignore.scope for ignore in ignores(dockerfile))


def is_plain(instruction: Instruction) -> bool:
    """Whether it is a RUN in shell form without heredocs: a script on one joined line."""
    return (
        instruction.keyword == "RUN"
        and instruction.form == "shell"
        and not instruction.heredocs
    )


def _joint(build: Build, before: Script, after: Script) -> Edit:
    """The edit between two scripts; comments between them stay on their lines."""
    dockerfile = build.dockerfile
    span = Span(before.span.end, after.span.start)
    leading, indent = (
        _layout(build, before)
        or _layout(build, after)
        or Layout(leading=False, indent=_INDENT)
    )
    lines = dockerfile.lines
    comments = [
        lines.span(lines.line(comment.span.start)).of(dockerfile.text)
        for comment in comments_in(dockerfile, span)
    ]
    parts = [
        f" {dockerfile.escape}" if leading else f" && {dockerfile.escape}",
        *comments,
        indent + "&& " * leading,
    ]
    return Edit.replace(span, dockerfile.newline.join(parts))


def _layout(build: Build, script: Script) -> Layout | None:
    """How the first `&&` at which the script breaks its line does it; None where there is none."""
    text = build.dockerfile.text
    for item, previous in zip(script.items[1:], script.items, strict=False):
        where = item.operator_span
        if (
            item.operator != "&&"
            or where is None
            or "\n" not in text[previous.span.end : item.span.start]
        ):
            continue
        leading = "\n" in text[previous.span.end : where.start]
        start = where.start if leading else item.span.start
        line = text[text.rfind("\n", 0, start) + 1 : start]
        return Layout(leading, line if not line.strip() else _INDENT)
    return None
