"""Comments about packages that the common stage installs from now on: they go where those go."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lightship.dockerfile.tree import Instruction
from lightship.facts.edits import moves
from lightship.regex import regex
from lightship.rules.stages.build_tools_in_final_stage.one_stage import (
    Shape,
    apt_installs,
)
from lightship.shell.commands import Word
from lightship.shell.packages import PackageCommand
from lightship.text import Edit, Span

_WORD = regex(r"[\w.+-]+")
# `#   and for that too`: the line goes on with what the one above says
_GOES_ON = regex(r"[ \t]*#(?: {2,}|\t)\S")
_SHORTEST = 4  # letters of a beginning that stands for a package: `libpango, libcairo`


def said_of_shared(
    shape: Shape, shared: Collection[Word]
) -> Iterator[tuple[Sequence[str], Edit]]:
    """Comments above an install that speak of `shared`, and their removal.

    All of them where they name more of those than of what stays; else the lines that name nothing
    but those.
    """
    dockerfile = shape.build.dockerfile
    for run, does in apt_installs(shape):
        comment = _comment(shape, run)
        if not comment:
            continue
        start = moves.block(dockerfile, run).start
        first = dockerfile.lines.line(start)
        going = _going(comment, does, shared)
        for number, line in enumerate(comment):
            if number in going:
                starts = dockerfile.lines.starts
                span = Span(starts[first + number - 1], starts[first + number])
                yield (line,), Edit.delete(span)


def _comment(shape: Shape, run: Instruction) -> tuple[str, ...]:
    lines = moves.moved(shape.build.dockerfile, run)
    return lines[: run.first_line - run.last_line - 1]


def _going(
    comment: Sequence[str], does: PackageCommand, shared: Collection[Word]
) -> set[int]:
    """The numbers of the lines that go."""
    text = _plain("\n".join(comment))
    named = [item.word for item in does.packages if _plain(item.name) in text]
    moved = [word for word in named if word in shared]
    if 2 * len(moved) > len(named):
        return set(range(len(comment)))

    going: set[int] = set()
    for number, line in enumerate(comment):
        of_line = _named(line, does)
        if of_line:
            goes = all(word in shared for word in of_line)
        else:
            goes = number - 1 in going and _GOES_ON.match(line) is not None
        if goes:
            going.add(number)
    return going


def _named(line: str, does: PackageCommand) -> list[Word]:
    """The packages that a line names, by their names or by how these begin."""
    said = [word for word in _WORD.findall(line) if len(word) >= _SHORTEST]
    text = _plain(line)
    return [
        item.word
        for item in does.packages
        if item.name.startswith(tuple(said)) or _plain(item.name) in text
    ]


def _plain(text: str) -> str:
    """As a person may write it: `PostgreSQL client` for postgresql-client."""
    return text.lower().replace("-", " ").replace("_", " ")
