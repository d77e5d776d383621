"""The reader's position in a script, what it has found so far, and the smallest steps it takes.

The grammar is read by functions that call one another (`parse`, `compound`, `scan`), so the
script's own nesting would nest our calls: `DEPTH` ends that before Python does. Every step moves
forward, so time is linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import field

from lightship.record import record
from lightship.regex import regex
from lightship.shell.tree import FORKS, Block, Command, Pipeline
from lightship.text import Mapped, Span, new

DEPTH = 40  # deeper than any script that a person wrote, and far from Python's limit of 1000 calls

# Blanks and joined lines, then one token. A word is a token only if it is free of quotes, escapes
# and expansions.
TOKEN = regex(
    r"(?:[ \t\r]|\\\r?\n)*+(?:"
    r"(\d*+(?:<<-|<<<|<<|<&|<>|<(?!\()|>>|>&|>\||>(?!\()|&>>|&>))"
    r"|([^ \t\r\n|&;<>()'\"\\$`{}~#][^ \t\r\n|&;<>()'\"\\$`{}]*+)(?=[ \t\r\n|&;<>)]|\Z)"
    r"|(&&|\|\||;;&|;;|;&|\|&|[|;()&])"
    r"|(\n)"
    r"|(\#[^\n]*+))"
)
REDIRECT, WORD, CONTROL, NEWLINE, COMMENT = 1, 2, 3, 4, 5
BLANKS = regex(r"(?:[ \t\r]|\\\r?\n)*+")
RESERVED = regex(r"(?:[ \t\r]|\\\r?\n)*+([a-z]++|[{}!]|\[\[)(?=[ \t\r\n|&;<>()]|\Z)")

Place = tuple[
    int, int, int
]  # where something stands: block, and pipeline and stage in it (-1: in none)


class TooDeepError(Exception):
    """The script nests deeper than DEPTH."""


@record(eq=False, frozen=False)
class OpenHeredoc:
    """A here-document whose body has not been reached yet; `key` is the place of its redirect."""

    key: Span
    delimiter: str
    expand: bool  # its substitutions are run
    tabs: bool  # `<<-`: leading tabs are not part of it
    place: Place


@record(eq=False, frozen=False)
class ScriptReader:
    """One reading of one script.

    `at` is the next character, `end` that of the last token, `limit` that of the text.
    """

    source: Mapped
    text: str
    limit: int
    read_list: Callable[[ScriptReader, int, frozenset[str]], str]
    read_body: Callable[[ScriptReader, int, int, Place], None]
    options: frozenset[str]
    at: int = 0
    end: int = 0
    depth: int = 0
    errors: bool = False
    commands: list[Command | None] = field(default_factory=list)
    pipelines: list[Pipeline | None] = field(default_factory=list)
    blocks: list[Block | None] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)
    heredocs: list[OpenHeredoc] = field(default_factory=list)
    bodies: dict[Span, Mapped] = field(default_factory=dict)
    seen: re.Match[str] | None = (
        None  # the token that comes next, if one does, where `at` and `limit` were these
    )
    seen_at: int = -1
    seen_limit: int = -1
    # The piece of `source` that was used last: text[low:high] stands `shift` further in the source
    low: int = 0
    high: int = -1
    shift: int = 0

    def span(self, start: int, end: int) -> Span:
        """`source.span(start, end)`, quicker where it lies in the piece of the last call."""
        if not (self.low <= start and end <= self.high):
            self._move(start)
            if end > self.high:
                return self.source.span(start, end)
        return new(Span, (start + self.shift, end + self.shift))

    def _move(self, start: int) -> None:
        starts = self.source.starts
        piece = max(bisect_right(starts, start) - 1, 0)
        self.low = starts[piece]
        self.high = starts[piece + 1] if piece + 1 < len(starts) else len(self.text)
        self.shift = self.source.sources[piece] - self.low

    def take(self, end: int) -> None:
        """Move past a token that ends at `end`."""
        self.at = self.end = end

    def wrong(self) -> None:
        """A shell would refuse this."""
        self.errors = True

    def token(self) -> re.Match[str] | None:
        """What comes next where it is one token; blanks before it are passed, and it stays."""
        if self.at != self.seen_at or self.limit != self.seen_limit:
            self.see(TOKEN.match(self.text, self.at, self.limit))
        return self.seen

    def see(self, found: re.Match[str] | None) -> None:
        """Keep what TOKEN says of the place that is reached: it is asked for up to four times."""
        if found:
            self.at = found.start(found.lastindex or 0)
        self.seen, self.seen_at, self.seen_limit = found, self.at, self.limit

    def control(self) -> str:
        """The control operator that comes next, or nothing; it is not taken."""
        found = self.token()
        return found[CONTROL] if found and found.lastindex == CONTROL else ""

    def reserved(self) -> str:
        """The lower-case word, `{`, `}`, `!` or `[[` that comes next, or nothing; it stays."""
        found = RESERVED.match(self.text, self.at, self.limit)
        return found[1] if found else ""

    def accept(self, token: str) -> bool:
        """Take `token` if it comes next."""
        at = self.blanks()
        if not self.text.startswith(token, at, self.limit):
            return False
        self.take(at + len(token))
        return True

    def blanks(self) -> int:
        """Where the next token starts; that place is reached then."""
        at = self.at
        if at < self.limit and self.text[at] in " \t\r\\":
            found = BLANKS.match(self.text, at, self.limit)
            at = self.at = found.end() if found else at
        return at

    def lines(self) -> bool:
        """Move past blanks, comments and line endings; whether there was a line ending."""
        passed = False
        while True:
            found = self.token()
            kind = found.lastindex if found else None
            if found is None or (kind not in (NEWLINE, COMMENT)):
                return passed
            self.at = found.end()
            if kind == COMMENT:
                self.comments.append(self.span(found.start(COMMENT), found.end()))
            else:
                passed = True
                if self.heredocs:
                    self.read_heredocs()

    def read_heredocs(self) -> None:
        """The bodies that follow the line that has just ended, in order."""
        waiting, self.heredocs = self.heredocs, []
        for heredoc in waiting:
            if heredoc is not waiting[0] and self.at < self.limit:
                self.at += 1  # the end of the terminator's line
            start, end, after = self._heredoc_end(heredoc)
            self.bodies[heredoc.key] = self.source.slice(start, end)
            if heredoc.expand:
                self.read_body(self, start, end, heredoc.place)
            self.at = after

    def _heredoc_end(self, heredoc: OpenHeredoc) -> tuple[int, int, int]:
        """Start and end of the body that starts here, and where the line after it starts."""
        at = start = self.at
        while at < self.limit:
            newline = self.text.find("\n", at, self.limit)
            end = self.limit if newline < 0 else newline
            line = self.text[at:end].removesuffix("\r")
            if (line.lstrip("\t") if heredoc.tabs else line) == heredoc.delimiter:
                return start, at, end  # the line end stays: it ends the list
            at = end + 1
        self.wrong()  # bash warns only, but then the script most likely is not what was meant
        return start, self.limit, self.limit

    def block(
        self, kind: str, begin: int, place: Place, closers: frozenset[str]
    ) -> str:
        """A list as a block at `place` (parent, pipeline, stage), up to one of `closers`.

        Gives the closer, which is not taken, or "".
        """
        if self.depth >= DEPTH:
            raise TooDeepError
        self.depth += 1
        number, options = len(self.blocks), self.options
        self.blocks.append(None)
        closer = self.read_list(self, number, closers)
        if closers and not closer:
            self.wrong()
        self.blocks[number] = Block(
            kind, self.span(begin, max(begin, self.end)), *place
        )
        if kind in FORKS or kind == "function":
            self.options = options
        self.depth -= 1
        return closer

    def bracketed(self, kind: str, begin: int, place: Place, closer: str) -> None:
        """A block with brackets of its own, whose opening one has been taken."""
        number = len(self.blocks)
        if self.block(kind, begin, place, frozenset((closer,))):
            self.accept(closer)
            self.blocks[number] = Block(kind, self.span(begin, self.end), *place)
