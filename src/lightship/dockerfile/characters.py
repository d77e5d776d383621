"""What Go calls a space, and text as Go's functions trim it.

Python's `str.strip` also takes U+001C to U+001F, which Go's `unicode.IsSpace` does not.
"""

from __future__ import annotations

from lightship.regex import regex

# unicode.IsSpace: White_Space of Unicode, see https://pkg.go.dev/unicode#IsSpace
SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

# unicode.IsSpace of single bytes, where BuildKit walks a line byte by byte: the last two stand for
# bytes that are no part of a character.
SPACE_BYTES = "\t\n\v\f\r \udc85\udca0"

# reWhitespace of BuildKit's parser/parser.go: what separates the operands of FROM, COPY, EXPOSE ...
BLANKS = regex(r"[\t\v\f\r ]+")

# bufio.MaxScanTokenSize: a line of so many bytes, its line end not counted, ends BuildKit's
# reading.
LONGEST_LINE = 65536


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """`strings.TrimSpace` on `text[start:end]`, as offsets."""
    while start < end and text[start] in SPACE:
        start += 1
    while end > start and text[end - 1] in SPACE:
        end -= 1
    return start, end
