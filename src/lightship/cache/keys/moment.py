"""`Moment`: a build with the files that it has now; and the same a commit later."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.build import Build
from lightship.cache.builders import BUILDKIT, Builder
from lightship.cache.keys.keys import Keyed, Keys
from lightship.cache.plan.make_plan import make_plan
from lightship.cache.selection.context_tree import ContextChange, FileTree
from lightship.cache.selection.selected import Selected
from lightship.cache.selection.sent_context import Read, SentContext
from lightship.context.ignore import Ignore
from lightship.errors import ParseError


class Moment:
    """Keys of all steps, for files that may change. A ParseError for what BuildKit would refuse."""

    def __init__(
        self, build: Build, tree: FileTree, builder: Builder = BUILDKIT
    ) -> None:
        ignore = _ignore(build)
        self.keys = Keys(make_plan(build, builder))
        self.sent = SentContext(ignore, self.keys.selections)
        self.sent.fill(tree)

    def apply(self, changes: Iterable[ContextChange], read: Read) -> None:
        """The files a commit later."""
        self.sent.apply(changes, read)

    @property
    def keyed(self) -> list[Keyed]:
        """All steps with their keys, as the files are now."""
        taken = self.sent.taken
        linked = (
            {each for each in taken if taken[each].holds(self.sent.links)}
            if self.sent.links
            else ()
        )
        digests = {selection: self._digest(each) for selection, each in taken.items()}
        return self.keys.at(digests, linked)

    def _digest(self, taken: Selected) -> str | None:
        """A pattern that selects nothing fails where the directory in which it looks is not there.

        The client sends only what is asked for: so somebody else must ask for something in that
        directory.
        """
        start = taken.start_of_pattern
        if taken.tokens or not start:
            return taken.digest
        return (
            taken.digest
            if any(
                each.tokens and each.holds((start,))
                for each in self.sent.taken.values()
            )
            else None
        )


def dockerfile_of(build: Build) -> str:
    """The Dockerfile's path from the root of the context, which it may lie beside."""
    return (
        build.path
        or (build.context.dockerfile if build.context is not None else None)
        or "Dockerfile"
    )


def _ignore(build: Build) -> Ignore:
    if build.context is None:
        return Ignore()
    ignore = build.context.ignore
    if ignore.problems:
        problem = ignore.problems[0]
        raise ParseError(
            f"{build.context.ignore_path}, line {problem.line}: {problem.message}"
        )
    return ignore
