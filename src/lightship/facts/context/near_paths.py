"""Paths of the build context that a path which does not exist may have meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from posixpath import basename

from lightship.build import Build
from lightship.record import record
from lightship.regex import regex

_BETWEEN = regex(r"[._ -]+")
_PLAIN = regex(r"[\w./@+-]+")
# Letters of a word in which one may be wrong: `test_a` and `test_b` are two things
_SHORTEST = 4
_YAML = frozenset({"yml", "yaml"})  # endings of the same files

IsUsual = Callable[[str], bool]
_Lists = defaultdict[str, list[str]]


@record
class Near:
    """A path that exists; `reason` says why the other one is not it."""

    path: str
    reason: str


def near(build: Build, path: str, usual: IsUsual) -> Iterator[Near]:
    """What `path` may have meant, the likeliest first.

    A name for which `usual` holds is a precaution, no slip.
    """
    index = build.once(_index)
    if path.startswith("../"):
        yield from _inside(index, path)
        return
    if "\\" in path:
        yield from _with_slashes(index, path)
        return

    cased = index.cased(path)
    yield from _other(cased, "in another case")
    spelled = index.spelled(path, usual)
    yield from _other(spelled, "with another letter")
    elsewhere = index.elsewhere(path)
    yield from _other(elsewhere, "in another place")


def _inside(index: _Index, path: str) -> Iterator[Near]:
    """The path without the steps that lead out of the context."""
    inside = path.replace("../", "")
    if inside in index.paths:
        yield Near(inside, "paths begin at the root of the build context")


def _with_slashes(index: _Index, path: str) -> Iterator[Near]:
    slashed = path.replace("\\", "/")
    slashed = slashed.rstrip("/")
    if slashed in index.paths:
        reason = (
            "`\\` stands for the next character itself: between directories it is `/`"
        )
        yield Near(slashed, reason)


def _other(path: str | None, difference: str) -> Iterator[Near]:
    if path is None:
        return
    if _PLAIN.fullmatch(path):
        reason = f"there is {path}, {difference}"
        yield Near(path, reason)


class _Index:
    """The paths of a context, by what one may remember of them."""

    def __init__(self, paths: frozenset[str]) -> None:
        """All paths of the context, those of directories too."""
        self.paths = paths
        self.by_case: _Lists = defaultdict(list)
        self.below: _Lists = defaultdict(list)
        self.by_tail: _Lists = defaultdict(list)
        for path in sorted(paths):
            self._add(path)

    def _add(self, path: str) -> None:
        above, _, name = path.rpartition("/")
        lower = path.casefold()
        self.by_case[lower].append(path)
        self.below[above].append(name)
        if above:
            directory = basename(above)
            tail = f"{directory}/{name}"
            self.by_tail[tail].append(path)

    def cased(self, path: str) -> str | None:
        """The one path that differs in capitals alone."""
        lower = path.casefold()
        paths = self.by_case.get(lower)
        return _only(paths)

    def spelled(self, path: str, usual: IsUsual) -> str | None:
        """The one path that differs in a letter of one name."""
        parts = path.split("/")
        number = self._first_missing(parts)
        if number is None:
            return None
        wrong = parts[number]
        if usual(wrong):
            return None

        directory = "/".join(parts[:number])
        paths: list[str] = []
        for name in self.below.get(directory, ()):
            if not _is_slip(wrong, name):
                continue
            corrected = parts.copy()
            corrected[number] = name
            other = "/".join(corrected)
            if other in self.paths:
                paths.append(other)
        return _only(paths)

    def _first_missing(self, parts: list[str]) -> int | None:
        """Which part of a path is the first that does not exist."""
        start = ""
        for number, part in enumerate(parts):
            start += part
            if start not in self.paths:
                return number
            start += "/"
        return None

    def elsewhere(self, path: str) -> str | None:
        """The one path that ends as this one does, or as which this one ends.

        At least two names are the same.
        """
        parts = path.split("/")
        if len(parts) < 2:
            return None
        last_two = parts[-2:]
        tail = "/".join(last_two)
        alike = self.by_tail.get(tail, ())
        paths = [other for other in alike if _ends_with(path, other)]
        return _only(paths)


def _index(build: Build) -> _Index:
    context = build.context
    if context is None:
        return _Index(frozenset())
    return _Index(context.paths)


def _only(paths: list[str] | None) -> str | None:
    """The one path of a list; None where there are several, or none."""
    if paths is None or len(paths) != 1:
        return None
    return paths[0]


def _ends_with(path: str, other: str) -> bool:
    """Whether one of two paths is the end of the other."""
    path = f"/{path}"
    other = f"/{other}"
    if path.endswith(other):
        return True
    return other.endswith(path)


def _is_slip(name: str, other: str) -> bool:
    """Whether the two names differ in one letter of one long word.

    Not in a digit, an ending or a plural.
    """
    words = _BETWEEN.split(name)
    others = _BETWEEN.split(other)
    if len(words) != len(others):
        return False

    different: list[int] = []
    for number, word in enumerate(words):
        if word != others[number]:
            different.append(number)
    if len(different) != 1:
        return False

    [number] = different
    pair = (words[number], others[number])
    is_last = number == len(words) - 1
    if is_last and "." in name:
        return _YAML.issuperset(pair)
    return _is_slip_of_word(*pair)


def _is_slip_of_word(word: str, other: str) -> bool:
    shortest = min(len(word), len(other))
    if shortest < _SHORTEST:
        return False
    # A plural is another name, no slip
    if f"{word}s" == other or f"{other}s" == word:
        return False
    return _is_one_letter(word, other)


def _is_one_letter(word: str, other: str) -> bool:
    """Whether a letter was left out, added, changed, or changed places with the next."""
    start = _first_difference(word, other)
    here = word[start:]
    there = other[start:]
    letters = here[:1] + there[:1]
    if not letters.isalpha():
        return False

    # Added, left out, changed
    here_after = here[1:]
    there_after = there[1:]
    if here_after == there or here == there_after:
        return True
    if here_after == there_after:
        return True

    first = there[:1]
    second = there[1:2]
    swapped = f"{second}{first}{there[2:]}"
    return here == swapped


def _first_difference(word: str, other: str) -> int:
    """How many letters are the same at the start."""
    shorter = min(len(word), len(other))
    for place in range(shorter):
        if word[place] != other[place]:
            return place
    return shorter
