"""Bytes broken at random, for the tests that nothing falls over them."""

from __future__ import annotations

import random


def mutated(chance: random.Random, data: bytes) -> bytes:
    """Cut off, a bit turned, a piece overwritten, taken away or doubled."""
    at = chance.randrange(len(data))
    length = chance.choice((1, 8, 100, 512, 2000))
    way = chance.randrange(6)
    if way == 0:
        return data[:at]
    if way == 1:
        return (
            data[:at] + bytes((data[at] ^ (1 << chance.randrange(8)),)) + data[at + 1 :]
        )
    if way == 2:
        return data[:at] + chance.randbytes(length) + data[at + length :]
    if way == 3:
        return data[:at] + data[at + length :]
    if way == 4:
        return data[:at] + data[at : at + length] * 2 + data[at + length :]
    number = chance.choice(
        (b"0", b"-1", b"9" * 30, b"null", b"[]", b"{}", b'"\\ud800"', b"true", b"1e999")
    )
    return data[:at] + number + data[at + len(number) :]
