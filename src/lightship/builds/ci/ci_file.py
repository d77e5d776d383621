"""`CiFile`: a file of a CI system with the builds that it runs, as rules judge it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property

from lightship.build import Build
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.yaml_tree import flow_spans
from lightship.record import record
from lightship.text import Lines, Span


@record(eq=False, slots=False)
class CiFile:
    """A file of a CI system.

    `path` counts from the root of the repository. `builds` are those whose step stands in this
    file, by line; `repository` are all that CI runs in the repository. Builds that never run, since
    their job is switched off, and those that lack their Dockerfile, are in neither. `image_of`
    gives what a build builds: the Dockerfile with its context and arguments, None where that cannot
    be known. `mark` is the byte order mark before `text`, or empty.
    """

    path: str
    text: str
    builds: tuple[CiBuild, ...]
    repository: tuple[CiBuild, ...]
    image_of: Callable[[CiBuild], Build | None]
    mark: str = ""

    @cached_property
    def lines(self) -> Lines:
        """The lines of the text."""
        return Lines(self.text)

    @cached_property
    def _flow(self) -> tuple[Span, ...]:
        return flow_spans(self.text)

    def is_flow(self, offset: int) -> bool:
        """Whether a place lies in a collection of YAML in flow style, where a comma separates."""
        at = bisect_right(self._flow, offset, key=lambda span: span.start)
        return at > 0 and offset < self._flow[at - 1].end

    @cached_property
    def steps(self) -> tuple[tuple[CiBuild, ...], ...]:
        """The builds of each step or command, by line: several where a matrix or a file of targets
        builds several images.
        """
        by_line: dict[int, list[CiBuild]] = {}
        for build in self.builds:
            by_line.setdefault(build.line, []).append(build)
        return tuple(tuple(builds) for _, builds in sorted(by_line.items()))
