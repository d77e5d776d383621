"""What rules say of a step that builds several images: of which ones, and of which lines.

A matrix, the targets of a bake file, and jobs that use one action make several builds of one step.
A rule judges each of them, and says of all together what is so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lightship.build import Build
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.dockerfile.tree import Instruction
from lightship.facts.ci.failing_images import stops
from lightship.record import record
from lightship.wording.lists import listed

_LONGEST = 30  # characters of the name of a Dockerfile
_MOST_NAMED = 2  # lines of Dockerfiles in one message
LinesOf = Callable[[CiBuild, Build], Sequence[Instruction]]


@record(eq=False)
class Judged:
    """A build about which a rule speaks, with the lines of its Dockerfile that it is about."""

    build: CiBuild
    lines: tuple[int, ...]

    @property
    def place(self) -> tuple[str, int]:
        """The Dockerfile and the first of the lines."""
        definition = self.build.definition
        assert definition is not None
        return definition.dockerfile, self.lines[0]


def judged(
    file: CiFile, builds: Iterable[CiBuild], lines_of: LinesOf
) -> Iterator[Judged]:
    """The builds whose Dockerfile has instructions of which a rule speaks."""
    for build in builds:
        if build.definition is None:
            continue
        image = file.image_of(build)
        if image is None:
            continue
        if stops(file, build):
            continue
        instructions = lines_of(build, image)
        lines = [instruction.first_line for instruction in instructions]
        if lines:
            yield Judged(build, tuple(lines))


def named_lines(found: Iterable[Judged]) -> str:
    """The first line of each Dockerfile, each once: `api/Dockerfile:4 and worker/Dockerfile:7`."""
    places = _places(found)
    names = short_names(path for path, _line in places)
    written = [f"{names[path]}:{line}" for path, line in places]
    return listed(written, _MOST_NAMED)


def _places(found: Iterable[Judged]) -> list[tuple[str, int]]:
    """Where each is, each place once."""
    places = dict.fromkeys(item.place for item in found)
    return list(places)


def runs_named(found: Sequence[Judged], what: str) -> str:
    """The lines with how many more `what` there are: `Dockerfile:4 and 2 more slow RUN`."""
    lines: set[tuple[str, int]] = set()
    for item in found:
        path, _line = item.place
        for line in item.lines:
            place = (path, line)
            lines.add(place)

    first = _places(found)[:_MOST_NAMED]
    more = len(lines) - len(first)
    if not more:
        return named_lines(found)

    paths = [item.place[0] for item in found]
    names = short_names(paths)
    written = [f"{names[path]}:{line}" for path, line in first]
    named = ", ".join(written)
    return f"{named} and {more} more {what}"


def has_several(found: Iterable[Judged]) -> bool:
    """Whether `named_lines` names more than one line."""
    return len(_places(found)) > 1


def short_names(paths: Iterable[str]) -> dict[str, str]:
    """Names by which paths are told apart: of each as many of its last parts as that takes."""
    unique = list(dict.fromkeys(paths))
    parts = [path.split("/") for path in unique]
    names = unique
    deepest = max(map(len, parts), default=0)
    for depth in range(1, deepest + 1):
        names = ["/".join(part[-depth:]) for part in parts]
        different = set(names)
        if len(different) == len(unique):
            break

    is_alone = len(unique) == 1
    short = [_cut(name, is_alone=is_alone) for name in names]
    return dict(zip(unique, short, strict=True))


def _cut(name: str, *, is_alone: bool) -> str:
    """A name that is not too long: of one with directories the end tells more."""
    if len(name) <= _LONGEST:
        return name
    if is_alone:
        return name[:_LONGEST]
    end = name[-_LONGEST:]
    return f"...{end}"


def in_some(found: int, builds: int) -> str:
    """How many of the builds of a step it is, where it is not all of them."""
    if found >= builds:
        return ""
    return f" in {found} of {builds} builds"
