"""Where a Dockerfile that is written inside another file stands, character by character.

Compose has `dockerfile_inline`, bake has `dockerfile-inline`: a block (`|`), a folded text (`>`), a
text in quotes or a here-document. Blanks, escapes and variables are what differs from the text
that is built; all other characters stand in the file in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
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


class _Piece(NamedTuple):
    """A character of the Dockerfile and its place in the file; any text where `text` is None."""

    text: str | None
    start: int
    end: int


@record(eq=False)
class InlinePlaces:
    """Where each character of a Dockerfile stands in the file that holds it.

    `is_exact` is False where that cannot be told: then all of it stands on the line of its key.
    """

    places: Sequence[tuple[int, int]]
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
    style = _style(whole, lines, number)
    if style in ("|", "<<", ">"):
        start = lines.starts[number - 1]
    else:
        start, style = _value_start(whole, lines, number)
    longest = _BLANKS_FOR_EACH * len(inline.text) + _ANY_BLANKS
    pieces = _pieces(whole, start, style, path, longest) if style else ()
    places = _aligned(inline.text, list(pieces))
    if places:
        return InlinePlaces(tuple(places), True)

    line = lines.span(number)
    written = line.of(whole)
    blanks = len(written) - len(written.lstrip())
    place = (line.start + blanks, line.end)
    return InlinePlaces((place,) * max(len(inline.text), 1), False)


def _style(whole: str, lines: Lines, number: int) -> str:
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
    if quote in ('"', "'"):
        return start + 1, quote
    return start, "plain"


def _pieces(
    whole: str, start: int, style: str, path: str, longest: int
) -> Iterator[_Piece]:
    """At most `longest` characters from a place on, with escapes and variables worked out."""
    is_hcl = path.endswith((".hcl", ".json"))
    variable = _HCL_VARIABLE if is_hcl else _COMPOSE_VARIABLE
    at = start
    end = min(len(whole), start + longest)
    while at < end:
        match = variable.match(whole, at)
        if match is not None:
            yield from _of_variable(match[0], at)
            at = match.end()
            continue
        escape = _ESCAPE.match(whole, at) if style == '"' else None
        if escape is not None:
            yield _Piece(_unescaped(escape.groups()), at, escape.end())
            at = escape.end()
        elif style == "'" and whole.startswith("''", at):
            yield _Piece("'", at, at + 2)
            at += 2
        elif style in ('"', "'") and whole[at] == style:
            return
        else:
            yield _Piece(whole[at], at, at + 1)
            at += 1


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
            return chr(min(int(code, 16), 0x10FFFF))
    return _ESCAPED.get(letter or "", letter or "")


_Places = list[tuple[int, int]]


def _aligned(text: str, pieces: Sequence[_Piece]) -> _Places | None:
    """The places of all characters of a text; None where they are not those of the pieces."""
    places: _Places = []
    at = 0  # among the pieces
    while len(places) < len(text):
        place = len(places)
        if text[place].isspace():
            end = _blanks(text, place)
            after = _after_blanks(pieces, at)
            beyond = pieces[after - 1].end if after else 0
            places += _places_of_blanks(text[place:end], pieces[at:after], beyond)
            at = after
            continue

        at = _after_blanks(pieces, at)
        if at >= len(pieces):
            return None
        piece = pieces[at]
        at += 1
        width = 1
        if piece.text is None:
            width = _width_of_variable(text, place, pieces, at)
        elif piece.text != text[place]:
            return None
        places += [(piece.start, piece.end)] * width
    return places


def _blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _after_blanks(pieces: Sequence[_Piece], at: int) -> int:
    while at < len(pieces):
        text = pieces[at].text
        if text is None or (text and not text.isspace()):
            return at
        at += 1
    return at


def _places_of_blanks(blanks: str, gap: Sequence[_Piece], beyond: int) -> _Places:
    """The places of blanks: newlines from the left, what indents the next word from the right.

    `beyond` is where those stand that the file does not have.
    """
    places: _Places = []
    lines = blanks.rfind("\n") + 1
    at = 0
    for blank in blanks[:lines]:
        while at < len(gap) and gap[at].text != blank:
            at += 1
        places.append(gap[at][1:] if at < len(gap) else (beyond, beyond))
        at += 1

    rest = len(blanks) - lines
    tail = [piece[1:] for piece in gap[at:]][-rest:] if rest else []
    missing = [(beyond, beyond)] * (rest - len(tail))
    return [*places, *missing, *tail]


def _width_of_variable(text: str, place: int, pieces: Sequence[_Piece], at: int) -> int:
    """How many characters stand for a variable: up to what follows it, at most the line."""
    following = ""
    for piece in pieces[at : at + _LOOKED_FOR]:
        if not piece.text or piece.text.isspace():
            break
        following += piece.text
    line_end = text.find("\n", place)
    end = line_end if line_end >= 0 else len(text)
    if not following:
        return end - place
    return max(text.find(following, place, end), place) - place


def rewritten(whole: str, path: str, inline: Inline, after: str) -> str | None:
    """The text of the file with another Dockerfile in the place of this one.

    None where that is not possible: it is written in quotes or folded, or a line that changes has
    a variable of the file.
    """
    lines = Lines(whole)
    if _style(whole, lines, inline.line) not in ("|", "<<"):
        return None
    old = _text_lines(inline.text)
    new = _text_lines(after)
    rows = whole.split("\n")
    first = inline.line - 1
    raw = rows[first : first + len(old)]
    if len(raw) < len(old) or not new or new[0][:1] in (" ", "\t"):
        return None
    indent = _indentation(raw, old, path)
    if indent is None:
        return None

    end = "\r" if raw[0].endswith("\r") and not old[0].endswith("\r") else ""
    result: list[str] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        if tag == "equal":
            result += raw[from_old:to_old]
            continue
        for row, line in zip(raw[from_old:to_old], old[from_old:to_old], strict=True):
            if line.strip() and row.removesuffix("\r") != _row(line, indent, path):
                return None
        result += [_row(line, indent, path) + end for line in new[from_new:to_new]]
    return "\n".join([*rows[:first], *result, *rows[first + len(old) :]])


def _text_lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _indentation(raw: Sequence[str], lines: Sequence[str], path: str) -> str | None:
    """The blanks before each line; None where no line shows them."""
    for row, line in zip(raw, lines, strict=True):
        written = _escaped(line, path)
        if line.strip() and row.removesuffix("\r").endswith(written):
            indent = row.removesuffix("\r").removesuffix(written)
            return indent if not indent.strip() else None
    return None


def _row(line: str, indent: str, path: str) -> str:
    return f"{indent}{_escaped(line, path)}" if line else ""


def _escaped(line: str, path: str) -> str:
    """A line of a Dockerfile as the file has to have it."""
    if path.endswith(".hcl"):
        return line.replace("${", "$${").replace("%{", "%%{")
    return line.replace("$", "$$")
