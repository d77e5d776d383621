"""Bytes: what is shown can be read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.errors import UsageError
from lightship.wording.sizes import read_size, size, size_change


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("200MB", 200_000_000),
        ("200 mb", 200_000_000),
        ("1.5GiB", 3 << 29),
        ("20 MB", 20_000_000),
        ("4096", 4096),
        ("4096B", 4096),
        ("10k", 10_000),
        ("10Ki", 10_240),
        ("1,000 kB", 1_000_000),
        (".5 MiB", 1 << 19),
        ("0", 0),
    ],
)
def test_sizes_are_read_as_people_write_them(text, number):
    assert read_size(text) == number


@pytest.mark.parametrize(
    "text", ["", "MB", "-1MB", "1 parsec", "1e9", "nan", "٣MB", "1..2MB"]
)
def test_what_is_no_size(text):
    with pytest.raises(UsageError, match="invalid size"):
        read_size(text)


@given(st.integers(0, 10**15))
def test_a_size_that_is_shown_is_read_again(number):
    assert read_size(size(number)) == pytest.approx(number, rel=0.006)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (1004, "1.00 kB"), (9994, "9.99 kB"), (9995, "10.0 kB"),
        (99_949, "99.9 kB"), (99_950, "100 kB"), (999_499, "999 kB"), (999_500, "1.00 MB"), (43_212_345, "43.2 MB"),
        (1_863_490_048, "1.86 GB"), (-5, "-5 B"), (None, "unknown"),
    ],
)  # fmt: skip
def test_sizes_have_three_digits(number, said):
    assert size(number) == said


def test_changes_have_a_sign():
    assert [size_change(number) for number in (5, 0, -5, None)] == [
        "+5 B",
        "0 B",
        "-5 B",
        "unknown",
    ]
