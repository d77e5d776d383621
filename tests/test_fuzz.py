"""Dockerfiles with holes torn into them: whatever the text is, there is an answer, and the laws of fixes hold.

`make fuzz` runs longer, with another seed each time; a failure prints the text.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import laws

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.lint.engine import lint
from lightship.lint.examples import whole
from lightship.lint.fixes import SAFE
from lightship.lint.registry import all_rules
from lightship.text import decode, encode

HERE = Path(__file__).parent
SECONDS = float(os.environ.get("LIGHTSHIP_FUZZ_SECONDS", "0"))
TIMES = 3000
PIECES = [
    *(char.encode() for char in " \t\\`'\"#$[](){},=:@;|\0\u2028\ufeff"),
    *b'\n|\r\n|\\\n|\xff|${|}|--|--from=|&&|<<EOF\n|\nEOF\n|["a", "b"]|# escape=`\n|# check=skip=all\n'.split(b"|"),
    *(word + b" " for word in b"FROM RUN COPY ONBUILD AS ARG ENV".split()),
]


def specimens() -> list[bytes]:
    files = [*(HERE / "lint/awkward").iterdir(), *(HERE / "dockerfile/cases").glob("*/Dockerfile")]
    examples = [whole(text) for rule in all_rules() for item in rule.examples for text in (item.bad, item.good) if text]
    return [path.read_bytes() for path in sorted(files)] + [encode(text) for text in examples]


def mutations(chance: random.Random, data: list[bytes]) -> Iterator[bytes]:
    """Endless; each one a few cuts, doublings, insertions and swaps away from a specimen."""
    while True:
        text = chance.choice(data)
        for _ in range(chance.randint(1, 4)):
            a, b = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
            b = min(b, a + chance.choice((1, 3, 20, 200)))
            other = chance.choice(data)
            piece = chance.choice((b"", chance.choice(PIECES), text[a:b] * 2, other[a:b], text[a:b].swapcase()))
            text = text[:a] + piece + text[chance.choice((a, b)) :]
        yield text


def test_law_of_fuzz_there_is_always_an_answer():
    seed = time.time_ns() if SECONDS else 0
    end = time.monotonic() + SECONDS
    for number, data in enumerate(mutations(random.Random(seed), specimens())):
        if number >= TIMES and time.monotonic() >= end:
            break
        build = Build(parse(decode(data)))
        crashed = [item.finding.message for item in lint(build, all_rules()) if item.rule.id == "rule-crashed"]
        assert not crashed, (crashed, data)
        if not build.dockerfile.problems:
            try:
                laws.hold(build, all_rules(), SAFE)
            except AssertionError as error:
                raise AssertionError(f"{error}\n{data!r}") from error
