"""No regular expression of ours takes long over a hostile text: the work is bounded in CPU time, which no busy machine stretches."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import signal
from collections import defaultdict
from collections.abc import Iterator

import pytest

import lightship

SIZE = 40_000
# Of one text in one way: a hundred times what a pattern needs that reads it once, and less than
# half of what one needs that reads it again from each place
CPU_SECONDS = 0.5
UNITS = [
    "a",
    "0",
    "_",
    " ",
    "\n",
    "\r\n",
    '"',
    "'",
    "\\",
    "$",
    "/",
    "-",
    ".",
    "\n ",
    "\\\n",
    "a=",
]
# A whole file may be these, where a word or a line never is
OF_FILES = ["\n", "\r\n", "\n "]
USE = re.compile(
    r"\b([A-Z_][A-Z0-9_]*)\.(search|sub|subn|findall|finditer|split|match|fullmatch)\b"
)
# What reads on from each place where it finds nothing, as `search` does
SEARCHES = {"search", "sub", "subn", "findall", "finditer", "split"}


class TooLongError(Exception):
    """The time is over; Python asks for signals within a match too."""


def uses(module: str) -> dict[str, set[str]]:
    """The methods that a module calls of each of its names."""
    called = defaultdict(set)
    source = inspect.getsource(importlib.import_module(module))
    for name, method in USE.findall(source):
        called[name].add("search" if method in SEARCHES else method)
    return called


def modules() -> list[str]:
    walked = pkgutil.walk_packages(lightship.__path__, "lightship.")
    return [found.name for found in walked if not found.name.endswith("__main__")]


def patterns(module: str) -> Iterator[tuple[str, re.Pattern]]:
    """The patterns that stand at the top of a module."""
    for name, value in vars(importlib.import_module(module)).items():
        pattern = getattr(value, "compiled", value)
        if isinstance(pattern, re.Pattern):
            yield name, pattern


def slow(pattern: re.Pattern, method: str) -> list[str]:
    """The first characters of the texts that it does not end with."""
    ask = getattr(pattern, method)
    units = OF_FILES if method == "search" else UNITS
    texts = [(unit * SIZE)[:SIZE] + "!" for unit in units]
    if isinstance(pattern.pattern, bytes):
        texts = [text.encode() for text in texts]
    found = []
    for text in texts:
        signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
        try:
            ask(text)
        except TooLongError:
            found.append(text[:4])
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return found


@pytest.fixture
def limited() -> Iterator[None]:
    def end(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, end)
    yield
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.usefixtures("limited")
def test_a_hostile_text_is_read_in_one_way():
    seen, broken = set(), []
    for module in modules():
        called = uses(module)
        for name, pattern in patterns(module):
            for method in called[name]:
                key = (pattern.pattern, pattern.flags, method)
                if key in seen:
                    continue
                seen.add(key)
                texts = slow(pattern, method)
                if texts:
                    broken.append(f"{module}.{name}.{method}: {texts}")
    assert len(seen) > 800, "the patterns are no longer found"
    assert not broken, "\n".join(broken)


@pytest.mark.usefixtures("limited")
def test_what_is_read_in_many_ways_is_found():
    assert slow(re.compile(r"(?:a+)+$"), "match") == ["aaaa"]
    assert "\n\n\n\n" in slow(re.compile(r"(?m)^\s*name"), "search")
