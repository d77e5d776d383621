"""JSON in pieces is the JSON of the whole."""

from __future__ import annotations

import json
from base64 import b64decode

from hypothesis import given
from hypothesis import strategies as st

from lightship.report.kit.json_stream import (
    dumps,
    json_list,
    json_object,
    path_fields,
    record_fields,
)
from lightship.report.kit.view import View

TEXTS = st.text(st.characters(codec=None), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
    ),
    max_leaves=6,
)


def without_halves(value):
    """A value without halves of surrogate pairs."""
    if isinstance(value, str):
        return "".join(
            "\ufffd" if "\ud800" <= char <= "\udfff" else char for char in value
        )
    if isinstance(value, list):
        return [without_halves(each) for each in value]
    if isinstance(value, dict):
        return {
            without_halves(key): without_halves(each) for key, each in value.items()
        }
    return value


@given(VALUES)
def test_a_value_is_read_back(value):
    assert json.loads(dumps(value)) == without_halves(value)


@given(VALUES)
def test_nothing_that_a_terminal_obeys_is_in_it_and_utf_8_can_hold_it(value):
    text = dumps(value)
    text.encode()
    assert not any(char in text for char in "\x1b\x7f\x9b\u061c\u200f\u202e\u2066\n")


@given(
    st.dictionaries(TEXTS.map(without_halves), VALUES, max_size=4),
    st.lists(VALUES, max_size=4),
)
def test_an_object_has_its_keys_in_order_and_an_iterator_is_a_list(keys, rows):
    made = "".join(json_object(keys | {"rows": iter(rows)}))
    expected = without_halves(keys | {"rows": rows})
    found = json.loads(made)
    assert found == expected
    assert list(found) == list(expected)


@given(st.lists(VALUES, max_size=4))
def test_a_list_has_one_value_a_line(rows):
    made = "".join(json_list(rows))
    assert json.loads(made) == without_halves(rows)
    assert made.count("\n") == (len(rows) + 2 if rows else 1)


def test_values_come_as_they_are_read():
    read = []

    def rows():
        for number in range(3):
            read.append(number)
            yield number

    pieces = iter(json_list(rows()))
    next(pieces)
    assert read == [0]


@given(st.binary(max_size=8))
def test_a_path_keeps_its_bytes(path):
    found = path_fields(path, slash=False)
    raw = found.get("path_raw")
    assert (found["path"].encode() if raw is None else b64decode(raw)) == path


def test_a_record_by_its_fields():
    assert record_fields(View(width=80)) == {"colour": False, "width": 80}
