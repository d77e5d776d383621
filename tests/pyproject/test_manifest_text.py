"""A manifest is decoded as pip decodes it."""

from __future__ import annotations

import codecs

import pytest

from lightship.context.files import Context
from lightship.pyproject.manifest_text import readable_text, text_of

_CODING = "# -*- coding: {} -*- für uns\nflask\n"


def _read(data: bytes) -> str | None:
    return readable_text(Context.of({"r.txt": data}), "r.txt")


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_the_byte_order_mark_says_how(mark, encoding):
    text = "flask\n# für uns\n"
    assert _read(mark + text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8", "koi8-u"])
def test_a_comment_says_how(encoding):
    text = _CODING.format(encoding).replace("für", "fur")
    assert _read(text.encode(encoding)) == text
    if encoding != "koi8-u":
        text = _CODING.format(encoding)
        assert _read(text.encode(encoding)) == text
    later = f"a\nb\n{text}"
    assert _read(later.encode()) == later


@pytest.mark.parametrize(
    "data",
    [
        "flask\n".encode("utf-16-le"),
        codecs.BOM_UTF16_LE + b"a",
        _CODING.format("ascii").encode(),
        _CODING.format("nothing-like-it").encode(),
        _CODING.format("punycode").encode(),
        _CODING.format("zip").encode(),
        b"\0",
    ],
)
def test_what_pip_could_not_decode_is_unreadable(data):
    assert _read(data) is None
    assert text_of(Context.of({"r.txt": data}), "r.txt") == ""


def test_a_stray_byte_and_an_empty_file_stay_as_they_are():
    assert _read(b"flask # \xfc") == "flask # \udcfc"
    assert _read(b"") == ""
    assert readable_text(Context.of({}), "r.txt") is None
