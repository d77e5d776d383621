"""Paths of the build context that a path which does not exist may have meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lightship.build import Build
from lightship.record import record
from lightship.regex import regex

_BETWEEN = regex(r"[._ -]+")
_PLAIN = regex(r"[\w./@+-]+")
_SHORTEST = 4  # letters of a word in which one may be wrong: `test_a` and `test_b` are two things
_ENDINGS = frozenset((("yml", "yaml"), ("yaml", "yml")))


@record
class Near:
    """A path that exists; `reason` says why the other one is not it."""

    path: str
    reason: str


def near(build: Build, path: str, usual: Callable[[str], bool]) -> Iterator[Near]:
    """What `path` may have meant, the likeliest first; a name for which `usual` holds is a precaution, no slip."""
    index = build.once(_index)
    if path.startswith("../"):
        inside = path.replace("../", "")
        if inside in index.paths:
            yield Near(inside, "paths begin at the root of the build context")
        return
    if "\\" in path:
        slashed = path.replace("\\", "/").rstrip("/")
        if slashed in index.paths:
            yield Near(
                slashed,
                "`\\` stands for the next character itself: between directories it is `/`",
            )
        return
    ways = (
        (index.cased(path), "in another case"),
        (index.spelled(path, usual), "with another letter"),
    )
    for found, difference in (*ways, (index.elsewhere(path), "in another place")):
        if found is not None and _PLAIN.fullmatch(found):
            yield Near(found, f"there is {found}, {difference}")


class _Index:
    """The paths of a context, by what one may remember of them."""

    def __init__(self, paths: frozenset[str]) -> None:
        self.paths = paths
        self.by_case: dict[str, list[str]] = {}
        self.below: dict[str, list[str]] = {}
        self.by_tail: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            self.by_case.setdefault(path.casefold(), []).append(path)
            above, _, name = path.rpartition("/")
            self.below.setdefault(above, []).append(name)
            if above:
                self.by_tail.setdefault(
                    f"{above.rpartition('/')[2]}/{name}", []
                ).append(path)

    def cased(self, path: str) -> str | None:
        return _only(self.by_case.get(path.casefold(), []))

    def spelled(self, path: str, usual: Callable[[str], bool]) -> str | None:
        """The one path that differs in a letter of one name."""
        parts = path.split("/")
        at = next(
            (
                at
                for at in range(len(parts))
                if "/".join(parts[: at + 1]) not in self.paths
            ),
            None,
        )
        if at is None or usual(parts[at]):
            return None
        above, rest = parts[:at], parts[at + 1 :]
        names = [
            name
            for name in self.below.get("/".join(above), [])
            if _is_slip(parts[at], name)
        ]
        found = ["/".join((*above, name, *rest)) for name in names]
        return _only([each for each in found if each in self.paths])

    def elsewhere(self, path: str) -> str | None:
        """The one path that ends as this one does, or as which this one ends: at least two names of it."""
        parts = path.split("/")
        tail = "/".join(parts[-2:])
        if len(parts) < 2:
            return None
        same = self.by_tail.get(tail, [])
        return _only(
            [
                each
                for each in same
                if f"/{each}".endswith(f"/{path}") or f"/{path}".endswith(f"/{each}")
            ]
        )


def _index(build: Build) -> _Index:
    return _Index(build.context.paths if build.context is not None else frozenset())


def _only(found: list[str]) -> str | None:
    return found[0] if len(found) == 1 else None


def _is_slip(name: str, other: str) -> bool:
    """Whether the two names differ in one letter of one long word: not in a digit, an ending or a plural."""
    words, others = _BETWEEN.split(name), _BETWEEN.split(other)
    apart = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    if len(words) != len(others) or len(apart) != 1:
        return False
    one, two = apart[0]
    if "." in name and apart[0] == (words[-1], others[-1]):
        return apart[0] in _ENDINGS
    plural = one == f"{two}s" or two == f"{one}s"
    return (
        min(len(one), len(two)) >= _SHORTEST and not plural and _is_one_letter(one, two)
    )


def _is_one_letter(one: str, two: str) -> bool:
    """Whether a letter was left out, added, put in another's place, or changed places with the next."""
    start = next(
        (
            at
            for at, pair in enumerate(zip(one, two, strict=False))
            if pair[0] != pair[1]
        ),
        None,
    )
    start = min(len(one), len(two)) if start is None else start
    here, there = one[start:], two[start:]
    letters = here[:1] + there[:1]
    swapped = here[:2] == there[:2][::-1] and here[2:] == there[2:]
    alike = here[1:] == there[1:] or here[1:] == there or here == there[1:] or swapped
    return alike and letters.isalpha()
