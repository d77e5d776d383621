"""Dockerfiles and build contexts with holes torn into them: there is an answer, and the laws of fixes hold.

`make fuzz` runs longer, with another seed each time; a failure prints the text and the files.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import laws
from amounts import share_of

from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.lint.engine import lint
from lightship.lint.examples import whole
from lightship.lint.fixes import SAFE, UNSAFE
from lightship.lint.registry import all_rules, dockerfile_rules
from lightship.text import decode, encode

HERE = Path(__file__).parent
SECONDS = float(os.environ.get("LIGHTSHIP_FUZZ_SECONDS", "0"))
TIMES = share_of(1000)
PIECES = [
    *(char.encode() for char in " \t\\`'\"#$[](){},=:@;|\0\u2028\ufeff"),
    *b'\n|\r\n|\\\n|\xff|${|}|--|--from=|&&|<<EOF\n|\nEOF\n|["a", "b"]|# escape=`\n|# check=skip=all\n'.split(
        b"|"
    ),
    *(word + b" " for word in b"FROM RUN COPY ONBUILD AS ARG ENV".split()),
    *(
        b'SHELL ["' + shell + b'"]\n'
        for shell in (
            b'bash", "-c',
            b'bash", "-eo", "pipefail", "-c',
            b'pwsh", "-c',
            b"",
        )
    ),
    *(b"USER app\n", b"WORKDIR /app\n", b"ENV PATH=/a:$PATH\n"),
]
WORD = re.compile(rb"\w[\w.-]*|\s+|.", re.DOTALL)
PYPROJECT = (
    b'[project]\nname = "a"\nrequires-python = ">=3.9"\ndependencies = ["flask"]\n'
)
FILES = {
    "pyproject.toml": (
        PYPROJECT,
        b"\xef\xbb\xbf" + PYPROJECT,
        b"[[[",
        b"project = 5\n",
        b"[tool]\nuv = 5\r\n",
        b"",
    ),
    "requirements.txt": (
        b"flask\n",
        b"-e .\n",
        b"-r b.txt\n",
        b"flask \\\r\n --hash=sha256:1\r\n",
        b"\0\xff",
    ),
    ".dockerignore": (
        b"*\n!src\n",
        b"**\n!**\n",
        b"[\n",
        b"!",
        b"\xef\xbb\xbfa\r\n",
        b"/\n..\n",
        b"a[!b]\n\\\n",
        b"",
    ),
    "uv.lock": (
        b"",
        b"package = 5\n",
        b'[[package]]\nname = "a"\nwheels = 5\n',
        b"requires-python = '>=3.12'\n",
    ),
    "poetry.lock": (
        b"",
        b"[metadata]\npython-versions = '^3.9'\n",
        b"[metadata]\npython-versions = 3\n",
    ),
    "package.json": (
        b"{}",
        b"[]",
        b"\xef\xbb\xbf{}",
        b'{"scripts": {"install": "a"}, "dependencies": []}',
    ),
    "setup.py": (b"setup(python_requires='>=3.8')", b"(" * 300, b"\0"),
    ".python-version": (b"3.12\n", b"my-env\n", b"\xff"),
    "entrypoint.sh": (
        b'#!/bin/sh\nexec gosu app "$@"\n',
        b"#!/usr/bin/env python\n",
        b"",
    ),
    **dict.fromkeys(
        ("src/a.py", "app.py", ".git/HEAD", ".env", "id_rsa", "b.txt"), (b"", b"A=b\n")
    ),
}


def specimens() -> list[bytes]:
    files = [
        *(HERE / "lint/awkward").iterdir(),
        *(HERE / "dockerfile/cases").glob("*/Dockerfile"),
    ]
    examples = [
        whole(text)
        for rule in dockerfile_rules()
        for item in rule.examples
        for text in (item.bad, item.good)
        if text
    ]
    return [path.read_bytes() for path in sorted(files)] + [
        encode(text) for text in examples
    ]


def mutations(chance: random.Random, data: list[bytes]) -> Iterator[bytes]:
    """Endless; each one a few cuts, doublings, insertions and swaps away from a specimen, or lines of several."""
    words = [WORD.findall(text) for text in data]
    lines = [line.rstrip(b"\n") + b"\n" for text in data for line in text.splitlines()]
    ways = (by_character, by_word, by_line)
    while True:
        text = chance.choice(ways)(chance, data, words, lines)
        if chance.random() < 0.15:
            text = text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        if chance.random() < 0.1:
            text = b"# escape=`\n" + text.replace(b"\\\n", b"`\n")
        if chance.random() < 0.1:
            text = re.sub(
                rb"(?m)^(?=RUN|COPY|ENV|CMD|USER|WORKDIR)",
                chance.choice((b"ONBUILD ", b"", b" ")),
                text,
            )
        yield text


def by_character(chance: random.Random, data: list[bytes], *_: object) -> bytes:
    text = chance.choice(data)
    for _ in range(chance.randint(1, 4)):
        a, b = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
        b = min(b, a + chance.choice((1, 3, 20, 200)))
        other = chance.choice(data)
        piece = chance.choice(
            (
                b"",
                chance.choice(PIECES),
                text[a:b] * 2,
                other[a:b],
                text[a:b].swapcase(),
            )
        )
        text = text[:a] + piece + text[chance.choice((a, b)) :]
    return text


def by_word(
    chance: random.Random, _: object, words: list[list[bytes]], lines: list[bytes]
) -> bytes:
    text = [*chance.choice(words)]
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(text))
        end = at + chance.choice((0, 1, 1, 2, 5, 20))
        other = chance.choice(words)
        text[at:end] = chance.choice(
            (
                [],
                other[:1],
                text[at:end] * 2,
                other[:5],
                [chance.choice(PIECES)],
                [chance.choice(lines)],
            )
        )
    return b"".join(text)


def by_line(chance: random.Random, _: object, __: object, lines: list[bytes]) -> bytes:
    image = chance.choice(
        (b"python:3.12", b"debian", b"alpine AS a", b"node:20", b"scratch")
    )
    return (
        b"FROM "
        + image
        + b"\n"
        + b"".join(chance.choices(lines, k=chance.randint(1, 14)))
    )


def contexts(chance: random.Random, dockerfile: bytes) -> Context | None:
    """None, or a few files, each with what belongs into it, into another one, or nowhere."""
    if chance.random() < 0.4:
        return None
    files = {
        name: chance.choice(FILES[chance.choice((name, name, *FILES))])
        for name in chance.sample([*FILES], 6)
    }
    return Context.of({**files, "Dockerfile": dockerfile})


def test_law_of_fuzz_there_is_always_an_answer():
    seed = time.time_ns() if SECONDS else 0
    end, chance = time.monotonic() + SECONDS, random.Random(seed)
    for number, data in enumerate(mutations(chance, specimens())):
        if number >= TIMES and time.monotonic() >= end:
            break
        context = contexts(chance, data)
        build = Build(
            parse(decode(data)),
            context,
            path="Dockerfile" if context is not None else None,
        )
        shown = (
            data,
            context
            and {file.path: context.reader(file.path) for file in context.files},
        )
        crashed = [
            item.finding.message
            for item in lint(build, all_rules())
            if item.rule.id == "rule-crashed"
        ]
        assert not crashed, (crashed, shown)
        if not build.dockerfile.problems:
            try:
                laws.hold(build, all_rules(), chance.choice((SAFE, UNSAFE)))
            except AssertionError as error:
                raise AssertionError(f"{error}\n{shown!r}") from error
