"""`IgnoreWalk`: the client's walk through a build context, which decides what is sent to the
builder.

Sources: tonistiigi/fsutil filter.go and MatchesUsingParentResults of moby/patternmatcher. A walk
differs from a look at one path (`Ignore.matches`): a pattern counts below a directory only if it
was tried there and took it; and a directory that is left out is not entered where no `!` line can
reach into it, of which fsutil judges by how the line is spelled.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from lightship.context.patterns import IgnorePattern, as_go_reads

if TYPE_CHECKING:
    from lightship.context.automaton import Automaton

_WILDCARDS = frozenset("*[]?^\\")
_WIDEST = 1024  # places of one automaton, but for its last pattern
# That are remembered of directories: half a gigabyte, which only an attack reaches
_MOST_BITS = 1 << 32


class _Directory(NamedTuple):
    """A directory on the walk: each automaton with its places, and with those of the patterns
    that took it.

    `last` is the last pattern that took it; a directory that is `shut` is not entered.
    """

    parts: tuple[tuple[Automaton, int, int], ...]
    last: IgnorePattern | None = None
    shut: bool = False


class IgnoreWalk:
    """Judges paths in any order, and remembers each directory that leads to them.

    A path is relative to the root of the context, clean, with `/`. Its last name may be a file's
    or a directory's. A walk that `enters_all` is that of `COPY --exclude` (fsutil copy/copy.go).
    """

    def __init__(
        self,
        patterns: Iterable[IgnorePattern],
        enters_all: bool = False,
    ) -> None:
        patterns = tuple(patterns)
        automata = _automata(patterns) if patterns else []
        self._width = sum(each.width for each in automata)
        self._stems = None if enters_all else _stems(patterns)
        self._root = _Directory(tuple((each, each.start, 0) for each in automata))
        self._known = {"": self._root}

    def leaves_out(self, path: str) -> bool:
        """Whether the client keeps the path back."""
        last = self.decides(path)
        return last is not None and not last.negated

    def decides(self, path: str) -> IgnorePattern | None:
        """The last pattern that took the path on the way down to it.

        None where none did, and it is sent.
        """
        above, _, name = path.rpartition("/")
        directory = self._known.get(above) or self._directory(above)
        if directory.shut:
            return directory.last
        last, out = None, False
        for automaton, places, took in directory.parts:
            hits = automaton.step(places, path, name) & automaton.takes
            if hits or took:
                last = automaton.last(automaton.taken(took, hits, out)) or last
                out = last is not None and not last.negated
        return last

    def _directory(self, path: str) -> _Directory:
        """A directory, and so each above it."""
        if len(self._known) * self._width > _MOST_BITS:
            self._known = {"": self._root}
        missing = []
        while (found := self._known.get(path)) is None:
            missing.append(path)
            path = path.rpartition("/")[0]
        for path in reversed(missing):
            found = self._known[path] = (
                found if found.shut else self._entered(path, found)
            )
        return found

    def _entered(self, path: str, above: _Directory) -> _Directory:
        name = path.rpartition("/")[2]
        parts: list[tuple[Automaton, int, int]] = []
        last, out = None, False
        for automaton, before, took_above in above.parts:
            places = automaton.step(before, path, name)
            took = automaton.taken(took_above, places & automaton.takes, out)
            parts.append((automaton, places, took))
            last = automaton.last(took) or last
            out = last is not None and not last.negated
        return _Directory(tuple(parts), last, out and not self._reaches_into(path))

    def _reaches_into(self, path: str) -> bool:
        """Whether a `!` line is spelled so that it may take something in below a directory
        (filter.go, Walk).
        """
        if self._stems is None:
            return True
        at = bisect_left(self._stems, f"{path}/")
        return at < len(self._stems) and self._stems[at].startswith(f"{path}/")


def _automata(patterns: Iterable[IgnorePattern]) -> list[Automaton]:
    """The patterns in one automaton.

    Many in several, since each of its masks is as wide as all of them.
    """
    # 1 ms, and small projects ignore nothing
    from lightship.context.automaton import Automaton  # noqa: PLC0415

    automata = [Automaton()]
    for pattern in patterns:
        if automata[-1].width > _WIDEST:
            automata.append(Automaton())
        automata[-1].add(pattern)
    return automata


def _stems(patterns: Iterable[IgnorePattern]) -> list[str] | None:
    """What each `!` line starts with, up to a last `/*` or `/**`, sorted.

    None where one has wildcards before that: then every directory is entered.
    """
    negated = (as_go_reads(pattern.text) for pattern in patterns if pattern.negated)
    stems = [text.removesuffix("/**").removesuffix("/*") for text in negated]
    if not all(map(_WILDCARDS.isdisjoint, stems)):
        return None
    return sorted(f"{stem}/" for stem in stems)


def sent_directories(
    directories: Iterable[str],
    files: Iterable[str],
    walk: IgnoreWalk,
) -> Iterator[str]:
    """The directories among `directories` that arrive at the builder, in their order.

    That is what is not left out, and all above that or above one of `files`, which are those that
    are sent.
    """
    known = dict.fromkeys(directories)
    sent = {path for path in known if not walk.leaves_out(path)}
    for path in (*files, *sent):
        above = path.rpartition("/")[0]
        while above and above not in sent:
            sent.add(above)
            above = above.rpartition("/")[0]
    return (path for path in known if path in sent)
