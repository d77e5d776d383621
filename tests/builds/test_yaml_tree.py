"""YAML with lines: values as Go prints them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.builds.yaml_tree import UnreadableError, read_yaml


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("3.10", "3.1"),
        ("3.0", "3"),
        ("'3.10'", "3.10"),
        ("3.11.4", "3.11.4"),
        ("3", "3"),
        ("true", "true"),
        ("True", "true"),
        ("yes", "yes"),
        ("null", None),
        ("~", None),
        ("", None),
        ("''", ""),
        ("1e3", "1000"),
        ("1000000.0", "1e+06"),
        ("123456789.5", "1.234567895e+08"),
        ("0.0001", "0.0001"),
        ("0.00001234", "1.234e-05"),
        ("-2.50", "-2.5"),
        (".5", "0.5"),
        ("08", "8"),
        ("010", "8"),
        ("0x10", "16"),
        ("1_000", "1000"),
        ("+5", "5"),
        ("1.2.3", "1.2.3"),
        ("12ab", "12ab"),
    ],
)
def test_a_value_is_what_compose_makes_of_it(written, value):
    (tree,) = read_yaml(f"a: {written}\n")
    assert tree.entries["a"].value == value


def test_values_know_their_lines():
    (tree,) = read_yaml("a:\n  b: 1\n  c:\n    - d\n    - e\n")
    assert tree.entries["a"].line == 2
    assert [item.line for item in tree.entries["a"].entries["c"].items] == [4, 5]


def read_or_refused(text):
    """The reason where a text is refused; else empty."""
    try:
        read_yaml(text)
    except UnreadableError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "text", ["a: [", "a: *b", "&a [*a]", "a: b: c", "\x00", "%x y"]
)
def test_what_is_wrong_is_refused_with_a_reason(text):
    assert read_or_refused(text)


def test_a_tag_of_python_makes_nothing():
    (tree,) = read_yaml("a: !!python/object/apply:os.system ['true']\n")
    assert [item.text for item in tree.entries["a"].items] == ["true"]


@given(st.text(alphabet="ab:-[]{}&*<\n \"'|>!#,0.", max_size=80))
def test_any_text_is_read_or_refused_in_one_line(text):
    assert len(read_or_refused(text).splitlines()) <= 1
