"""What an engine sends of a command's output, in pieces of any size."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from lightship.docker.inside import _fill

FRAMES = st.lists(
    st.tuples(st.sampled_from([1, 2]), st.binary(max_size=40)), max_size=12
)


def pieces(data: bytes, sizes: list[int]) -> list[bytes]:
    found, at = [], 0
    for size in [*sizes, len(data) + 1]:
        found.append(data[at : at + size])
        at += size
    return [each for each in found if each]


@given(
    FRAMES,
    st.lists(st.integers(1, 30), max_size=20),
    st.integers(0, 100),
    st.booleans(),
)
def test_law_frames_are_read_however_they_come(
    frames, sizes: list[int], most: int, errors: bool
) -> None:
    data = b"".join(
        bytes([stream, 0, 0, 0]) + len(text).to_bytes(4, "big") + text
        for stream, text in frames
    )
    out = bytearray()
    assert _fill(out, iter(pieces(data, sizes)), (most, errors), math.inf)
    assert (
        out == b"".join(text for stream, text in frames if errors or stream == 1)[:most]
    )


@given(st.binary(max_size=200), st.integers(0, 50))
def test_law_any_bytes_are_read_and_bounded(data: bytes, most: int) -> None:
    out = bytearray()
    assert _fill(out, iter([data]), (most, True), math.inf)
    assert len(out) <= most


def test_what_does_not_end_is_left_when_the_time_is_up() -> None:
    def forever():
        while True:
            yield b"\1\0\0\0\0\0\0\1x"

    out = bytearray()
    assert not _fill(out, forever(), (10, True), 0.0)
    assert not _fill(out, iter([b"\1\0\0\0\0\0\0\1x", None]), (10, True), math.inf)
    assert out == b"x"
