"""Where a Dockerfile that is written inside another file stands, character by character.

Compose has `dockerfile_inline`, bake has `dockerfile-inline`: a block (`|`), a folded text (`>`), a
text in quotes or a here-document. Blanks, escapes and variables are what differs from the text
that is built; all other characters stand in the file in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from typing import NamedTuple

from lightship.builds.definition import Inline
from lightship.record import record
from lightship.regex import regex
from lightship.text import Edit, Lines, Span, apply_edits

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
_HAS_OWN_LINES = ("|", "<<")
_BEGINS_BELOW = ("|", ">", "<<")
_LAST_CODE_POINT = 0x10FFFF
_MOST_COMPARED = 400  # lines

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
    style = _style(whole, lines, number)
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


def inline_block(whole: str, inline: Inline) -> InlineBlock | None:
    """A Dockerfile that has lines of the file to itself; None where it is quoted or folded."""
    lines = Lines(whole)
    if _style(whole, lines, inline.line) not in _HAS_OWN_LINES:
        return None
    block = InlineBlock(whole, lines.starts[inline.line - 1], inline)
    return block if block.is_whole else None


class _Change(NamedTuple):
    """Lines of a text that are other lines of another text."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[_Change]:
    """What differs between two texts: line by line where they have as many lines.

    Of many lines in a row that differ all count as changed: to compare them takes too long.
    """
    if len(old) == len(new):
        for at, line in enumerate(old):
            if line != new[at]:
                yield _Change(at, at + 1, at, at + 1)
        return

    shortest = min(len(old), len(new))
    start = 0
    while start < shortest and old[start] == new[start]:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    whole = _Change(start, len(old) - end, start, len(new) - end)
    if max(len(old), len(new)) - start - end > _MOST_COMPARED:
        yield whole
        return

    before = old[start : whole.old_end]
    after = new[start : whole.new_end]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, *places in matcher.get_opcodes():
        if tag != "equal":
            yield _Change(*(place + start for place in places))


class InlineBlock:
    """A Dockerfile that has lines of a file to itself, and can be edited there.

    `rows` are the lines as the file has them, `lines` those of the Dockerfile; they belong to each
    other one by one. `start` is where they begin in `whole`.
    """

    def __init__(self, whole: str, start: int, inline: Inline) -> None:
        self.whole = whole
        self.start = start
        self.text = inline.text
        self.is_hcl = inline.path.endswith(".hcl")
        self.lines = _text_lines(inline.text)
        self.rows = self._rows()
        has_return = self.rows[0].endswith("\r") and not self.lines[0].endswith("\r")
        self.end = "\r" if has_return else ""
        self.indent = ""
        self.is_whole = len(self.rows) == len(self.lines) and self._find_indent()

    def _rows(self) -> list[str]:
        """As many lines of the file as the Dockerfile has."""
        rows: list[str] = []
        at = self.start
        for _ in self.lines:
            end = self.whole.find("\n", at)
            if end < 0:
                rows.append(self.whole[at:])
                break
            rows.append(self.whole[at:end])
            at = end + 1
        return rows

    def _find_indent(self) -> bool:
        """Take the blanks before the first line that is as it is written."""
        for row, line in zip(self.rows, self.lines, strict=True):
            ending = self._escaped(line) + self.end
            if line.strip() and row.endswith(ending):
                self.indent = row.removesuffix(ending)
                return not self.indent.strip()
        return False

    def with_text(self, text: str) -> str | None:
        """The text of the file with another Dockerfile in the place of this one.

        None where a line that changes has a variable of the file.
        """
        new = _text_lines(text)
        if new[0].startswith((" ", "\t")):
            return None
        rows: list[str] = []
        kept = 0
        for change in _changes(self.lines, new):
            if not self._is_plain(change.old_start, change.old_end):
                return None
            rows += self.rows[kept : change.old_start]
            rows += [self._row(line) for line in new[change.new_start : change.new_end]]
            kept = change.old_end
        rows += self.rows[kept:]
        end = self.start + len("\n".join(self.rows))
        return self.whole[: self.start] + "\n".join(rows) + self.whole[end:]

    def placed_edits(self, edits: Iterable[Edit]) -> tuple[Edit, ...] | None:
        """Edits of the Dockerfile as edits of the file.

        None where a line that they touch has a variable of the file.
        """
        placed: list[Edit] = []
        for first, last, own in self._by_lines(edits):
            edit = self._placed_edit(first, last, own)
            if edit is None:
                return None
            placed.append(edit)
        return tuple(placed)

    def _by_lines(self, edits: Iterable[Edit]) -> list[tuple[int, int, list[Edit]]]:
        """Edits with the first and the last line that they touch; those that share one together."""
        groups: list[tuple[int, int, list[Edit]]] = []
        for edit in sorted(edits, key=lambda edit: edit.span):
            first = self._text_lines.line(edit.span.start) - 1
            first = min(first, len(self.lines) - 1)
            last = self._text_lines.line(edit.span.end) - 1
            if groups and first <= groups[-1][1]:
                begin, before, own = groups.pop()
                groups.append((begin, max(before, last), [*own, edit]))
            else:
                groups.append((first, last, [edit]))
        return groups

    def _placed_edit(self, first: int, last: int, edits: Sequence[Edit]) -> Edit | None:
        """One edit of the file for some lines."""
        end_row = min(last + 1, len(self.rows))
        if not self._is_plain(first, end_row):
            return None
        starts = self._text_lines.starts
        begin = starts[first]
        end = starts[last + 1] - 1 if last + 1 < len(starts) else len(self.text)
        shifted: list[Edit] = []
        for edit in edits:
            span = Span(edit.span.start - begin, edit.span.end - begin)
            shifted.append(Edit(span, edit.text))
        text = apply_edits(self.text[begin:end], shifted)
        if last >= len(self.rows):
            text = text.removesuffix("\n")  # that of the last line, which the file has
        lines = text.split("\n")
        if first == 0 and lines[0].startswith((" ", "\t")):
            return None

        before = "\n".join(self.rows[first:end_row])
        after = "\n".join([self._row(line) for line in lines])
        place = self._row_starts[first]
        return _only_edit(before, after, place)

    @cached_property
    def _text_lines(self) -> Lines:
        return Lines(self.text)

    @cached_property
    def _row_starts(self) -> list[int]:
        """Where each line begins in the file."""
        starts = [self.start]
        for row in self.rows:
            starts.append(starts[-1] + len(row) + 1)
        return starts

    def _is_plain(self, first: int, last: int) -> bool:
        """Whether some lines are as they are written, without a variable of the file."""
        for row, line in zip(
            self.rows[first:last], self.lines[first:last], strict=True
        ):
            if line.strip() and row != self._row(line):
                return False
        return True

    def _row(self, line: str) -> str:
        """A line of a Dockerfile as the file has to have it."""
        if not line:
            return self.end
        return f"{self.indent}{self._escaped(line)}{self.end}"

    def _escaped(self, line: str) -> str:
        if self.is_hcl:
            return line.replace("${", "$${").replace("%{", "%%{")
        return line.replace("$", "$$")


def _text_lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _only_edit(before: str, after: str, place: int) -> Edit:
    """What differs between two texts as one edit; `place` is where the first one begins."""
    shortest = min(len(before), len(after))
    start = 0
    while start < shortest and before[start] == after[start]:
        start += 1

    rest = shortest - start
    end = 0
    while end < rest and before[-1 - end] == after[-1 - end]:
        end += 1
    span = Span(place + start, place + len(before) - end)
    text = after[start : len(after) - end]
    return Edit(span, text)
