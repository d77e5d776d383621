"""Tests of the program itself: directories `tests` and `test` with tests in Python.

The container does not run them.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.image.read import Contents
from lightship.regex import regex

TESTS = "tests-of-program"
_ELSEWHERE = (
    b"etc/",
    b"lib64/",
    b"opt/conda/",
    b"opt/miniconda",
    b"opt/anaconda",
    b"opt/miniforge",
)
_ROOT = regex(r"[^/]+(?:/[^/]+)*?/tests?/")
_TEST = regex(r"test_[^/]*\.py|[^/]*_test\.py|conftest\.py|tests?\.py")
_RUNS = regex(r"(?<!la)tests?(?!\w)|\btox\b|\bnox\b")


def may_be_tests(directory: bytes) -> bool:
    """Of a directory `tests` or `test`.

    One at the top, and the home of a user, is a whole program.
    """
    if b"/" not in directory.removeprefix(b"home/"):
        return False
    if directory.startswith(_ELSEWHERE):
        return False
    return b"/." not in directory and b"lib/python3" not in directory


def program_tests(
    contents: Contents,
    entries: Sequence[tuple[int, int]],
) -> set[tuple[int, int]]:
    """Those of `entries`, which lie below such directories, that are tests.

    None where the container runs tests.
    """
    config = contents.image.config
    start = " ".join((*config.entrypoint, *config.cmd, config.workdir))
    if not entries or _RUNS.search(start):
        return set()

    texts: dict[tuple[int, int], str] = {}
    for layer, index in entries:
        path = contents.stack.scan(layer).paths[index]
        texts[layer, index] = path.decode("latin-1")
    roots = {_root(text) for text in texts.values() if is_test(text)}
    return {entry for entry, text in texts.items() if _root(text) in roots}


def is_test(text: str) -> bool:
    """Whether a file's name is that of a test in Python."""
    _, _, name = text.rpartition("/")
    return _TEST.fullmatch(name) is not None


def _root(text: str) -> str:
    """The uppermost directory of tests that a path is in."""
    match = _ROOT.match(text)
    return match[0] if match else ""
