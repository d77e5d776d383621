"""RUN as a whole: how words and commands are added, and which two RUN may become one.

Edits keep the line endings, the escape character, the indentation and the comments of the
Dockerfile.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from lightship.build import Build
from lightship.dockerfile.places import comments_in
from lightship.dockerfile.tree import Dockerfile, Instruction
from lightship.lint.suppress import ignores
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Script, Word
from lightship.text import Edit, Span

_INDENT = "    "
# A string of JSON that holds more than one word
_BLANK_FIRST = regex(r"[^'\"\s]*\s")
_JOINABLE_MOUNTS = frozenset("bind cache secret ssh".split())


@record
class Layout:
    """How a script is broken into lines.

    `leading` is whether `&&` starts a line, `indent` what stands before a command.
    """

    leading: bool
    indent: str


def after_word(script: Script, word: Word, text: str) -> Edit:
    """Put the word `text` after `word`."""
    end = word.span.end
    added = f" {text}"
    if script.shell == "exec":
        added = f', "{text}"'
    return Edit.insert(end, added)


def after_package(
    build: Build,
    instruction: Instruction,
    script: Script,
    word: Word,
    text: str,
) -> Edit:
    """Put the word `text` after `word`, on a line of its own where `word` has one."""
    dockerfile = build.dockerfile
    source = dockerfile.text
    start, end = word.span
    line_end = source.find("\n", end)
    line_end = max(line_end, end)  # the last line may have none
    indent = _before(source, start)
    rest = source[end:line_end]

    if script.shell == "exec" or instruction.heredocs:
        return after_word(script, word, text)
    is_first = not indent.strip(" \t")
    is_last = rest.strip(" \t\r") == dockerfile.escape
    has_own_line = is_first and is_last
    if not has_own_line:
        return after_word(script, word, text)

    continuation = f" {dockerfile.escape}{dockerfile.newline}"
    return Edit.insert(end, f"{continuation}{indent}{text}")


def takes_words(script: Script) -> bool:
    """Whether a word put into it is one of its own.

    It is not in the value of `sh -c` where only a part of that is quoted, nor where a quote does
    not end, so that a shell refuses the script.
    """
    if script.errors:
        return False
    text = _holder_of(script)
    if text is None:
        return True
    quote = text[0]
    if quote not in "\"'":  # a string of JSON, with its blanks
        return _BLANK_FIRST.match(text) is not None

    if not text.endswith(quote):
        return False
    quoted = text[1:-1]
    unescaped = quoted.replace(f"\\{quote}", "")
    return quote not in unescaped


def _holder_of(script: Script) -> str | None:
    """The word that holds a script as its value; None for one that stands by itself."""
    if script.outer is None:
        return None
    for word in script.outer.words:
        if word.span.covers(script.span):
            return word.text
    return None


def is_whole(script: Script) -> bool:
    """Whether ` && more` may follow it: nothing stands after its last command."""
    if script.opaque or script.errors:
        return False
    if script.comments:
        return False
    if script.shell == "exec":
        return False
    if not script.items:
        return False
    last = script.items[-1]
    return last.span.end == script.span.end


def add_command(
    build: Build,
    instruction: Instruction,
    script: Script,
    text: str,
) -> Edit:
    """Put ` && text` at the end of the script of `instruction`.

    It takes a line of its own if the script has several.
    """
    dockerfile = build.dockerfile
    end = _blanks_after(dockerfile, script)
    layout = _layout(build, script)
    if layout is None:
        own_text = instruction.span.of(dockerfile.text)
        if "\n" not in own_text:
            return Edit.replace(end, f" && {text}")
        layout = Layout(leading=True, indent=_INDENT)

    line_end = f"{dockerfile.escape}{dockerfile.newline}"
    indent = layout.indent
    added = f" && {line_end}{indent}{text}"
    if layout.leading:
        added = f" {line_end}{indent}&& {text}"
    return Edit.replace(end, added)


def _blanks_after(dockerfile: Dockerfile, script: Script) -> Span:
    """What stands between the script and the end of its line, where that is only blanks."""
    end = script.span.end
    number = dockerfile.lines.line(end)
    line = dockerfile.lines.span(number)
    rest = dockerfile.text[end : line.end]
    is_blank = not rest.strip(" \t")
    until = line.end if is_blank else end
    return Span(end, until)


def joint(build: Build, script: Script) -> str:
    """What joins two commands with each on a line of its own, in the manner of the script."""
    dockerfile = build.dockerfile
    layout = _layout(build, script)
    if layout is None:
        layout = Layout(leading=True, indent=_INDENT)
    line_end = f"{dockerfile.escape}{dockerfile.newline}"
    indent = layout.indent
    if layout.leading:
        return f" {line_end}{indent}&& "
    return f" && {line_end}{indent}"


def join(build: Build, first: Instruction, second: Instruction) -> Edit | None:
    """Make one RUN of two that follow each other.

    None where one RUN may do something else than the two.
    """
    for run in (first, second):
        if not is_plain(run):
            return None
        if has_ignore(build, run):
            return None
    if _flags(first) != _flags(second):
        return None
    if not _mounts_may_be_shared(build, first):
        return None

    before = build.scripts(first)[0]
    after = build.scripts(second)[0]
    if not is_whole(before):
        return None
    if not is_whole(after):
        return None
    if not before.accepts_next or not after.accepts_previous:
        return None
    if not _leaves_nothing(before):
        return None
    return _joint(build, before, after)


def _flags(instruction: Instruction) -> list[str]:
    return [flag.text for flag in instruction.flags]


def _mounts_may_be_shared(build: Build, instruction: Instruction) -> bool:
    """Whether the second script finds its mounts as they would have been mounted for it alone."""
    for mount in build.mounts(instruction):
        if mount.type not in _JOINABLE_MOUNTS:
            return False
        if mount.type == "bind" and not mount.readonly:
            return False
    return True


def has_known_mounts(build: Build, run: Instruction) -> bool:
    """Whether BuildKit accepts the mounts that are there: others are not known."""
    inner = run.trigger or run
    flags = inner.all_flags("mount")
    accepted = build.mounts(run)
    return len(accepted) == len(flags)


def _leaves_nothing(script: Script) -> bool:
    """Whether no function and no process of a script is there for the next."""
    for block in script.blocks:
        if block.kind == "function":
            return False
    return not any(pipeline.background for pipeline in script.pipelines)


def has_ignore(build: Build, instruction: Instruction) -> bool:
    """Whether a comment hides findings of this instruction alone.

    Its scope must neither grow nor go away.
    """
    return instruction.span in _scopes(build.dockerfile)


@lru_cache(maxsize=2)
def _scopes(dockerfile: Dockerfile) -> frozenset[Span | None]:
    comments = ignores(dockerfile)
    return frozenset(comment.scope for comment in comments)


def is_plain(instruction: Instruction) -> bool:
    """Whether it is a RUN in shell form without heredocs: a script on one joined line."""
    if instruction.keyword != "RUN" or instruction.heredocs:
        return False
    return instruction.form == "shell"


def _joint(build: Build, before: Script, after: Script) -> Edit:
    """The edit between two scripts; comments between them stay on their lines."""
    dockerfile = build.dockerfile
    layout = _layout(build, before)
    if layout is None:
        layout = _layout(build, after)
    if layout is None:
        layout = Layout(leading=False, indent=_INDENT)

    indent = layout.indent
    end_of_line = " && "
    start_of_line = ""
    if layout.leading:
        end_of_line = " "
        start_of_line = "&& "

    start = before.span.end
    end = after.span.start
    gap = Span(start, end)
    lines = [f"{end_of_line}{dockerfile.escape}"]
    lines += _comment_lines(dockerfile, gap, indent)
    lines.append(f"{indent}{start_of_line}")
    text = dockerfile.newline.join(lines)
    return Edit.replace(gap, text)


def _comment_lines(dockerfile: Dockerfile, span: Span, indent: str) -> Iterator[str]:
    """The comments with their indentation; those at the start of a line get that of commands."""
    lines = dockerfile.lines
    for comment in comments_in(dockerfile, span):
        start = comment.span.start
        number = lines.line(start)
        line = lines.span(number)
        text = line.of(dockerfile.text)
        if text.startswith("#"):
            text = f"{indent}{text}"
        yield text


def _layout(build: Build, script: Script) -> Layout | None:
    """How the first `&&` at which the script breaks its line does it; None where there is none."""
    text = build.dockerfile.text
    for previous, item in pairwise(script.items):
        operator = item.operator_span
        if item.operator != "&&" or operator is None:
            continue
        end = previous.span.end
        start = item.span.start
        if "\n" not in text[end:start]:
            continue

        # The line break stands before the operator, or after it
        before_operator = text[end : operator.start]
        leading = "\n" in before_operator
        if leading:
            start = operator.start
        indent = _before(text, start)
        if indent.strip():
            indent = _INDENT
        return Layout(leading, indent)
    return None


def _before(text: str, at: int) -> str:
    """What stands before a place in its line."""
    line_break = text.rfind("\n", 0, at)
    start = line_break + 1
    return text[start:at]
