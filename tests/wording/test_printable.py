"""Names of files, as a terminal may show them."""

from __future__ import annotations

import pytest

from lightship.wording.printable import escaped, shortened


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (b"a/b", "a/b"), ("über".encode(), "über"), (b"\xff\xfe", r"\xff\xfe"), (b"a\nb\x1b", r"a\nb\x1b"),
        ("a\u202eb", r"a\u202eb"), ("\x9b", r"\x9b"), ("\ud800", r"\ud800"), ("", ""), (b"a\\x2db", r"a\x2db"),
    ],
)  # fmt: skip
def test_names_are_shown_without_what_a_terminal_obeys(name, said):
    assert escaped(name) == said


def test_the_middle_of_a_long_name_is_left_out():
    assert shortened("abcdefghij", 7) == "ab…ghij"
    assert [len(shortened("abcdefghij", most)) for most in range(12)] == [
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        10,
    ]
