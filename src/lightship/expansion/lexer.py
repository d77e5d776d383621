"""What BuildKit's shell lexer keeps in mind while it reads a word
(frontend/dockerfile/shell/lex.go).

A stack of our own replaces recursion: a word nests as deep as it likes. `quotes` and
`substitution` are the states; characters are those of Go's text/scanner, so a byte that is not
UTF-8 is U+FFFD.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from lightship.errors import ExpansionError
from lightship.record import record
from lightship.regex import regex

Getter = Callable[[str], str | None]

LIMIT = 1 << 20
"""How many characters one expansion may take from values, and how many steps its patterns may
take.
"""

# unicode.IsSpace
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
INVALID = regex("[\udc80-\udcff]")
WORD_OR_SPACE = regex(f"([^{_SPACE}]+)|[{_SPACE}]+")


@record(eq=False, frozen=False)
class Budget:
    """How much expansions may still take from values: a variable that doubles must not fill
    memory.
    """

    left: int = LIMIT


@record(eq=False, frozen=False)
class Frame:
    """A text inside another: up to `stop` (None: the end), or a double-quoted text.

    Inside `${`: `name` and `modifier` of the substitution; `second` is where in the pieces the
    second part begins, 0 until then. `mark` is where its own pieces begin (the one before
    is kept free for `${name…` itself), `raw` is whether backslashes stay in the text around it.
    """

    stop: str | None
    mark: int
    raw: bool
    name: str = ""
    modifier: str = ""
    second: int = 0


@record(eq=False, frozen=False)
class Lexer:
    """A text while it is read: how, how far, and what has come of it.

    `frames` are the texts inside one another; `buffer` is the word that is being read in `words`.
    """

    text: str
    get: Getter
    escape: str
    raw_quotes: bool
    raw: bool
    skip_quotes: bool
    keep_unset: bool
    budget: Budget
    words: list[str] | None = None
    at: int = 0
    pieces: list[str] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    in_word: bool = False
    used: set[str] = field(default_factory=set)
    unset: set[str] = field(default_factory=set)

    def refuse(self, reason: str) -> ExpansionError:
        return ExpansionError(reason, frozenset(self.used), frozenset(self.unset))

    def fail(self, reason: str) -> ExpansionError:
        """BuildKit's reason: where the text has ended, each `${` around only says that it is
        not closed.
        """
        if self.at >= len(self.text):
            around = next((frame for frame in self.frames if frame.modifier), None)
            if around is not None:
                reason = "syntax error: missing " + (
                    "'/' in ${}" if around.stop == "/" else "'}'"
                )
        return self.refuse(reason)

    def spend(self, amount: int) -> None:
        self.budget.left -= amount
        if self.budget.left < 0:
            raise self.refuse("it expands to more text than lightship follows")

    def peek(self) -> str:
        """The next character, empty at the end."""
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        """Read a character; the end of the text reads as U+FFFD, as Go prints it."""
        char = self.peek()
        self.at += len(char)
        return char or "\ufffd"


def put(lexer: Lexer, text: str, split: bool = False) -> None:
    """Add `text` to the result; in `words`, `split` cuts it at blanks."""
    lexer.pieces.append(text)
    if lexer.words is not None:
        flush(lexer, len(lexer.pieces) - 1, split)


def flush(lexer: Lexer, mark: int, split: bool) -> None:
    """Add the pieces from `mark` on to the word that `words` is reading (wordsStruct)."""
    if lexer.words is None or len(lexer.frames) > 1:
        return
    text = "".join(lexer.pieces[mark:])
    if not split:
        lexer.in_word = True
        if text:
            lexer.buffer.append(text)
        return
    for match in WORD_OR_SPACE.finditer(text):
        if match[1]:
            lexer.buffer.append(match[0])
            lexer.in_word = True
        elif lexer.in_word and lexer.buffer:
            lexer.words.append("".join(lexer.buffer))
            lexer.buffer.clear()
            lexer.in_word = False
