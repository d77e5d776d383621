"""`.dockerignore`, as BuildKit matches it.

Sources: moby/patternmatcher (patternmatcher.go, ignorefile/ignorefile.go) and tonistiigi/fsutil
(filter.go), as BuildKit vendors them. `Ignore.matches` is patternmatcher's MatchesOrParentMatches,
which BuildKit's own checks ask; `Ignore.sent` is what the client's walk sends
(MatchesUsingParentResults), which differs: `**/*.md` with `!docs` keeps docs/a.md out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lightship.context.wildcards import clean
from lightship.record import record

if TYPE_CHECKING:
    from lightship.context.ignore_walk import IgnoreWalk
    from lightship.context.pattern_lines import IgnoreProblem
    from lightship.context.patterns import IgnorePattern


@record
class Ignore:
    """An ignore file. Where `problems` is not empty, BuildKit refuses it.

    The patterns that are right still match.
    """

    patterns: tuple[IgnorePattern, ...] = ()
    problems: tuple[IgnoreProblem, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Ignore:
        """Read the text of an ignore file; it never raises."""
        if not text:
            return cls()
        # Many contexts have no patterns
        from lightship.context.pattern_lines import read_lines  # noqa: PLC0415

        patterns, problems = read_lines(text)
        return cls(tuple(patterns), tuple(problems))

    @classmethod
    def of(cls, patterns: Iterable[str]) -> Ignore:
        """The ignore file that has these lines."""
        return cls.parse("\n".join(patterns))

    @property
    def has_exclusions(self) -> bool:
        """Whether a pattern starts with `!`, which takes files back in."""
        return any(pattern.negated for pattern in self.patterns)

    def matches(self, path: str) -> bool:
        """Whether the path is left out: by the last pattern that takes it or a directory
        above it.
        """
        pattern = self.deciding(path)
        return pattern is not None and not pattern.negated

    def deciding(self, path: str) -> IgnorePattern | None:
        """The last pattern that takes the path or a directory above it."""
        if not self.patterns:
            return None
        from lightship.context.path_match import IndexedPath  # noqa: PLC0415 - as above

        subject = IndexedPath(clean(path))
        return next(
            (
                pattern
                for pattern in reversed(self.patterns)
                if pattern.matches(subject, parents=True)
            ),
            None,
        )

    def walk(self, enters_all: bool = False) -> IgnoreWalk:
        """The client's walk through a context, one path after another.

        For `COPY --exclude` it `enters_all`.
        """
        from lightship.context.ignore_walk import IgnoreWalk  # noqa: PLC0415 - as above

        return IgnoreWalk(self.patterns, enters_all)

    def sent(self, paths: Iterable[str]) -> Iterator[str]:
        """The files among `paths` that the client sends to the builder."""
        if not self.patterns:
            return iter(paths)
        walk = self.walk()
        return (path for path in paths if not walk.leaves_out(path))
