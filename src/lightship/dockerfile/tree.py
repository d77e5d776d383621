"""The tree of a Dockerfile: spans over its text, and what BuildKit reads in them.

Every span counts code points of `Dockerfile.text`. Nothing is printed from the tree: a Dockerfile
is changed by edits of its text (`lightship.text.Edit`).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field

from lightship.record import record
from lightship.text import Lines, Mapped, Span


@record
class Word:
    """One operand, as BuildKit's parser hands it on.

    `text` is the value in BuildKit's chain: continuations joined and comments gone, quotes and
    variables as written; in exec form the decoded JSON string, for a stage name not yet in lower
    case. `span` is where it stands.
    """

    text: str
    span: Span


@record
class Flag:
    """`--name=value`, unquoted as BuildKit unquotes it; `value` is None where there is no `=`.

    `span` covers the whole flag as written, `value_span` what stands after the `=`, with its
    quotes.
    """

    name: str
    value: str | None
    span: Span
    value_span: Span | None

    @property
    def text(self) -> str:
        """As BuildKit hands it on: `--name=value`."""
        return f"--{self.name}" if self.value is None else f"--{self.name}={self.value}"


@record
class Heredoc:
    """`<<NAME` and its body.

    `content` is the body as written, each line with its line ending, without the
    terminator; with `chomp` (`<<-`) its leading tabs are still there. `expand` is False where the
    delimiter is quoted. `fd` is the number before `<<`, 0 without one. `span` is the word
    `<<NAME`, `body` the lines of the content, `terminator` the line that ends it.
    """

    name: str
    content: str
    expand: bool
    chomp: bool
    fd: int
    span: Span
    body: Span
    terminator: Span


@record
class Pair:
    """`name=value` of ENV, LABEL or ARG; `value` is None for an ARG without `=`.

    `legacy` marks the form without `=` (`ENV name value`).
    """

    name: Word
    value: Word | None
    legacy: bool
    span: Span


@record
class Comment:
    """A whole-line comment outside heredoc bodies.

    `span` runs from its `#` to the end of the line.
    """

    span: Span
    inside: bool  # between the lines of an instruction

    def text(self, source: str) -> str:
        """What stands after the `#`, without blanks at either end."""
        return source[self.span.start + 1 : self.span.end].strip()


@record
class Directive:
    """A parser directive, `# name=value`; the name in lower case."""

    name: str
    value: str
    span: Span
    value_span: Span


@record
class Problem:
    """Why BuildKit would refuse the text.

    `span` is the place to look at. `line` is the line that BuildKit names (0 where it names none;
    it is not always the best place). `by` is "parser" or "instructions", BuildKit's two passes;
    all of the first come before any of the second. `hint` says what to write instead, or is empty.
    """

    message: str
    span: Span
    line: int
    by: str
    hint: str = ""


@record(eq=False)
class Instruction:
    """One instruction, from its keyword to the end of its last line or heredoc, without the
    last line ending.

    `keyword` is in upper case; `name` is as written. `form` is "exec" where the operands are a
    JSON array that BuildKit accepts, else "shell". `args` are BuildKit's operands: see the
    oracle's rules in `parse`. `pairs` are those of ENV, LABEL and ARG. `line` is the instruction
    joined over its continuations; `operands` is where in `line.text` the operands stand, after
    keyword and flags, without blanks at either end. `trigger` is what ONBUILD holds. `comments`
    are the comments between the instruction before and this one, as BuildKit keeps them (without
    `#`, trimmed; a bare `#` starts again). `first_line` and `last_line` count from 1, heredocs
    included; `joined_last_line` is the last line before any heredoc. `blank_lines` are the blank
    lines between the lines that are joined; BuildKit reports them on `joined_last_line`.
    """

    span: Span
    keyword: str
    name: Word
    flags: tuple[Flag, ...]
    args: tuple[Word, ...]
    form: str
    pairs: tuple[Pair, ...]
    heredocs: tuple[Heredoc, ...]
    line: Mapped
    operands: Span
    first_line: int
    last_line: int
    comments: tuple[str, ...] = ()
    trigger: Instruction | None = None
    blank_lines: tuple[int, ...] = ()
    joined_last_line: int = 0

    def flag(self, name: str) -> Flag | None:
        """The last flag of that name, without its dashes."""
        for flag in reversed(self.flags):
            if flag.name == name:
                return flag
        return None

    def all_flags(self, name: str) -> tuple[Flag, ...]:
        if not self.flags:
            return ()
        return tuple([flag for flag in self.flags if flag.name == name])

    @property
    def operand(self) -> Mapped:
        """The operands joined over continuations, as one text: the script of a RUN in shell
        form.
        """
        return self.line.slice(self.operands.start, self.operands.end)


@record(eq=False)
class Stage:
    """FROM and what follows up to the next FROM.

    `name` is in lower case, None without AS. `base` is as written, not expanded. `instructions` do
    not hold the FROM.
    """

    index: int
    name: str | None
    base: Word
    from_: Instruction
    instructions: tuple[Instruction, ...]
    span: Span

    @property
    def name_word(self) -> Word | None:
        return self.from_.args[2] if self.name is not None else None


@record(eq=False, slots=False)
class Dockerfile:
    """A whole Dockerfile.

    Where `problems` is empty, BuildKit's parser and instruction parser accept the text. Where it
    is not, the first is the one that BuildKit reports, and the tree holds what could be read all
    the same. `globals` are the ARGs before the first FROM. `escape` is `\\` or a backtick.
    """

    text: str
    instructions: tuple[Instruction, ...]
    stages: tuple[Stage, ...]
    globals: tuple[Instruction, ...]
    directives: tuple[Directive, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]
    escape: str
    lines: Lines = field(repr=False)

    @property
    def newline(self) -> str:
        """The line ending that the file uses: that of its first line."""
        end = self.text.find("\n")
        return "\r\n" if end > 0 and self.text[end - 1] == "\r" else "\n"

    def directive(self, name: str) -> Directive | None:
        return next(
            (directive for directive in self.directives if directive.name == name), None
        )

    def stage_of(self, instruction: Instruction) -> Stage | None:
        """The stage that holds `instruction`; None before the first FROM."""
        at = bisect_right(
            self.stages, instruction.span.start, key=lambda stage: stage.span.start
        )
        return self.stages[at - 1] if at else None
