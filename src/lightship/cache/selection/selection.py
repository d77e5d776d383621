"""What one source of COPY, ADD or a bind mount takes of the build context, and how that
enters a cache key.

BuildKit hashes the names, modes and contents of what is selected, not where it lies
(cache/contenthash/checksum.go): below a plain source names count from the source itself, so that
`COPY s.txt` and `COPY d/s.txt` are the same where the files are; below wildcards they count from
the directory before the first wildcard. Symlinks on the way to a source are followed, those in a
directory that is copied are hashed as links.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from lightship.context.ignore import Ignore
from lightship.context.ignore_walk import IgnoreWalk
from lightship.context.wildcards import (
    BadPatternError,
    clean,
    has_wildcards,
    is_bad_pattern,
    matches,
)
from lightship.record import record

_MOST_LINKS = 255  # as BuildKit's getFollowLinks


@record
class Selection:
    """A source, cleaned and without a leading `/`; empty for the whole context.

    `excludes` are the values of `--exclude`; `parents` marks `--parents`, where `source` is a
    pattern that may have `**`. `optional` says that it may be missing without the build failing.
    """

    source: str
    excludes: tuple[str, ...] = ()
    parents: bool = False
    optional: bool = False

    @property
    def is_pattern(self) -> bool:
        return has_wildcards(self.source) and not self.parents

    @property
    def is_bad(self) -> bool:
        """Whether it is a pattern that no path is held against: a bracket is out of place."""
        return self.is_pattern and is_bad_pattern(self.source)


def read_selection(
    operand: str,
    excludes: tuple[str, ...] = (),
    *,
    parents: bool = False,
) -> Selection:
    """The selection of an operand, after its variables were expanded."""
    path = clean(f"/{operand}")
    source = path.removeprefix("/")
    return Selection(source, excludes, parents)


class Naming:
    """Gives what is selected its names.

    `source` is the selection's own, after symlinks were followed.
    """

    def __init__(self, selection: Selection, source: str) -> None:
        self.selection = selection
        self.source = source
        self._below = f"{source}/" if source else ""
        self._is_pattern = selection.is_pattern

        self._excluded: IgnoreWalk | None = None
        if selection.excludes:
            excludes = Ignore.of(selection.excludes)
            self._excluded = excludes.walk(enters_all=True)
        self._chosen: IgnoreWalk | None = None
        if selection.parents:
            chosen = Ignore.of([selection.source])
            self._chosen = chosen.walk()

        self._fixed = before_wildcards(source)
        self._prefix = _before_special(source)
        self._depth = source.count("/") + 1
        self._matched: dict[str, bool] = {}

    def name(self, path: str) -> str | None:
        """The name under which a path of the context counts.

        None where it is not selected, empty for the source.
        """
        name = self._name_before_excludes(path)
        if not name or self._excluded is None:
            return name

        inside = name
        if self._is_pattern:
            inside = self._inside(path)
        if inside and self._excluded.leaves_out(inside):
            return None
        return name

    def _name_before_excludes(self, path: str) -> str | None:
        """The name of a path, whatever `--exclude` says."""
        chosen = self._chosen
        if chosen is not None:
            is_chosen = not self.selection.source or chosen.leaves_out(path)
            return path if is_chosen else None

        if self._is_pattern:
            return self._of_pattern(path)
        if path == self.source:
            return ""
        if path.startswith(self._below):
            return path.removeprefix(self._below)
        return None

    def _inside(self, path: str) -> str:
        """Where a path lies below what a pattern matches, from where excludes count.

        Empty for that itself.
        """
        if path.count("/") < self._depth:
            return ""
        parts = path.split("/", self._depth)
        return parts[self._depth]

    def among(self, paths: Sequence[str]) -> Iterator[str]:
        """Of sorted paths those that may have a name; the others are not looked at."""
        if self._chosen is not None or not self.source:
            yield from paths
        elif self.selection.is_pattern:
            yield from starting(paths, self._prefix)
        else:
            at = bisect_left(paths, self.source)
            if at < len(paths) and paths[at] == self.source:
                yield self.source
            yield from starting(paths, self._below)

    @property
    def start(self) -> str:
        """The directory in which a pattern looks; empty for the root."""
        return self._fixed.rstrip("/")

    def path(self, name: str) -> str:
        """The path of the context that counts under a name."""
        if self._chosen is not None:
            return name
        if self._is_pattern:
            return f"{self._fixed}{name}"
        return f"{self._below}{name}" if name else self.source

    def is_top(self, path: str) -> bool:
        """Whether a pattern selects the path itself, and not only a directory above it."""
        return path.count("/") + 1 == self._depth

    def _of_pattern(self, path: str) -> str | None:
        """Below a pattern everything counts whose directory, or that itself, matches: no
        wildcard passes a `/`.
        """
        if not path.startswith(self._prefix):
            return None
        parts = path.split("/", self._depth)
        if len(parts) < self._depth:
            return None

        top = "/".join(parts[: self._depth])
        is_matched = self._matched.get(top)
        if is_matched is None:
            is_matched = _matches(self.source, top)
            self._matched[top] = is_matched
        if not is_matched:
            return None
        start = len(self._fixed)
        return path[start:]


def starting(paths: Sequence[str], prefix: str) -> Iterator[str]:
    """Those of sorted paths that start so."""
    first = bisect_left(paths, prefix)
    for at in range(first, len(paths)):
        path = paths[at]
        if not path.startswith(prefix):
            return
        yield path


def _matches(pattern: str, path: str) -> bool:
    try:
        return matches(pattern, path)
    except BadPatternError:
        return False


def _before_special(pattern: str) -> str:
    """What every path that matches starts with."""
    for at, character in enumerate(pattern):
        if character in "*?[\\":
            return pattern[:at]
    return pattern


def before_wildcards(source: str) -> str:
    """The directories before the first wildcard, with a `/` at the end.

    Empty where there are none.
    """
    fixed = ""
    *directories, _last = source.split("/")
    for directory in directories:
        if has_wildcards(directory):
            break
        fixed += f"{directory}/"
    return fixed


def resolved(selection: Selection, links: Mapping[str, str]) -> str | None:
    """The source after the symlinks on its way were followed, of a pattern those before its
    wildcards.
    """
    source = selection.source
    if selection.parents:
        return source
    if not selection.is_pattern:
        return followed(source, links)

    fixed = before_wildcards(source)
    start = followed(fixed, links)
    rest = source.removeprefix(fixed)
    if start is None:
        return None
    if not start:
        return rest
    return f"{start}/{rest}"


def followed(source: str, links: Mapping[str, str]) -> str | None:
    """A source after the symlinks on its way were followed.

    None where they lead nowhere, or round and round.

    `links` are the targets of the symlinks that are sent. An absolute target counts from the root
    of the context, and none leads out of it.
    """
    reached = ""
    left = _MOST_LINKS
    waiting = source.split("/")  # the next part last
    waiting.reverse()
    while waiting:
        part = waiting.pop()
        if part in ("", "."):
            continue
        if part == "..":
            reached, _slash, _part = reached.rpartition("/")
            continue

        path = f"{reached}/{part}" if reached else part
        target = links.get(path)
        if target is None:
            reached = path
            continue

        # A link: its target stands in the place of its name
        left -= 1
        if left < 0:
            return None
        if target.startswith("/"):
            reached = ""
        parts = target.split("/")
        waiting += reversed(parts)
    return reached


def last_part(source: str) -> str:
    """What the key keeps of where a source lies: its last part (solver/llbsolver/ops/file.go,
    CacheMap).
    """
    return posixpath.basename(f"/{source}") or "/"
