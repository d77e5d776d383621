"""Names of files and words of images, which anybody may have made, as a terminal may show them."""

from __future__ import annotations

import re

from lightship.regex import regex

_CUT = "…"
# Control characters, marks of direction, separators of lines, what stands for bytes that are no
# UTF-8
_STRANGE = regex(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
_KNOWN = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def printable(text: str) -> str:
    """`text` with U+FFFD for each character that a terminal would obey or cannot show.

    Tabs and line endings stay.
    """
    if text.isprintable():
        return text
    return _STRANGE.sub(_replacement, text)


def escaped(name: bytes | str, longest: int = 0) -> str:
    r"""A path or text with `\n`, `\x1b` and so on for what a terminal would obey.

    Bytes that are not UTF-8 are written as `\xff`. Where it is longer than `longest` its middle is
    left out; 0 leaves it as it is.
    """
    text = name
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    if not text.isprintable():
        text = _STRANGE.sub(_escape, text)
    return shortened(text, longest) if longest else text


def shortened(text: str, longest: int) -> str:
    """`text` in at most `longest` characters: its end matters more, as in a path."""
    if len(text) <= longest:
        return text
    if longest <= 1:
        return _CUT[:longest]
    head = (longest - 1) // 3
    tail = longest - 1 - head
    start = text[:head]
    end = text[len(text) - tail :]
    return f"{start}{_CUT}{end}"


def escaped_bytes(name: bytes) -> str:
    r"""A path as text for machines, with `\xff` for each byte that is not UTF-8."""
    return name.decode("utf-8", "backslashreplace")


def _replacement(match: re.Match[str]) -> str:
    return match[0] if match[0] in "\t\n" else "\ufffd"


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if char in _KNOWN:
        return _KNOWN[char]
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte, as `surrogateescape` keeps it
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
