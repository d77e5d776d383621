"""`$NAME` and `${NAME…}` with all modifiers, as BuildKit reads them
(frontend/dockerfile/shell/lex.go).
"""

from __future__ import annotations

from lightship.expansion import shell_pattern
from lightship.expansion.lexer import INVALID, Frame, Lexer, flush, put
from lightship.regex import regex

_NAME = regex(r"[0-9]+|[A-Za-z_][A-Za-z0-9_]*|[@*#?\-$!]|")


def _name(lexer: Lexer) -> str:
    """A name, a number, a special parameter, or nothing (processName)."""
    match = _NAME.match(lexer.text, lexer.at)
    assert match is not None
    start, lexer.at = lexer.at, match.end()
    special = match[0] and not match[0][0].isalnum() and match[0][0] != "_"
    if special or not lexer.peek() or lexer.peek().isascii():
        return match[0]
    numeric = (match[0] or lexer.peek())[0].isdecimal()
    while (char := lexer.peek()) and (
        char.isdecimal() or (not numeric and (char == "_" or char.isalpha()))
    ):
        lexer.at += 1
    return lexer.text[start : lexer.at]


def _lookup(lexer: Lexer, name: str) -> str | None:
    value = lexer.get(name)
    if value is None:
        lexer.unset.add(name)
        return None
    lexer.used.add(name)
    lexer.spend(len(value))
    return INVALID.sub("\ufffd", value)


def dollar(lexer: Lexer) -> bool:
    """A `$` and its name; whether a text inside `${` begins (processDollar)."""
    lexer.at += 1
    if lexer.peek() != "{":
        name = _name(lexer)
        value = _lookup(lexer, name) if name else None
        put(
            lexer,
            f"${name}"
            if value is None and (lexer.keep_unset or not name)
            else value or "",
            split=True,
        )
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
        put(
            lexer,
            f"${{{name}}}" if value is None and lexer.keep_unset else value or "",
            split=True,
        )
        return False
    if modifier == ":" or (modifier == "/" and lexer.peek() == "/"):
        modifier += lexer.next()
    elif modifier not in "+-?#%/":
        raise lexer.fail(f"unsupported modifier ({modifier}) in substitution")
    if modifier in (":#", ":%"):
        raise lexer.fail(f"unsupported modifier ({modifier}) in substitution")
    lexer.pieces.append("")
    stop = "/" if modifier[0] == "/" else "}"
    lexer.frames.append(Frame(stop, len(lexer.pieces), lexer.raw, name, modifier))
    lexer.raw = modifier[0] in "#%/"
    # BuildKit has one buffer for all depths: what stood before in this word is lost
    lexer.buffer.clear()
    return True


def close(lexer: Lexer, frame: Frame) -> None:
    """The text of a substitution has been read: put in what it stands for."""
    if frame.stop == "/":
        lexer.pieces.append("/")
        lexer.frames.append(
            Frame(
                "}",
                frame.mark,
                frame.raw,
                frame.name,
                frame.modifier,
                len(lexer.pieces),
            )
        )
        return
    lexer.raw = frame.raw
    value = _lookup(lexer, frame.name)
    if value is None and lexer.keep_unset:
        lexer.pieces[frame.mark - 1] = (
            f"${{{frame.name}{frame.modifier[0] if frame.second else frame.modifier}"
        )
        lexer.pieces.append("}")
    else:
        _substitute(lexer, frame, value)
    flush(lexer, frame.mark - 1, split=True)


def _take(lexer: Lexer, mark: int) -> str:
    """Remove the pieces from `mark` on, and return their text."""
    text = "".join(lexer.pieces[mark:])
    del lexer.pieces[mark:]
    return text


def _substitute(lexer: Lexer, frame: Frame, value: str | None) -> None:
    """The modifiers of `${name…}`.

    The word is the text of the pieces from the frame's mark on.
    """
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
                raise lexer.fail(
                    f"{frame.name}: {word or f'is not allowed to be {missing}'}"
                )
            lexer.pieces.append(value or "")
        case "#" | "%" | "/" | "//":
            lexer.pieces.append(_by_pattern(lexer, frame, value or ""))
        case _:
            raise lexer.fail(f"unsupported modifier ({frame.modifier}) in substitution")


def _by_pattern(lexer: Lexer, frame: Frame, value: str) -> str:
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
                return shell_pattern.replace_all(
                    pattern, value, replacement, lexer.spend
                )
    except shell_pattern.PatternError as error:
        shown = shell_pattern.reverse(pattern) if frame.modifier == "%" else pattern
        raise lexer.fail(
            f"invalid pattern ({shown}) in substitution: {error}"
        ) from None
