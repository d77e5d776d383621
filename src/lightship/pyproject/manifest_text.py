"""The text of a manifest, decoded as pip decodes a requirements file.

Source: pip/_internal/req/req_file.py, BOMS and _decode_req_file: a byte order mark comes first,
then `# -*- coding: NAME -*-` on the first two lines, then UTF-8.
"""

from __future__ import annotations

import codecs

from lightship.context.files import Context
from lightship.regex import regex
from lightship.text import decode, encode

# The mark of UTF-16 is the start of that of UTF-32
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CODING = regex(r"coding[:=]\s*([-\w.]+)")
_LINES_WITH_CODING = 2
# Other codecs of Python take more than linear time (`punycode`), or do not encode text
_ENCODINGS = tuple(
    "ascii big5 cp euc gb iso8859 johab koi8 mac shift_jis utf-16 utf-32 utf-8".split()
)


def text_of(context: Context, path: str) -> str:
    """A file's text, without a byte order mark; empty where there is none, or it is unreadable."""
    return readable_text(context, path) or ""


def readable_text(context: Context, path: str) -> str | None:
    """A file's text as pip reads it; None where there is none, or pip could not decode it.

    PowerShell writes `pip freeze > requirements.txt` in UTF-16 with a mark. Without one its NUL
    characters tell that it is something else.
    """
    text = context.read(path)
    if text is None or not _is_unusual(text):
        return text
    data = encode(text)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data.removeprefix(mark), encoding)

    encoding = _stated_encoding(text)
    if encoding:
        return _decoded(data, encoding)
    return None if "\0" in text else text


def _is_unusual(text: str) -> bool:
    """Whether it may have a mark, say how it is encoded, or be no text at all."""
    if "\0" in text:
        return True
    is_marked = any(text.startswith(decode(mark)) for mark, _ in _MARKS)
    return is_marked or bool(_stated_encoding(text))


def _stated_encoding(text: str) -> str:
    """What a comment on the first lines says; empty where none does."""
    for line in text.split("\n", _LINES_WITH_CODING)[:_LINES_WITH_CODING]:
        match = _CODING.search(line) if line.startswith("#") else None
        if match is not None:
            return match[1]
    return ""


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        name = codecs.lookup(encoding).name
        if not name.startswith(_ENCODINGS):
            return None
        return data.decode(name)
    except (LookupError, ValueError):
        return None
