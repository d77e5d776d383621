"""Words of a shell script: quotes, escapes and expansions.

POSIX.1-2024, Shell Command Language, 2.2 and 2.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from lightship.record import record
from lightship.regex import regex
from lightship.text import Mapped, Span

_PLAIN = regex(r"""[^\\'"$`]++""")
_QUOTED = regex(r"""[^\\"$`]++""")
_VARIABLE = regex(
    r"""\$(?:[A-Za-z_]\w*|[0-9@*#?$!-]|\{[#!]?(\w+|[@*#?$!-])[^{}"'`$\\]*\})""",
    re.ASCII,
)
_NAME = regex(r"[A-Za-z_]\w*", re.ASCII)
_BRACES = regex(r"\{[^{}]*(?:,|\.\.)[^{}]*\}")
_CLEAN = regex(r"""[^\\'"$`{~(]*+""")
_MARKS = regex(r"""[\\'"$`{}()]""")
_GLOB = frozenset("*?[")
_ANSI = regex(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|([0-7]{1,3})|(.))", re.DOTALL
)
_ANSI_NAMED = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "v": "\v",
}


class PieceKind(Enum):
    """What a piece of a word is."""

    PLAIN = "plain"  # literal, outside quotes: globs, braces and a tilde still work
    QUOTED = "quoted"  # literal, quoted or escaped
    VARIABLE = "variable"  # $NAME, ${NAME}, ${NAME:-x}, $1, $@
    OTHER = "other"  # the start of what is not told apart: $(...), `...`, $((...)), nested ${...}


@record
class Piece:
    """A stretch of a word, and where in the word it is (`at`).

    `text` is the literal that it stands for; as it is written, where it is not literal.
    """

    kind: PieceKind
    text: str
    at: int


@record
class Word:
    """One word of a script.

    `text` is as written in the script, with its quotes. `at` is its offset in the script's text,
    `span` its place in the Dockerfile. `value` is what the command receives, None where that takes
    an expansion (a variable, a substitution, braces, a tilde) to know. A glob that matches nothing
    stays as it is written, so it counts as known: see `glob`.
    """

    text: str
    span: Span
    at: int
    value: str | None

    @property
    def prefix(self) -> str:
        """What is known of the value's beginning: the literal before the first expansion."""
        return self.value if self.value is not None else _prefix(self.text)

    @property
    def suffix(self) -> str:
        """What is known of the value's end: the literal after the last expansion."""
        return self.value if self.value is not None else _suffix(self.text)

    @property
    def variable(self) -> str | None:
        """The name, where the word is one variable and nothing else: `$NAME`, `"${NAME}"`."""
        found = [piece for piece in pieces(self.text) if piece.text]
        if len(found) != 1 or found[0].kind is not PieceKind.VARIABLE:
            return None
        name = _NAME.search(found[0].text)
        return name[0] if name else found[0].text[1:]

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of all variables in it, as far as they stand outside substitutions."""
        texts = (
            piece.text
            for piece in pieces(self.text)
            if piece.kind is PieceKind.VARIABLE
        )
        return tuple(name[0] for name in map(_NAME.search, texts) if name)

    @property
    def glob(self) -> bool:
        """Whether it holds an unquoted `*`, `?` or `[`, so that file names may take its place."""
        return any(
            piece.kind is PieceKind.PLAIN and not _GLOB.isdisjoint(piece.text)
            for piece in pieces(self.text)
        )

    @property
    def quoted(self) -> bool:
        """Whether a quote or a backslash stands in it."""
        return any(mark in self.text for mark in "'\"\\")


def literal(text: str) -> str | None:
    """The value of the word `text`; None where an expansion is in it."""
    if _CLEAN.fullmatch(text):
        return text
    if text.startswith(("~", "<(", ">(")):
        return None
    parts = []
    for piece in pieces(text):
        if piece.kind is PieceKind.VARIABLE or piece.kind is PieceKind.OTHER:
            return None
        if (
            piece.kind is PieceKind.PLAIN
            and "{" in piece.text
            and _BRACES.search(piece.text)
        ):
            return None
        parts.append(piece.text)
    return "".join(parts)


def _prefix(text: str) -> str:
    """The literal before the first expansion."""
    parts: list[str] = []
    for piece in pieces(text):
        if (
            piece.kind is PieceKind.VARIABLE
            or piece.kind is PieceKind.OTHER
            or (not parts and piece.text.startswith("~"))
        ):
            break
        braces = _BRACES.search(piece.text) if piece.kind is PieceKind.PLAIN else None
        if braces:
            parts.append(piece.text[: braces.start()])
            break
        parts.append(piece.text)
    return "".join(parts)


def _suffix(text: str) -> str:
    """The literal after the last expansion."""
    parts: list[str] = []
    for piece in pieces(text):
        if piece.kind is PieceKind.VARIABLE:
            parts.clear()
        elif (
            piece.kind is PieceKind.OTHER
        ):  # it may end anywhere: what stands behind the last mark is outside it
            parts = [_MARKS.split(piece.text)[-1]]
        elif piece.kind is PieceKind.PLAIN and (
            _BRACES.search(piece.text) or piece.text.startswith("~")
        ):
            parts = [
                piece.text[1:]
                if piece.at == 0 and piece.text[0] == "~"
                else piece.text.rpartition("}")[2]
            ]
        else:
            parts.append(piece.text)
    return "".join(parts)


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of the word `text`, in order; nothing follows a piece of kind OTHER."""
    at, inside, end = 0, False, len(text)
    while at < end:
        run = (_QUOTED if inside else _PLAIN).match(text, at)
        if run:
            yield Piece(PieceKind.QUOTED if inside else PieceKind.PLAIN, run[0], at)
            at = run.end()
            continue
        mark = text[at]
        if mark == '"':
            inside = not inside
            yield Piece(PieceKind.QUOTED, "", at)
            at += 1
        elif mark == "\\":
            piece, at = _escape(text, at, inside)
            yield piece
        elif mark == "'":  # inside double quotes it is part of the run
            close = text.find("'", at + 1)
            close = end if close < 0 else close
            yield Piece(PieceKind.QUOTED, text[at + 1 : close], at + 1)
            at = close + 1
        else:
            piece, at = _expansion(text, at, inside)
            yield piece


def _escape(text: str, at: int, inside: bool) -> tuple[Piece, int]:
    """A backslash keeps the next character, or joins lines.

    In double quotes it keeps only `$`, a backtick, `"` and itself.
    """
    after = text[at + 1 : at + 2]
    if after == "\n":
        return Piece(PieceKind.QUOTED, "", at), at + 2
    if text.startswith("\r\n", at + 1):
        return Piece(PieceKind.QUOTED, "", at), at + 3
    if not after or (inside and after not in '$`"\\'):
        return Piece(PieceKind.QUOTED, "\\", at), at + 1
    return Piece(PieceKind.QUOTED, after, at + 1), at + 2


def _expansion(text: str, at: int, inside: bool) -> tuple[Piece, int]:
    """A `$` or a backtick: a variable, $'...', a literal dollar, or something else."""
    variable = _VARIABLE.match(text, at)
    if variable:
        return Piece(PieceKind.VARIABLE, variable[0], at), variable.end()
    after = text[at + 1 : at + 2]
    if text[at] == "`" or after in ("(", "{", "["):
        return Piece(PieceKind.OTHER, text[at:], at), len(text)
    if after == "'" and not inside:
        return _ansi(text, at)
    if after == '"' and not inside:
        return Piece(PieceKind.QUOTED, "", at), at + 1
    return Piece(PieceKind.QUOTED if inside else PieceKind.PLAIN, "$", at), at + 1


def _ansi(text: str, at: int) -> tuple[Piece, int]:
    """$'...', where backslashes work as in C."""
    close = at + 2
    while close < len(text) and text[close] != "'":
        close += 2 if text[close] == "\\" else 1
    return Piece(
        PieceKind.QUOTED, _ANSI.sub(_ansi_character, text[at + 2 : close]), at + 2
    ), close + 1


def _ansi_character(found: re.Match[str]) -> str:
    hexadecimal, unicode, octal, other = found.groups()
    if hexadecimal or unicode:
        return chr(int(hexadecimal or unicode, 16))
    return chr(int(octal, 8) & 0xFF) if octal else _ANSI_NAMED.get(other, other)


def unquote(script: Mapped, word: Word) -> Mapped | None:
    """The text that `sh -c` gets from `word` of `script`, mapped to the same source.

    Variables stay as written: the outer shell fills them in, and what with is not known. None where
    the outer shell runs a substitution in the word, whose commands are already part of the outer
    script.
    """
    parts: list[str] = []
    starts: list[int] = []
    places: list[int] = []
    size = 0
    for piece in pieces(word.text):
        if piece.kind is PieceKind.OTHER:
            return None
        if piece.text:
            starts.append(size)
            places.append(word.at + piece.at)
            parts.append(piece.text)
            size += len(piece.text)
    return stitch(script, "".join(parts), starts, places)


def stitch(base: Mapped, text: str, starts: list[int], places: list[int]) -> Mapped:
    """`text`, mapped to the source of `base`.

    Its piece from `starts[i]` on stands at `places[i]` of `base`.
    """
    if not starts:
        return Mapped.plain("", base.offset(0))
    begins: list[int] = []
    sources: list[int] = []
    ends = [*starts[1:], len(text)]
    for start, end, place in zip(starts, ends, places, strict=True):
        part = base.slice(place, place + end - start)
        begins.extend(start + at for at in part.starts)
        sources.extend(part.sources)
    return Mapped(text, tuple(begins), tuple(sources))
