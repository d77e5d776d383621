"""Content on a screen."""

from __future__ import annotations

import pytest

from lightship.tui.file_content import MOST, hex_line, page


def lines(data, as_hex=False):
    found = page(data, len(data))
    return [found.line(row, as_hex) for row in range(found.count(as_hex))]


def test_text_is_shown_by_lines():
    assert lines(b"one\n\ttwo\r\n\nthr\xc3\xa4\n") == ["one", "    two", "", "thrä"]
    assert lines(b"") == [""]


def test_nothing_of_a_file_is_obeyed_by_the_terminal():
    assert lines(b"a\x1b[2Jb\x07\xc2\x9bc\xe2\x80\xaed\n[red]x[/]") == [
        r"a\x1b[2Jb\x07\x9bc\u202ed",
        "[red]x[/]",
    ]


@pytest.mark.parametrize(
    "data", [b"\x7fELF\0", b"\xff\xfe", b"caf\xe9 \xe0\xe1", b"cut \xe2\x82"]
)
def test_what_is_no_utf_8_is_shown_as_bytes(data):
    assert not page(data, len(data)).is_text


def test_a_character_that_the_end_of_the_reading_cuts_makes_no_binary():
    data = b"x" * (MOST - 2) + b"\xe2\x82"
    assert page(data, len(data) + 1).is_text
    assert not page(data[1:], len(data) + 1).is_text


def test_bytes_are_shown_as_hexdump_does():
    data = bytes(range(0x3A, 0x5A))
    assert (
        hex_line(data, 0)
        == "00000000  3a 3b 3c 3d 3e 3f 40 41  42 43 44 45 46 47 48 49  |:;<=>?@ABCDEFGHI|"
    )
    assert (
        hex_line(b"\x1b\x9b[m", 0)
        == "00000000  1b 9b 5b 6d                                       |..[m|"
    )
    assert page(data, 32).count(as_hex=True) == 2


def test_a_line_of_a_megabyte_goes_on_in_the_next():
    assert [len(line) for line in lines(b"y" * 2500)] == [1000, 1000, 500]
