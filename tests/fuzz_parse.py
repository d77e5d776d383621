"""Mutations of our Dockerfiles: whatever becomes of them, the laws of `tree_laws` hold.

`make test` tries a few thousand, always the same ones. For longer: `python tests/fuzz_parse.py --seconds 600`.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import tree_laws

from lightship.text import decode

CASES = sorted((Path(__file__).parent / "dockerfile" / "cases").glob("*/Dockerfile"))
SMALL = 4096
TOKENS = [
    *(
        "\n",
        "\r\n",
        "\n\n",
        "\r",
        "\0",
        "\v",
        "\u00a0",
        "\u2003",
        "\ufeff",
        "\udc85",
        "\udca0",
        "\udcff",
        "é",
        "à",
    ),
    *(
        "\\",
        "\\\n",
        "\\ \r\n",
        "`",
        "`\n",
        '"',
        "'",
        " ",
        "\t",
        "#",
        " # x\n",
        "=",
        "a=b ",
        "$",
        "${",
        "}",
        "${a:-b}",
    ),
    *(
        "<<",
        "<<<",
        "<<EOF",
        "<<-EOF ",
        "3<<'E F' ",
        '<<"EOF" ',
        "<<E\\\nOF ",
        "\nEOF\n",
        "\tEOF\n",
        "EOF\r\n",
        "EOF",
    ),
    *(
        "FROM a AS b\n",
        "ONBUILD ",
        "RUN ",
        "COPY ",
        "ENV ",
        "ARG ",
        "LABEL ",
        "CMD ",
        "HEALTHCHECK ",
        "VOLUME ",
        "W ",
    ),
    *(
        "--",
        " -- ",
        "--link ",
        "--from=a ",
        '--chown="a b" ',
        "--mount=from=$x ",
        "--exclude=à ",
        "--interval=1s ",
    ),
    *(
        "[",
        "]",
        '["a", "b"]',
        "[1]",
        "[]",
        "{}",
        ",",
        '"\\u0041\\ud800"',
        "# escape=`\n",
        "# syntax=a\n",
    ),
]


def originals() -> list[str]:
    """The texts that are mutated: our cases, without the few that are long."""
    texts = [decode(path.read_bytes()) for path in CASES]
    return [text for text in texts if len(text) < SMALL]


def mutations(seed: int) -> Iterator[str]:
    """Texts without end, the same ones for the same seed."""
    chance = random.Random(seed)
    texts = originals()
    while True:
        text = chance.choice(texts)
        for _ in range(chance.choice((1, 1, 2, 3, 5))):
            text = _changed(chance, text, texts)
        yield text


def _changed(chance: random.Random, text: str, texts: list[str]) -> str:
    """`text` with a token put in, a piece left out, moved or repeated, or the half of another text behind it."""
    start, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
    end = min(end, start + 40)
    match chance.randrange(6):
        case 0 | 1 | 2:
            return text[:start] + chance.choice(TOKENS) + text[start:]
        case 3:
            return text[:start] + text[end:]
        case 4:
            at = chance.randint(0, len(text))
            return text[:at] + text[start:end] + text[at:]
        case _:
            other = chance.choice(texts)
            return text[:start] + other[chance.randint(0, len(other)) :]


def main() -> None:
    """Mutate until the time is over or a law breaks; then print the text that broke it."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--seconds", type=float, default=600.0)
    options.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    given = options.parse_args()
    end, number = time.monotonic() + given.seconds, 0
    for number, text in enumerate(mutations(given.seed), 1):
        try:
            tree_laws.hold(text)
        except Exception:
            sys.stderr.write(f"seed {given.seed}, mutation {number}: {text!r}\n")
            raise
        if time.monotonic() > end:
            break
    sys.stdout.write(f"seed {given.seed}: {number:,} mutations, every law holds\n")


if __name__ == "__main__":
    main()
