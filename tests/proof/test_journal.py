"""What was measured is read back as it was, and nothing else is."""

from __future__ import annotations

import json

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st
from proof.made import BUILT, RAN, RANS

from lightship.errors import FileError
from lightship.proof.journal import Journal
from lightship.proof.measured import MeasuredBuild, Ran, StepTime

ROWS = st.dictionaries(st.text(max_size=9), BUILT | RANS, min_size=1, max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
)
BUILD = MeasuredBuild(
    "cold", 2.5, (StepTime("RUN make", 2.0, start=0.1),), "sha256:1", 9
)


def kept(identity: str, rows) -> str:
    texts = []
    journal = Journal(identity, texts.append)
    for key, row in rows.items():
        assert journal.keep(key, row) is row
    assert len(texts) == len(rows)
    return texts[-1]


@given(ROWS)
def test_what_was_kept_is_known_again(rows):
    found = Journal("x", text=kept("x", rows))
    assert len(found) == len(rows)
    assert {key: found.known(key) for key in rows} == rows


@given(ROWS)
def test_each_time_the_whole_is_saved(rows):
    texts = []
    journal = Journal("x", texts.append)
    for number, (key, row) in enumerate(rows.items(), 1):
        journal.keep(key, row)
        assert len(Journal("x", text=texts[-1])) == number


def test_a_new_one_knows_nothing():
    journal = Journal("x")
    assert len(journal) == 0
    assert journal.known("before cold 0") is None
    journal.keep("before cold 0", BUILD)
    assert journal.known("before cold 0") == BUILD
    assert journal.known("after cold 0") is None


def test_the_words_for_what_was_kept_stay_though_our_names_may_change():
    rows = json.loads(kept("x", {"a": BUILD, "b": Ran(1.0)}))["rows"]
    assert {key: row["kind"] for key, row in rows.items()} == {"a": "Built", "b": "Ran"}


def test_one_of_other_files_is_refused():
    with pytest.raises(FileError, match="files or options have changed"):
        Journal("y", text=kept("x", {"a": BUILD}))


@settings(max_examples=share_of(300))
@given(st.text(max_size=40) | JSON.map(json.dumps))
def test_what_is_no_journal_is_refused(text):
    if text:
        with pytest.raises(FileError):
            Journal("x", text=text)


def changed(name: str, value) -> str:
    document = json.loads(kept("x", {"a": BUILD, "b": RAN}))
    row = document["rows"][
        "a" if name in ("seconds", "steps", "image", "scenario", "more") else "b"
    ]
    row[name] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seconds", "long"),
        ("seconds", True),
        ("seconds", float("nan")),
        ("seconds", None),
        ("steps", 1),
        ("steps", [1]),
        ("steps", [{"name": "x", "seconds": "y"}]),
        ("steps", {}),
        ("image", 5),
        ("scenario", ["cold"]),
        ("more", 1),
        ("kind", "Shape"),
        ("kind", ["Ran"]),
        ("start", "0.2"),
        ("memory", 1.5),
        ("killed", 0),
        ("users", "root"),
        ("users", [1]),
        ("answers", [{"question": 1}]),
        ("answers", None),
        ("code", False),
    ],
)
def test_a_value_of_another_kind_is_refused(name, value):
    with pytest.raises(FileError, match="cannot read the journal"):
        Journal("x", text=changed(name, value))


def test_one_that_is_nested_too_deep_is_refused():
    with pytest.raises(FileError):
        Journal("x", text='{"identity": "x", "rows": ' + "[" * 100_000)
