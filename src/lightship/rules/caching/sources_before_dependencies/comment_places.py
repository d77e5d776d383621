"""Which comments go with the copy of the sources, and which stay with the install."""

from __future__ import annotations

from itertools import takewhile

from lightship.build import Build
from lightship.dockerfile.tree import Dockerfile, Instruction, Stage
from lightship.facts.edits import moves
from lightship.facts.edits.runs import has_ignore
from lightship.regex import regex
from lightship.text import Edit, Span

_OF_DEPENDENCIES = regex(
    r"(?i)dependenc|\bdeps\b|requirement|\blibrar(?:y|ies)\b|\bpackages\b"
)
_OF_COPY = regex(r"(?i)\bcop(?:y|ies|ied|ying)\b|\bcode\b|\bsources\b|\bfiles\b")
_OF_SETTINGS = regex(
    r"(?i)\b(?:director(?:y|ies)|env\w*|variables?|set|paths?|args?)\b"
)
_SETTINGS = frozenset({"ENV", "ARG", "WORKDIR"})


def comments_above(dockerfile: Dockerfile, instruction: Instruction) -> tuple[str, ...]:
    """The lines of the comments directly above an instruction, which speak of it."""
    count = instruction.last_line - instruction.first_line + 1
    return moves.moved(dockerfile, instruction)[:-count]


def stays_above(build: Build, run: Instruction) -> bool:
    """Whether the comments above an install are about the dependencies that come first from now on.

    One that silences a check is about the words of the line below it.
    """
    comments = comments_above(build.dockerfile, run)
    if not comments or has_ignore(build, run):
        return False
    return any(map(_OF_DEPENDENCIES.search, comments))


def is_of_dependencies(dockerfile: Dockerfile, copy: Instruction) -> bool:
    """Whether what stands above a copy is about the install below: `# Dependencies, as pinned`."""
    comments = comments_above(dockerfile, copy)
    if not comments:
        return False
    first = comments[0]
    if _OF_COPY.search(first):
        return False
    return _OF_DEPENDENCIES.search(first) is not None


def strayed(
    dockerfile: Dockerfile, stage: Stage, copy: Instruction
) -> Instruction | None:
    """The setting below the comment about a copy: `# Copy the code`, `WORKDIR /app`, `COPY . .`.

    None where it stands directly above the copy, as usual, or where there is none.
    """
    if moves.is_commented(dockerfile, copy):
        return None
    items = stage.instructions
    above = reversed(items[: items.index(copy)])
    line = copy.first_line
    for item in takewhile(lambda item: item.keyword in _SETTINGS, above):
        if item.last_line + 1 != line:
            return None
        line = item.first_line
        comments = comments_above(dockerfile, item)
        if comments:
            text = "\n".join(comments)
            is_of_copy = _OF_COPY.search(text) and not _OF_SETTINGS.search(text)
            return item if is_of_copy else None
    return None


def without_comments(dockerfile: Dockerfile, instruction: Instruction) -> Edit:
    """Remove the comments directly above an instruction."""
    start = moves.block(dockerfile, instruction).start
    line = dockerfile.lines.span(instruction.first_line)
    return Edit.delete(Span(start, line.start))
