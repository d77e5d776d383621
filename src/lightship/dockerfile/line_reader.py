"""The lines of a Dockerfile: directives, comments, continuations and heredoc bodies
(BuildKit's frontend/dockerfile/parser/parser.go, `Parse`).
"""

from __future__ import annotations

from lightship.dockerfile.characters import LONGEST_LINE, SPACE
from lightship.dockerfile.directives import read_directive
from lightship.dockerfile.heredoc import Opening, is_terminator
from lightship.dockerfile.tree import Comment, Directive, Heredoc, Problem
from lightship.dockerfile.values import shortened
from lightship.record import record
from lightship.text import Lines, Mapped, Span


@record(eq=False)
class JoinedLine:
    """An instruction's lines joined, before they are taken apart."""

    line: Mapped
    start: int
    first_line: int
    comments: tuple[str, ...]
    blank_lines: tuple[int, ...]


class LineReader:
    """The position in the text, and what was found so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        # Offset of the next physical line
        self.at = 1 if text.startswith("\ufeff") else 0
        self.line = 0  # number of the physical line read last
        self.limit = _first_line_too_long(text, self.lines)  # BuildKit reads no further
        self.escape = "\\"
        self.in_directives = True
        self.above: list[str] = []  # the comment block above the next instruction
        self.directives: list[Directive] = []
        self.comments: list[Comment] = []
        self.problems: list[Problem] = []

    def physical_line(self) -> tuple[int, int, int] | None:
        """Start, end without line ending, and end of the next line; None at the end."""
        if self.at >= self.limit:
            return None
        start, stop = self.at, self.text.find("\n", self.at) + 1
        self.at = stop or len(self.text)
        self.line += 1
        end = self.at
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end, self.at

    def joined_line(self) -> JoinedLine | None:
        """The next instruction's lines, joined.

        Comments, blank lines and directives before it are taken in.
        """
        while physical := self.physical_line():
            start, end, _ = physical
            begin = start
            while begin < end and self.text[begin] in SPACE:
                begin += 1
            if self.in_directives:
                self._directive(begin, end)
            if begin < end and self.text[begin] == "#":
                self._comment(start, begin, end)
                continue
            stop = self._continued(begin, end)
            if stop is not None or begin < end:
                return self._join(begin, end, stop)
        return None

    def _continued(self, begin: int, end: int) -> int | None:
        """Where the text before a continuation ends; None where the line does not go on.

        An escape character at the end of a line goes on, unless another comes before it.
        """
        while end > begin and self.text[end - 1] in " \t":
            end -= 1
        if end == begin or self.text[end - 1] != self.escape:
            return None
        return (
            None if end - begin > 1 and self.text[end - 2] == self.escape else end - 1
        )

    def _join(self, begin: int, end: int, stop: int | None) -> JoinedLine:
        first_line, above, self.above = self.line, tuple(self.above), []
        pieces, sources = [self.text[begin : end if stop is None else stop]], [begin]
        blank_lines: list[int] = []
        while stop is not None and (physical := self.physical_line()):
            start, end, _ = physical
            content = start
            while content < end and self.text[content] in SPACE:
                content += 1
            if content == end:
                blank_lines.append(self.line)
            elif self.text[content] == "#":
                self.comments.append(Comment(Span(content, end), True))
            else:
                stop = self._continued(start, end)
                pieces.append(self.text[start : end if stop is None else stop])
                sources.append(start)
        return JoinedLine(
            _mapped(pieces, sources), begin, first_line, above, tuple(blank_lines)
        )

    def _directive(self, begin: int, end: int) -> None:
        found = read_directive(self.text, begin, end)
        if found is None:
            self.in_directives = False
            return
        message = hint = ""
        if any(found.name == other.name for other in self.directives):
            message = f"only one {found.name} parser directive can be used"
        elif found.name == "escape" and found.value not in ("\\", "`"):
            message = f"invalid escape token {shortened(found.value)!r}"
            hint = "write # escape=` or # escape=\\"
        elif found.name == "escape":
            self.escape = found.value
        if message:
            # BuildKit counts the line only afterwards, and so names the one before.
            self.problems.append(
                Problem(message, found.span, self.line - 1, "parser", hint)
            )
        self.directives.append(found)

    def _comment(self, start: int, begin: int, end: int) -> None:
        self.comments.append(Comment(Span(begin, end), False))
        if self.directives and self.directives[-1].span.start == begin:
            return
        # BuildKit drops one character of the line, be it the # or a blank before it.
        comment = self.text[start + 1 : end].strip(SPACE)
        if comment:
            self.above.append(comment)
        else:
            self.above.clear()

    def heredoc(self, opening: Opening, line: Mapped, first_line: int) -> Heredoc:
        """The body of one heredoc, up to its terminator."""
        word = line.span(opening.start, opening.end)
        start = self.at
        while physical := self.physical_line():
            begin, end, stop = physical
            if is_terminator(self.text[begin:stop], opening):
                body, terminator = Span(start, begin), Span(begin, end)
                break
        else:
            hint = f"end it with a line that contains only {opening.name}"
            self.problems.append(
                Problem("unterminated heredoc", word, first_line, "parser", hint)
            )
            body, terminator = Span(start, self.at), Span(self.at, self.at)
        content = body.of(self.text)
        return Heredoc(
            opening.name,
            content,
            opening.expand,
            opening.chomp,
            opening.fd,
            word,
            body,
            terminator,
        )


def _first_line_too_long(text: str, lines: Lines) -> int:
    """The start of the first line that BuildKit does not take, or the end of the text."""
    if len(text) * 4 < LONGEST_LINE:
        return len(text)
    starts = lines.starts
    for start, end in zip(starts, [*starts[1:], len(text) + 1], strict=True):
        if (end - start) * 4 >= LONGEST_LINE:
            line = text[start : end - 1]
            if len(line.encode("utf-8", "surrogateescape")) >= LONGEST_LINE:
                return start
    return len(text)


def _mapped(pieces: list[str], sources: list[int]) -> Mapped:
    if len(pieces) == 1:
        return Mapped(pieces[0], (0,), (sources[0],))
    kept = [
        (piece, source) for piece, source in zip(pieces, sources, strict=True) if piece
    ] or [(pieces[0], sources[0])]
    starts, at = [], 0
    for piece, _ in kept:
        starts.append(at)
        at += len(piece)
    text = "".join([piece for piece, _ in kept])
    origins = tuple([source for _, source in kept])
    return Mapped(text, tuple(starts), origins)
