"""Where a Dockerfile that is written inside another file stands, character by character.

Compose has `dockerfile_inline`, bake has `dockerfile-inline`: a block (`|`), a folded text (`>`), a
text in quotes or a here-document. Blanks, escapes and variables are what differs from the text
that is built; all other characters stand in the file in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lightship.builds.definition import Inline
from lightship.record import record
from lightship.regex import regex
from lightship.text import Lines, Span

_BLOCK = regex(r".*(?:^|[\s:])(?P<style>[|>])[0-9+-]*[ \t]*(?:#.*)?\r?")
_HEREDOC = regex(r".*<<-?[A-Za-z_][\w-]*[ \t]*\r?")
_KEY = regex(r"""dockerfile[-_]inline["']?[ \t]*[:=][ \t]*(?:[&!][^\s]+[ \t]+)*""")
_COMPOSE_VARIABLE = regex(r"\$(?:\$|[A-Za-z_]\w*|\{[^{}]*\})")
_HCL_VARIABLE = regex(r"\$\$\{|%%\{|[$%]\{[^{}]*\}")
_ESCAPE = regex(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.|\n))")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "e": "\x1b", "\n": ""}
_BLANKS_FOR_EACH, _ANY_BLANKS = 20, 10_000  # that a file has at most for each character
_LOOKED_FOR = 8  # characters after a variable by which its end is found
_QUOTES = ('"', "'")
_BEGINS_BELOW = ("|", ">", "<<")
_LAST_CODE_POINT = 0x10FFFF
_Place = tuple[int, int]  # where a character begins and ends in the file


class _Piece(NamedTuple):
    """A character of the Dockerfile and its place in the file; any text where `text` is None."""

    text: str | None
    start: int
    end: int

    @property
    def place(self) -> _Place:
        return self.start, self.end


@record(eq=False)
class InlinePlaces:
    """Where each character of a Dockerfile stands in the file that holds it.

    `is_exact` is False where that cannot be told: then all of it stands on the line of its key.
    """

    places: Sequence[_Place]
    is_exact: bool

    def span(self, span: Span) -> Span:
        """A place of the Dockerfile in the file."""
        last = len(self.places) - 1
        start, _ = self.places[min(span.start, last)]
        if span.end <= span.start:
            return Span(start, start)
        _, end = self.places[min(span.end - 1, last)]
        return Span(start, max(start, end))


def inline_places(whole: str, path: str, inline: Inline) -> InlinePlaces:
    """Where a Dockerfile stands in the text of the file that holds it."""
    lines = Lines(whole)
    number = min(inline.line, len(lines.starts))
    style = inline_style(whole, lines, number)
    if style in _BEGINS_BELOW:
        start = lines.starts[number - 1]
    else:
        start, style = _value_start(whole, lines, number)
    if style:
        longest = _BLANKS_FOR_EACH * len(inline.text) + _ANY_BLANKS
        pieces = list(_pieces(whole[: start + longest], start, style, path))
        places = _aligned(inline.text, pieces)
        if places:
            return InlinePlaces(tuple(places), is_exact=True)

    line = lines.span(number)
    written = line.of(whole)
    blanks = len(written) - len(written.lstrip())
    place = (line.start + blanks, line.end)
    length = max(len(inline.text), 1)
    return InlinePlaces((place,) * length, is_exact=False)


def inline_style(whole: str, lines: Lines, number: int) -> str:
    """How a text is written that begins on a line: by the line above it."""
    if number < 2:
        return ""
    header = lines.span(number - 1).of(whole)
    if _HEREDOC.fullmatch(header):
        return "<<"
    match = _BLOCK.fullmatch(header)
    return match["style"] if match is not None else ""


def _value_start(whole: str, lines: Lines, number: int) -> tuple[int, str]:
    """Where the value begins that stands beside its key, and its quote; else no style."""
    line = lines.span(number)
    match = _KEY.search(whole, line.start, line.end)
    if match is None:
        return line.start, ""
    start = match.end()
    quote = whole[start : start + 1]
    if quote in _QUOTES:
        return start + 1, quote
    return start, "plain"


def _pieces(whole: str, start: int, style: str, path: str) -> Iterator[_Piece]:
    """The characters from a place on, with escapes and variables worked out."""
    is_hcl = path.endswith((".hcl", ".json"))
    variable = _HCL_VARIABLE if is_hcl else _COMPOSE_VARIABLE
    at = start
    while at < len(whole):
        match = variable.match(whole, at)
        if match is not None:
            yield from _of_variable(match[0], at)
            at = match.end()
            continue

        is_end = style in _QUOTES and whole[at] == style
        is_doubled = style == "'" and whole.startswith("''", at)
        if is_end and not is_doubled:
            return
        piece = _character(whole, at, style, is_doubled=is_doubled)
        yield piece
        at = piece.end


def _character(whole: str, at: int, style: str, *, is_doubled: bool) -> _Piece:
    """One character, or the escape that stands for it."""
    if is_doubled:
        return _Piece("'", at, at + 2)
    escape = None
    if style == '"':
        escape = _ESCAPE.match(whole, at)
    if escape is None:
        return _Piece(whole[at], at, at + 1)
    text = _unescaped(escape.groups())
    return _Piece(text, at, escape.end())


def _of_variable(text: str, at: int) -> Iterator[_Piece]:
    """A `$` that stands for itself, or a variable."""
    end = at + len(text)
    if text == "$$":
        yield _Piece("$", at, end)
    elif text in ("$${", "%%{"):
        yield _Piece(text[0], at, at + 2)
        yield _Piece("{", end - 1, end)
    else:
        yield _Piece(None, at, end)


def _unescaped(groups: tuple[str | None, ...]) -> str:
    *codes, letter = groups
    for code in codes:
        if code is not None:
            number = int(code, 16)
            return chr(min(number, _LAST_CODE_POINT))
    character = letter or ""
    return _ESCAPED.get(character, character)


def _aligned(text: str, pieces: Sequence[_Piece]) -> list[_Place] | None:
    """The places of all characters of a text; None where they are not those of the pieces."""
    places: list[_Place] = []
    at = 0  # among the pieces
    while len(places) < len(text):
        begin = len(places)
        after = _after_blanks(pieces, at)
        if text[begin].isspace():
            end = _end_of_blanks(text, begin)
            beyond = pieces[after - 1].end if after else 0
            gap = pieces[at:after]
            places += _places_of_blanks(text[begin:end], gap, beyond)
            at = after
            continue

        if after >= len(pieces):
            return None
        piece = pieces[after]
        at = after + 1
        width = 1
        if piece.text is None:
            width = _width_of_variable(text, begin, pieces, at)
        elif piece.text != text[begin]:
            return None
        places += [piece.place] * width
    return places


def _end_of_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _after_blanks(pieces: Sequence[_Piece], at: int) -> int:
    while at < len(pieces):
        text = pieces[at].text
        is_blank = text is not None and not text.strip()
        if not is_blank:
            return at
        at += 1
    return at


def _places_of_blanks(
    blanks: str, gap: Sequence[_Piece], beyond: int
) -> Iterator[_Place]:
    """The places of blanks: newlines from the left, what indents the next word from the right.

    `beyond` is where those stand that the file does not have.
    """
    lines = blanks.rfind("\n") + 1
    at = 0
    for blank in blanks[:lines]:
        while at < len(gap) and gap[at].text != blank:
            at += 1
        yield gap[at].place if at < len(gap) else (beyond, beyond)
        at += 1

    rest = len(blanks) - lines
    tail = gap[max(at, len(gap) - rest) :]
    for _ in range(rest - len(tail)):
        yield beyond, beyond
    for piece in tail:
        yield piece.place


def _width_of_variable(
    text: str,
    begin: int,
    pieces: Sequence[_Piece],
    at: int,
) -> int:
    """How many characters stand for a variable: up to what follows it, at most the line."""
    following = ""
    for piece in pieces[at : at + _LOOKED_FOR]:
        if not piece.text or piece.text.isspace():
            break
        following += piece.text

    end = text.find("\n", begin)
    if end < 0:
        end = len(text)
    if following:
        end = text.find(following, begin, end)
    return max(end - begin, 0)
