"""Places in a text, edits, and text that was put together from pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.text import (
    Edit,
    Lines,
    Mapped,
    Position,
    Span,
    apply_edits,
    decode,
    encode,
)

texts = st.text(alphabet="ab\r\n\té\udcff\U0001f40b", max_size=40)


@given(st.binary())
def test_law_bytes_come_back(data):
    assert encode(decode(data)) == data


def test_spans():
    assert Span(1, 3).of("abcd") == "bc"
    assert Span(1, 3).covers(Span(1, 3))
    assert Span(1, 3).covers(Span(3, 3))
    assert not Span(1, 3).covers(Span(0, 2))
    assert Span(1, 3).overlaps(Span(2, 4))
    assert not Span(1, 3).overlaps(Span(3, 4))
    assert Span(1, 3).overlaps(Span(2, 2)), "an insertion inside"
    assert not Span(1, 3).overlaps(Span(1, 1)), "an insertion before"
    assert not Span(2, 2).overlaps(Span(2, 2))


def test_lines_count_from_one_and_the_last_may_be_empty():
    lines = Lines("ab\r\ncd\n")
    assert lines.starts == [0, 4, 7]
    assert [lines.line(offset) for offset in (0, 3, 4, 6, 7)] == [1, 1, 2, 2, 3]
    assert [lines.span(line) for line in (1, 2, 3)] == [(0, 2), (4, 6), (7, 7)]
    assert Lines("").position(0) == Position(1, 1)


@pytest.mark.parametrize(
    ("position", "offset"),
    [
        ((1, 1), 0),
        ((2, 2), 4),
        ((2, 99), 5),
        ((9, 1), 3),
        ((0, 1), 0),
        ((1, 0), 0),
        ((1, 3), 2),
    ],
)
def test_a_position_beyond_the_text_is_moved_to_the_nearest(position, offset):
    assert Lines("ab\ncd").offset(Position(*position)) == offset


@given(texts)
def test_law_offsets_and_positions_agree(text):
    lines = Lines(text)
    for offset in range(len(text) + 1):
        position = lines.position(offset)
        assert lines.offset(position) == offset
        assert position.line == 1 + text[:offset].count("\n")
        assert (
            text[lines.starts[position.line - 1] : offset]
            == text[:offset].rpartition("\n")[2]
        )


@given(texts)
def test_law_line_spans_are_the_lines_without_their_ends(text):
    lines = Lines(text)
    found = [lines.span(line).of(text) for line in range(1, len(lines.starts) + 1)]
    assert found == [line.removesuffix("\r") for line in text.split("\n")]


def test_edits_are_made_at_the_offsets_of_the_text_before():
    edits = [
        Edit.replace(Span(4, 5), "EE"),
        Edit.delete(Span(0, 1)),
        Edit.insert(2, "+"),
        Edit.insert(2, "-"),
    ]
    assert apply_edits("abcdef", edits) == "b+-cdEEf"
    assert apply_edits("abc", [Edit.insert(0, "<"), Edit.insert(3, ">")]) == "<abc>"
    assert apply_edits("abc", []) == "abc"


def test_edits_may_touch():
    assert (
        apply_edits(
            "abcd", [Edit.replace(Span(0, 2), "x"), Edit.replace(Span(2, 4), "y")]
        )
        == "xy"
    )


@pytest.mark.parametrize(
    "spans", [[(0, 2), (1, 3)], [(0, 5)], [(2, 1)], [(0, 2), (1, 1)], [(-1, 0)]]
)
def test_edits_that_overlap_or_lie_outside_are_refused(spans):
    with pytest.raises(ValueError, match="overlaps another or lies outside"):
        apply_edits("abcd", [Edit.delete(Span(*span)) for span in spans])


@given(
    texts,
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), texts), max_size=6),
)
def test_law_edits_change_their_spans_only(text, parts):
    edits, at = [], 0
    for start, end, new in sorted(parts):
        if at <= start <= end <= len(text):
            edits.append(Edit.replace(Span(start, end), new))
            at = end
    changed, rest = apply_edits(text, edits), text
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        rest = rest[: edit.span.start] + edit.text + rest[edit.span.end :]
    if len({edit.span for edit in edits}) == len(edits):
        assert changed == rest


SOURCE = "RUN a \\\n# note\n  bc\n"
JOINED = Mapped("RUN a   bc", (0, 6), (0, 15))


def test_mapped_text_knows_where_it_came_from():
    assert [JOINED.offset(at) for at in (0, 5, 6, 8, 10)] == [0, 5, 15, 17, 19]
    assert JOINED.span(4, 5).of(SOURCE) == "a"
    assert JOINED.span(8, 10).of(SOURCE) == "bc"
    assert JOINED.span(4, 10).of(SOURCE) == "a \\\n# note\n  bc"


def test_mapped_text_without_characters_is_right_behind_the_character_before():
    assert JOINED.span(6, 6) == (6, 6)
    assert JOINED.span(7, 7) == (16, 16)
    assert JOINED.span(0, 0) == (0, 0)
    assert JOINED.span(10, 10) == (19, 19)


def test_mapped_text_can_be_sliced():
    assert JOINED.slice(4, 10) == Mapped("a   bc", (0, 2), (4, 15))
    assert JOINED.slice(8, 10) == Mapped("bc", (0,), (17,))
    assert JOINED.slice(0, 6) == Mapped("RUN a ", (0,), (0,))
    assert Mapped.plain("abc", 7).slice(1, 2) == Mapped("b", (0,), (8,))


@st.composite
def mapped(draw: st.DrawFn) -> tuple[str, Mapped]:
    """A source, and some of its pieces joined."""
    source, starts, sources, text = "", [], [], ""
    for piece in draw(
        st.lists(st.text("ab", min_size=1, max_size=5), min_size=1, max_size=5)
    ):
        source += draw(st.text("-", max_size=3))
        starts.append(len(text))
        sources.append(len(source))
        source, text = source + piece, text + piece
    return source, Mapped(text, tuple(starts), tuple(sources))


@given(mapped(), st.data())
def test_law_mapped_text_is_the_source_without_what_was_left_out(pair, data):
    source, joined = pair
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(joined.text))] * 2)))
    assert joined.span(start, end).of(source).replace("-", "") == joined.text[start:end]
    part = joined.slice(start, end)
    assert part.text == joined.text[start:end]
    assert [part.offset(at) for at in range(len(part.text))] == [
        joined.offset(at) for at in range(start, end)
    ]
    inner = sorted(data.draw(st.tuples(*[st.integers(0, len(part.text))] * 2)))
    assert part.span(*inner).of(source).replace("-", "") == part.text[slice(*inner)]
