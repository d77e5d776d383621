"""What a shell script is, as plain data: commands, pipelines and the blocks that hold them.

Three tables that refer to one another by index: a command knows its pipeline and its block, a
pipeline its block, a block its parent block. Block 0 is the script itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from lightship.record import record
from lightship.shell.words import Word
from lightship.text import Mapped, Span

FORKS = frozenset({"subshell", "substitution", "process"})
_STATE = frozenset(
    (
        ".",
        "alias",
        "cd",
        "declare",
        "eval",
        "exec",
        "exit",
        "export",
        "local",
        "popd",
        "pushd",
    )
)
_STATE |= frozenset(
    (
        "read",
        "readonly",
        "return",
        "set",
        "shift",
        "shopt",
        "source",
        "trap",
        "typeset",
        "ulimit",
    )
)
_STATE |= frozenset(("umask", "unset", "wait"))


@record
class Assignment:
    """`NAME=value` before a command, or on its own; `value` is None where it is not known.

    `value_span` is what stands after the `=`, with its quotes.
    """

    name: str
    value: str | None
    span: Span
    value_span: Span


@record
class Redirect:
    """`2>>file`: operator, descriptor (None where none is written) and target.

    `body` is that of a here-document.
    """

    operator: str
    fd: int | None
    target: Word | None
    span: Span
    body: Mapped | None = None


@record
class Wrapper:
    """A command that runs the command in its operands, such as sudo; `words` are its own."""

    name: str
    words: tuple[Word, ...]


@record(eq=False)
class Command:
    """A simple command.

    `name` is the last part of the path of its first word, empty where that is not known (`$CMD`) or
    absent (only assignments). `words` begin with the command itself, after `wrappers`.
    `assignments` are those of its environment, written before it or handed to `env`. `span` runs
    from the first assignment or wrapper to the last word or redirect. `stage` is its place in its
    pipeline, from 0.
    """

    name: str
    words: tuple[Word, ...]
    span: Span
    assignments: tuple[Assignment, ...]
    redirects: tuple[Redirect, ...]
    wrappers: tuple[Wrapper, ...]
    index: int
    pipeline: int
    stage: int
    block: int

    @property
    def args(self) -> tuple[Word, ...]:
        """The words after the command."""
        return self.words[1:]

    @property
    def argument_texts(self) -> list[str]:
        """The arguments as text: a word whose value is not known as it is written."""
        texts = []
        for word in self.args:
            value = word.value
            texts.append(word.text if value is None else value)
        return texts

    @property
    def all_words(self) -> tuple[Word, ...]:
        """The words of its wrappers, then its own."""
        words: list[Word] = []
        for wrapper in self.wrappers:
            words.extend(wrapper.words)
        words.extend(self.words)
        return tuple(words)

    @property
    def values(self) -> tuple[str | None, ...]:
        return tuple(word.value for word in self.words)

    def has(self, *values: str) -> bool:
        """Whether one of its arguments is one of `values`."""
        return any(word.value in values for word in self.words[1:])

    def wrapped_by(self, name: str) -> bool:
        return any(wrapper.name == name for wrapper in self.wrappers)


@record
class Pipeline:
    """One command, or several joined by `|`.

    `operator` joins it to the one before it in its block: `&&`, `||`, `;`, `&`, a newline, or empty
    for the first; `operator_span` is where that stands. `options` are the shell's options when it
    starts, by the names of `set -o`. `background` is whether `&` ends the list that it belongs to.
    """

    operator: str
    operator_span: Span | None
    span: Span
    negated: bool
    length: int
    background: bool
    block: int
    options: frozenset[str]

    @property
    def pipefail(self) -> bool:
        return "pipefail" in self.options

    @property
    def errexit(self) -> bool:
        return "errexit" in self.options


@record
class Block:
    """A list of pipelines inside something.

    `kind` is script, subshell, group, condition (of if, while and until), if (each branch), while,
    until, for, select, case (each branch), function, substitution (`$(...)` and backticks) or
    process (`<(...)`). `parent` is the block around it (-1 for the script); `pipeline` and `stage`
    are where it stands there (-1 where it is part of a word of no command). `redirects` are those
    of a whole compound command. `span` covers its brackets or keywords as far as they are its own.
    """

    kind: str
    span: Span
    parent: int
    pipeline: int
    stage: int
    redirects: tuple[Redirect, ...] = ()


@record(eq=False)
class Script:
    """A script and all its commands, in the order of the text.

    A command stands before those inside its words.

    `shell` is the interpreter's name (`sh`, `bash`), or `exec` where an exec form is run without
    any. `options` are those that the shell is started with. `opaque` says that the script is in a
    language that is not read here, or nested too deep: it has no commands then. `errors` says that
    a shell would refuse it, as far as is known. `inner` are the scripts that its commands hand to a
    shell: `sh -c '...'`, `bash <<EOF`. `outer` is the command that this script was handed to, None
    for the first, and `around` the script of that command, without its `inner`.
    """

    text: Mapped
    shell: str
    options: frozenset[str] = frozenset()
    commands: tuple[Command, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    blocks: tuple[Block, ...] = ()
    comments: tuple[Span, ...] = ()
    opaque: bool = False
    errors: bool = False
    inner: tuple[Script, ...] = field(default=(), repr=False)
    outer: Command | None = None
    around: Script | None = field(default=None, repr=False)

    @property
    def span(self) -> Span:
        return self.text.span(0, len(self.text.text))

    @property
    def items(self) -> tuple[Pipeline, ...]:
        """The pipelines of the script itself: its top-level list."""
        return tuple(pipeline for pipeline in self.pipelines if pipeline.block == 0)

    def walk(self) -> Iterator[Script]:
        """The script, then all scripts inside, outermost first."""
        yield self
        for script in self.inner:
            yield from script.walk()

    def named(self, *names: str) -> Iterator[Command]:
        """Its commands of one of `names`."""
        return (command for command in self.commands if command.name in names)

    def pipeline_of(self, command: Command) -> Pipeline:
        return self.pipelines[command.pipeline]

    def pipe(self, command: Command) -> tuple[Command, ...]:
        """The simple commands of its pipeline, itself included, in order."""
        return tuple(
            other for other in self.commands if other.pipeline == command.pipeline
        )

    def enclosing(self, command: Command) -> tuple[Block, ...]:
        """The blocks around it, innermost first, without the script itself."""
        found, at = [], command.block
        while at > 0:
            found.append(self.blocks[at])
            at = self.blocks[at].parent
        return tuple(found)

    def inside(self, command: Command, *kinds: str) -> bool:
        """Whether a block of one of `kinds` is around it."""
        return any(block.kind in kinds for block in self.enclosing(command))

    def in_background(self, command: Command) -> bool:
        """Whether `&` ends the list that it belongs to, or one around it."""
        around = [block.pipeline for block in self.enclosing(command)]
        places = [at for at in (command.pipeline, *around) if at >= 0]
        return any(self.pipelines[at].background for at in places)

    def heirs(self, command: Command) -> Iterator[Command]:
        """The commands after it that see what it does to its shell: `cd`, variables, options."""
        pipeline = self.pipelines[command.pipeline]
        if pipeline.length > 1 or pipeline.background:
            return
        home = self._process(command.block)
        for other in self.commands[command.index + 1 :]:
            if self._within(other.block, home):
                yield other

    def _process(self, block: int) -> int:
        """The block where the shell process that runs `block` began."""
        while block > 0:
            this = self.blocks[block]
            pipeline = self.pipelines[this.pipeline] if this.pipeline >= 0 else None
            if this.kind in FORKS or (
                pipeline and (pipeline.length > 1 or pipeline.background)
            ):
                break
            block = this.parent
        return block

    def _within(self, block: int, outer: int) -> bool:
        while block > outer:
            block = self.blocks[block].parent
        return block == outer

    @property
    def changes_shell(self) -> bool:
        """Whether it may leave its shell changed for what would follow, or at an end.

        Directory, variables and options are what may change.
        """
        return any(map(self._changes_shell, self.commands))

    def _changes_shell(self, command: Command) -> bool:
        """Whether a command may change the shell, and is not in a process of its own."""
        is_known = command.name and command.name not in _STATE
        if is_known and not command.wrapped_by("exec"):
            return False
        pipeline = self.pipelines[command.pipeline]
        return pipeline.length == 1 and not self._process(command.block)

    @property
    def accepts_next(self) -> bool:
        """Whether `script && next` does what one RUN of it, then one of `next`, would do.

        A top-level `||` or `&`, a comment, a here-document, a `;` at the end or a change of the
        shell speak against it.
        """
        items = self.items
        if not items or not self._simple:
            return False
        operators = {item.operator for item in items}
        if not operators <= {"", "&&", ";", "\n"}:
            return False
        end = len(self.text.text.rstrip())
        whole = self.text.span(0, end)
        return items[-1].span.end == whole.end and not self.changes_shell

    @property
    def accepts_previous(self) -> bool:
        """Whether `previous && script` does what a RUN of `previous`, then one of it, would do.

        Only `&&` joins it then.
        """
        operators = {item.operator for item in self.items}
        return operators <= {"", "&&"} and self._simple

    @property
    def _simple(self) -> bool:
        if self.opaque or self.errors or self.comments:
            return False
        if self.shell == "exec" or not self.commands:
            return False
        for command in self.commands:
            if any(redirect.body for redirect in command.redirects):
                return False
        return not any(item.background for item in self.items)
