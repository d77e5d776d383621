"""The states of BuildKit's shell lexer (frontend/dockerfile/shell/lex.go), its oddities included.

A stack of our own stands in place of recursion: a word nests as deep as it likes. Characters are those of Go's
text/scanner: a byte order mark at the start is dropped, a byte that is not UTF-8 is U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from lightship.dockerfile import shell_pattern
from lightship.errors import ExpansionError

Getter = Callable[[str], str | None]

LIMIT = 1 << 20
"""How many characters one expansion may take from values, and how many steps its patterns may take."""

GO_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_INVALID = re.compile("[\udc80-\udcff]")
WORD_OR_SPACE = re.compile(f"([^{GO_SPACE}]+)|[{GO_SPACE}]+")
_NAME = re.compile(r"[0-9]+|[A-Za-z_][A-Za-z0-9_]*|[@*#?\-$!]|")
_HEREDOC = re.compile(r"<(<[\t\r ]*)?")


@dataclass(slots=True)
class Budget:
    """How much the expansions of one Dockerfile may still take from values: a doubling variable must not fill memory."""

    left: int = LIMIT


@dataclass(slots=True)
class _Frame:
    """A text inside another: up to `stop` (None: the end), or a double-quoted text.

    Inside `${`: `name` and `modifier` of the substitution; `second` is where in the pieces the second part begins, 0
    while there is none. `mark` is where its own pieces begin (the one before is kept free for `${name…` itself), `raw`
    is whether backslashes stay in the text around it.
    """

    stop: str | None
    mark: int
    raw: bool
    name: str = ""
    modifier: str = ""
    second: int = 0


@dataclass(slots=True)
class Lexer:
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
    frames: list[_Frame] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)  # the word that is being read, in `words`
    in_word: bool = False
    used: set[str] = field(default_factory=set)
    unset: set[str] = field(default_factory=set)

    def refuse(self, reason: str) -> ExpansionError:
        return ExpansionError(reason, frozenset(self.used), frozenset(self.unset))

    def fail(self, reason: str) -> ExpansionError:
        """BuildKit's reason: where the text has ended, each `${` around only says that it is not closed."""
        if self.at >= len(self.text):
            around = next((frame for frame in self.frames if frame.modifier), None)
            if around is not None:
                reason = "syntax error: missing " + ("'/' in ${}" if around.stop == "/" else "'}'")
        return self.refuse(reason)

    def spend(self, amount: int) -> None:
        self.budget.left -= amount
        if self.budget.left < 0:
            raise self.refuse("expands to too much text")

    def peek(self) -> str:
        """The next character, empty at the end."""
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        """Read a character; the end of the text reads as U+FFFD, as Go prints it."""
        char = self.peek()
        self.at += len(char)
        return char or "\ufffd"


def run(lexer: Lexer) -> None:
    if _INVALID.search(lexer.text):
        lexer.text = _INVALID.sub("\ufffd", lexer.text)
    lexer.at = int(lexer.text.startswith("\ufeff"))
    lexer.frames.append(_Frame(None, 0, lexer.raw))
    while lexer.frames:
        if lexer.frames[-1].stop == '"':
            _double_quoted(lexer, lexer.frames[-1])
        else:
            _word(lexer, lexer.frames[-1])


@lru_cache(maxsize=32)
def _plain(escape: str, skip_quotes: bool, stop: str | None) -> re.Pattern[str]:
    """Characters that mean nothing, in a text up to `stop`."""
    special = '$"' + escape if stop == '"' else "$<" + escape + ("" if skip_quotes else "'\"") + (stop or "")
    return re.compile(f"[^{re.escape(special)}]+")


def _word(lexer: Lexer, frame: _Frame) -> None:
    """A text outside quotes, up to its end or to the next text inside it (processStopOn)."""
    plain = _plain(lexer.escape, lexer.skip_quotes, frame.stop)
    while True:
        if run := plain.match(lexer.text, lexer.at):
            lexer.at = run.end()
            _put(lexer, run[0], split=True)
        if lexer.at >= len(lexer.text):
            if frame.stop is not None:
                raise lexer.fail("unexpected end of statement")
            lexer.frames.pop()
            return
        char = lexer.text[lexer.at]
        if char == frame.stop:
            lexer.at += 1
            _close(lexer, lexer.frames.pop())
            return
        if char == "$":
            if _dollar(lexer):
                return
        elif char == "<":
            heredoc = _HEREDOC.match(lexer.text, lexer.at)
            assert heredoc is not None
            lexer.at = heredoc.end()
            _put(lexer, heredoc[0])
        elif char == '"':
            lexer.frames.append(_Frame('"', len(lexer.pieces), lexer.raw))
            _read_quote(lexer)
            return
        elif char == "'":
            _single_quoted(lexer)
        else:
            _escaped(lexer)


def _escaped(lexer: Lexer) -> None:
    """The escape character outside quotes, and what follows."""
    lexer.at += 1
    _put(lexer, (lexer.escape if lexer.raw else "") + lexer.peek())
    lexer.at += 1


def _read_quote(lexer: Lexer) -> None:
    if lexer.raw_quotes:
        lexer.pieces.append(lexer.peek())
    lexer.at += 1


def _single_quoted(lexer: Lexer) -> None:
    """All up to the next single quote, as it stands (processSingleQuote)."""
    end = lexer.text.find("'", lexer.at + 1)
    if end < 0:
        lexer.at = len(lexer.text)
        raise lexer.fail("unexpected end of statement while looking for matching single-quote")
    _put(lexer, lexer.text[lexer.at : end + 1] if lexer.raw_quotes else lexer.text[lexer.at + 1 : end])
    lexer.at = end + 1


def _double_quoted(lexer: Lexer, frame: _Frame) -> None:
    """A text in double quotes, up to its end or to a `${` in it (processDoubleQuote)."""
    plain = _plain(lexer.escape, lexer.skip_quotes, '"')
    while True:
        if run := plain.match(lexer.text, lexer.at):
            lexer.at = run.end()
            lexer.pieces.append(run[0])
        match lexer.peek():
            case "":
                raise lexer.fail("unexpected end of statement while looking for matching double-quote")
            case '"':
                _read_quote(lexer)
                lexer.frames.pop()
                _flush(lexer, frame.mark, split=False)
                return
            case "$":
                if _dollar(lexer):
                    return
            case escape:
                lexer.at += 1
                following = lexer.peek()
                if lexer.raw and following:
                    lexer.pieces.append(escape)
                if following in ('"', "$", escape):
                    lexer.at += 1
                    lexer.pieces.append(following)
                elif following:
                    lexer.pieces.append(escape)


def _put(lexer: Lexer, text: str, split: bool = False) -> None:
    """Add `text` to the result; in `words`, `split` cuts it at blanks."""
    lexer.pieces.append(text)
    if lexer.words is not None:
        _flush(lexer, len(lexer.pieces) - 1, split)


def _flush(lexer: Lexer, mark: int, split: bool) -> None:
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


def _name(lexer: Lexer) -> str:
    """A name, a number, a special parameter, or nothing (processName)."""
    match = _NAME.match(lexer.text, lexer.at)
    assert match is not None
    start, lexer.at = lexer.at, match.end()
    special = match[0] and not match[0][0].isalnum() and match[0][0] != "_"
    if special or not lexer.peek() or lexer.peek().isascii():
        return match[0]
    numeric = (match[0] or lexer.peek())[0].isdecimal()
    while (char := lexer.peek()) and (char.isdecimal() or not numeric and (char == "_" or char.isalpha())):
        lexer.at += 1
    return lexer.text[start : lexer.at]


def _lookup(lexer: Lexer, name: str) -> str | None:
    value = lexer.get(name)
    if value is None:
        lexer.unset.add(name)
        return None
    lexer.used.add(name)
    lexer.spend(len(value))
    return _INVALID.sub("\ufffd", value)


def _dollar(lexer: Lexer) -> bool:
    """A `$` and its name; whether a text inside `${` begins (processDollar)."""
    lexer.at += 1
    if lexer.peek() != "{":
        name = _name(lexer)
        value = _lookup(lexer, name) if name else None
        _put(lexer, f"${name}" if value is None and (lexer.keep_unset or not name) else value or "", split=True)
        return False
    lexer.at += 1
    if not lexer.peek():
        raise lexer.fail("syntax error: missing '}'")
    if lexer.peek() in "{}:":
        raise lexer.fail("syntax error: bad substitution")
    name = _name(lexer)
    modifier = lexer.next()
    if modifier == "}":
        value = _lookup(lexer, name)
        _put(lexer, f"${{{name}}}" if value is None and lexer.keep_unset else value or "", split=True)
        return False
    if modifier == ":" or (modifier == "/" and lexer.peek() == "/"):
        modifier += lexer.next()
    elif modifier not in "+-?#%/":
        raise lexer.fail(f"unsupported modifier ({modifier}) in substitution")
    if modifier in (":#", ":%"):
        raise lexer.fail(f"unsupported modifier ({modifier}) in substitution")
    lexer.pieces.append("")
    stop = "/" if modifier[0] == "/" else "}"
    lexer.frames.append(_Frame(stop, len(lexer.pieces), lexer.raw, name, modifier))
    lexer.raw = modifier[0] in "#%/"
    lexer.buffer.clear()  # BuildKit has one buffer for all depths: what stood before in this word is lost
    return True


def _close(lexer: Lexer, frame: _Frame) -> None:
    """The text of a substitution has been read: put in what it stands for."""
    if frame.stop == "/":
        lexer.pieces.append("/")
        lexer.frames.append(_Frame("}", frame.mark, frame.raw, frame.name, frame.modifier, len(lexer.pieces)))
        return
    lexer.raw = frame.raw
    value = _lookup(lexer, frame.name)
    if value is None and lexer.keep_unset:
        lexer.pieces[frame.mark - 1] = f"${{{frame.name}{frame.modifier[0] if frame.second else frame.modifier}"
        lexer.pieces.append("}")
    else:
        _substitute(lexer, frame, value)
    _flush(lexer, frame.mark - 1, split=True)


def _take(lexer: Lexer, mark: int) -> str:
    """Remove the pieces from `mark` on, and return their text."""
    text = "".join(lexer.pieces[mark:])
    del lexer.pieces[mark:]
    return text


def _substitute(lexer: Lexer, frame: _Frame, value: str | None) -> None:
    """The modifiers of `${name…}`; the word is what stands in the pieces from the frame's mark on."""
    empty = value is None or (value == "" and frame.modifier[0] == ":")
    match frame.modifier:
        case "-" | ":-":
            if not empty:
                _take(lexer, frame.mark)
                lexer.pieces.append(value or "")
        case "+" | ":+":
            if empty:
                _take(lexer, frame.mark)
        case "?" | ":?":
            word = _take(lexer, frame.mark)
            if empty:
                missing = "unset" if value is None else "empty"
                raise lexer.fail(f"{frame.name}: {word or f'is not allowed to be {missing}'}")
            lexer.pieces.append(value or "")
        case "#" | "%" | "/" | "//":
            lexer.pieces.append(_by_pattern(lexer, frame, value or ""))
        case _:
            raise lexer.fail(f"unsupported modifier ({frame.modifier}) in substitution")


def _by_pattern(lexer: Lexer, frame: _Frame, value: str) -> str:
    """`#`, `##`, `%`, `%%`, `/` and `//`."""
    replacement = _take(lexer, frame.second) if frame.second else ""
    pattern = _take(lexer, frame.mark)
    greedy = pattern.startswith(frame.modifier)
    pattern = pattern[:-1] if frame.second else pattern[greedy:]
    lexer.spend(len(pattern) * (len(value) + 16) // 64)
    try:
        match frame.modifier:
            case "#":
                return shell_pattern.trim_prefix(pattern, value, greedy)
            case "%":
                return shell_pattern.trim_suffix(pattern, value, greedy)
            case "/":
                return shell_pattern.replace_first(pattern, value, replacement)
            case _:
                return shell_pattern.replace_all(pattern, value, replacement, lexer.spend)
    except shell_pattern.PatternError as error:
        shown = shell_pattern.reverse(pattern) if frame.modifier == "%" else pattern
        raise lexer.fail(f"invalid pattern ({shown}) in substitution: {error}") from None
