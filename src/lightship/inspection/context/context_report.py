"""`ContextReport`: what is sent of a build context, and which of it matters.

All sizes are in bytes.
"""

from __future__ import annotations

from lightship.build import Build
from lightship.cache.selection.selection import Selection
from lightship.context.files import Context, File
from lightship.context.ignore import Ignore
from lightship.context.patterns import IgnorePattern
from lightship.context.walked import Walked
from lightship.record import record
from lightship.text import Span


@record
class Amount:
    """So many files and symlinks, and their bytes."""

    files: int = 0
    size: int = 0

    @classmethod
    def of(cls, files: tuple[File, ...] | list[File]) -> Amount:
        return cls(len(files), sum(file.size for file in files))

    def plus(self, other: Amount) -> Amount:
        return Amount(self.files + other.files, self.size + other.size)


@record
class FolderAmount:
    """A directory, or a file at the top, and how much of something is at or below it."""

    path: str
    amount: Amount
    is_directory: bool = True


@record(eq=False)
class Use:
    """One source of COPY or ADD, or a bind mount: what it takes of what is sent.

    `line` is the instruction's first, `text` the instruction on one line. `named` says that the
    source names a single file: that is what the author wants, whatever it is.
    """

    line: int
    text: str
    selection: Selection
    files: tuple[File, ...]
    named: bool = False


@record
class LineAmount:
    """A pattern of the ignore file, and what it leaves out."""

    pattern: IgnorePattern
    amount: Amount


@record
class Changing:
    """Files that change without the program, and that an instruction takes.

    Each change rebuilds its step.

    `pattern` is the line of an ignore file that leaves them out, `name` how they are called, `when`
    they change.
    """

    pattern: str
    name: str
    when: str
    amount: Amount
    lines: tuple[int, ...]


@record
class SecretFile:
    """A file that is sent and seems to hold a secret; `lines` are the instructions that copy it."""

    file: File
    pattern: str
    lines: tuple[int, ...]


@record
class LineProblem:
    """A line of the ignore file that does not do what it seems to, as a rule says.

    `hint` is its cure.
    """

    rule: str
    line: int
    span: Span
    message: str
    hint: str = ""


@record
class Transfer:
    """What BuildKit's client sends for this Dockerfile and target.

    It asks for what instructions name, unless one takes the whole context (`whole`). `lines` are
    those instructions.
    """

    whole: bool
    amount: Amount
    lines: tuple[int, ...]


@record(eq=False)
class ContextReport:
    """A build context.

    `sent` is what instructions can copy: what `COPY . /` would get. `directories` are those that
    are sent. `uses` is None where that is unknown (without a Dockerfile, or where BuildKit refuses
    it): then `never`, `changing` and `transfer` say nothing. `idle` are lines of the ignore file
    that decide about nothing; `hollow` are files that arrive empty, with the reason.
    """

    build: Build
    walked: Walked
    sent: tuple[File, ...]
    ignored: tuple[File, ...]
    directories: tuple[str, ...]
    by_line: tuple[LineAmount, ...]
    uses: tuple[Use, ...] | None
    transfer: Transfer | None
    never: tuple[File, ...]
    changing: tuple[Changing, ...]
    secrets: tuple[SecretFile, ...]
    problems: tuple[LineProblem, ...]
    idle: tuple[int, ...]
    hollow: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    @property
    def context(self) -> Context:
        assert self.build.context is not None
        return self.build.context

    @property
    def ignore(self) -> Ignore:
        return self.context.ignore

    @property
    def total(self) -> Amount:
        """All that is there."""
        sent = Amount.of(self.sent)
        ignored = Amount.of(self.ignored)
        return sent.plus(ignored)
