"""The quick look that passes by nearly all files: with hyperscan and without the findings are the same."""

from __future__ import annotations

import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspection.tokens import KEY, TOKENS

from lightship.facts.secrets.secret_shapes import ALL_MARKS, KEY_MARK, MARKS, secrets_in
from lightship.inspection import marks
from lightship.inspection.secrets import find

WAYS = {"hyperscan": marks.by_hyperscan(), "python": marks.by_runs}
BOTH = pytest.mark.parametrize("way", WAYS)
PIECES = (
    *TOKENS,
    KEY,
    *MARKS,
    KEY_MARK,
    "\n",
    " ",
    "x",
    "-----BEGIN ",
    "A" * 20,
    "é",
    "=",
    ".",
)


@BOTH
@given(pieces=st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12))
def test_what_may_hold_nothing_holds_nothing(way, pieces):
    text = "".join(pieces)
    data = text.encode()
    known = secrets_in(data.decode("latin-1"))
    assert secrets_in(data.decode("latin-1"), WAYS[way](data)) == known


@given(pieces=st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12))
def test_the_findings_are_the_same_without_the_library(pieces):
    data = "".join(pieces).encode()
    found = []
    for search in WAYS.values():
        marks._OWN.search = search
        try:
            found.append(find(b"app/main.py", data))
        finally:
            del marks._OWN.search
            marks._OWN.__init__()
    assert found[0] == found[1]


@BOTH
@given(data=st.binary(max_size=300))
def test_any_bytes_can_be_searched(way, data):
    assert ALL_MARKS.issuperset(WAYS[way](data))


@BOTH
def test_each_token_may_be_one_and_usual_text_is_none(way):
    assert all(WAYS[way](token.encode()) for token in (*TOKENS, KEY))
    assert not WAYS[way](b"def main() -> None:\n    print('hello')\n" * 1000)
    assert not WAYS[way](b"")


def test_without_the_library_python_searches(monkeypatch):
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    assert marks.by_hyperscan() is None
    assert marks._OfThread().search is marks.by_runs


def test_a_processor_that_the_library_does_not_know_leaves_it_to_python(monkeypatch):
    hyperscan = pytest.importorskip("hyperscan")

    class Database:
        def __init__(self, **_):
            pass

        def compile(self, **_):
            raise hyperscan.ArchitectureError

    monkeypatch.setattr(hyperscan, "Database", Database)
    assert marks.by_hyperscan() is None


def test_several_threads_search_at_once():
    data = (b"x" * 100_000) + TOKENS[0].encode()
    answers = []

    def ask():
        answers.extend(bool(marks.marks_in(data)) for _ in range(50))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 200
