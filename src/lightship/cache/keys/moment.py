"""`Moment`: a build with the files that it has now; and the same a commit later."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.build import Build
from lightship.cache.builders import BUILDKIT, Builder
from lightship.cache.keys.keys import Keyed, Keys
from lightship.cache.plan.make_plan import make_plan
from lightship.cache.selection.context_tree import ContextChange, FileTree
from lightship.cache.selection.selected import Selected
from lightship.cache.selection.selection import Selection
from lightship.cache.selection.sent_context import Read, SentContext
from lightship.context.ignore import Ignore
from lightship.errors import ParseError


class Moment:
    """Keys of all steps, for files that may change. A ParseError for what BuildKit would refuse."""

    def __init__(
        self,
        build: Build,
        tree: FileTree,
        builder: Builder = BUILDKIT,
    ) -> None:
        ignore = _ignore(build)
        plan = make_plan(build, builder)
        self.keys = Keys(plan)
        self.sent = SentContext(ignore, self.keys.selections)
        self.sent.fill(tree)

    def apply(self, changes: Iterable[ContextChange], read: Read) -> None:
        """The files a commit later."""
        self.sent.apply(changes, read)

    @property
    def keyed(self) -> list[Keyed]:
        """All steps with their keys, as the files are now."""
        digests: dict[Selection, str | None] = {}
        for selection, selected in self.sent.selected.items():
            digest = self._digest(selected)
            digests[selection] = digest
        linked = self._linked()
        return self.keys.at(digests, linked)

    def _linked(self) -> set[Selection]:
        """The selections with symlinks in them."""
        links = sorted(self.sent.links)
        linked: set[Selection] = set()
        if not links:
            return linked

        for selection, selected in self.sent.selected.items():
            if selected.holds(links):
                linked.add(selection)
        return linked

    def _digest(self, selected: Selected) -> str | None:
        """A pattern that selects nothing fails where the directory in which it looks is not there.

        The client sends only what is asked for: so somebody else must ask for something in that
        directory.
        """
        directory = selected.start_of_pattern
        if selected.tokens or not directory:
            return selected.digest
        if self._is_asked_for(directory):
            return selected.digest
        return None

    def _is_asked_for(self, directory: str) -> bool:
        """Whether a selection takes a directory."""
        wanted = (directory,)
        for selected in self.sent.selected.values():
            if not selected.tokens:
                continue
            if selected.holds(wanted):
                return True
        return False


def dockerfile_of(build: Build) -> str:
    """The Dockerfile's path from the root of the context, which it may lie beside."""
    if build.path:
        return build.path
    context = build.context
    if context is None:
        return "Dockerfile"
    return context.dockerfile or "Dockerfile"


def _ignore(build: Build) -> Ignore:
    """The ignore file of the build context; a ParseError for one that BuildKit refuses."""
    context = build.context
    if context is None:
        return Ignore()

    ignore = context.ignore
    if ignore.problems:
        problem = ignore.problems[0]
        path = context.ignore_path
        where = f"{path}, line {problem.line}"
        message = f"{where}: {problem.message}"
        raise ParseError(message)
    return ignore
