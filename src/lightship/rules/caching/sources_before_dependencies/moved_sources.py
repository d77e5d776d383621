"""The lines of the sources where they come after the install."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from posixpath import normpath

from lightship.build import Build
from lightship.context.taken_by_copy import copied
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below
from lightship.facts.copies.deliveries import Delivery, deliveries
from lightship.facts.edits import moves
from lightship.record import record
from lightship.rules.caching.sources_before_dependencies.comment_places import (
    comments_above,
    strayed,
    without_comments,
)
from lightship.rules.caching.sources_before_dependencies.early_copies import EarlyCopy
from lightship.text import Edit, Span, apply_edits

_MOST_FILES = 2_000  # that are looked at to see whether a copy repeats them
_WHOLE_CONTEXT = frozenset(("", "."))
_COPIES = frozenset({"COPY", "ADD"})


@record
class MovedSources:
    """Their lines below the install; `edits` remove comments that stood further up."""

    lines: tuple[str, ...]
    edits: tuple[Edit, ...] = ()


def moved_sources(
    early: EarlyCopy,
    going: Sequence[Instruction],
    manifests: Sequence[str],
    left: Sequence[str],
) -> MovedSources:
    """The copy and what goes with it, `going`, without the comments that are `left` above.

    `manifests` are the COPY lines that come before the install.
    """
    dockerfile = early.build.dockerfile
    copy, *others = going
    if not others and _is_repeated(early):
        return MovedSources(())

    lines = _moved_copy(early, manifests)[len(left) :]
    for item in others:
        lines += moves.moved(dockerfile, item)
    stray = strayed(dockerfile, early.stage, copy)
    if stray is None:
        return MovedSources(lines)
    comments = comments_above(dockerfile, stray)
    return MovedSources((*comments, *lines), (without_comments(dockerfile, stray),))


def below_install(early: EarlyCopy, sources: Sequence[str]) -> Edit:
    """The sources below the install, beside a copy that an earlier round has moved there."""
    dockerfile, run = early.build.dockerfile, early.run
    if not moves.is_spaced(dockerfile, run):
        return moves.after(dockerfile, run, sources)
    following = _copy_below(early)
    if following is None:
        return moves.after(dockerfile, run, ["", *sources])
    return moves.before(dockerfile, following, sources)


def _copy_below(early: EarlyCopy) -> Instruction | None:
    """The copy below the install, for a file that does not keep its copies apart.

    One with a comment begins a paragraph of its own.
    """
    dockerfile = early.build.dockerfile
    items = early.stage.instructions
    place = items.index(early.run) + 1
    below = items[place : place + 2]
    if not below or below[0].keyword not in _COPIES:
        return None
    if moves.is_commented(dockerfile, below[0]):
        return None
    number = items.index(early.copy)
    around = items[max(number - 1, 0) : number + 2]
    pairs = (*pairwise(around), *pairwise(below))
    if any(_are_kept_apart(early, *pair) for pair in pairs):
        return None
    return below[0]


def _are_kept_apart(early: EarlyCopy, upper: Instruction, lower: Instruction) -> bool:
    """Whether a blank line stands between two copies."""
    if upper.keyword not in _COPIES or lower.keyword not in _COPIES:
        return False
    return moves.is_spaced(early.build.dockerfile, lower)


def _moved_copy(early: EarlyCopy, lines: Sequence[str]) -> tuple[str, ...]:
    """The lines of the copy, without the files that are copied before the install from now on."""
    dockerfile, copy = early.build.dockerfile, early.copy
    block = moves.moved(dockerfile, copy)
    if copy.form == "exec" or copy.first_line != copy.last_line:
        return block
    copied_before = {word for line in lines for word in line.split()[1:-1]}
    *sources, _target = copy.args
    left = [word for word in sources if normpath(word.text) not in copied_before]
    if not left or len(left) == len(sources):
        return block

    line = dockerfile.lines.span(copy.first_line)
    edits = [
        Edit.delete(
            Span(word.span.start - line.start, following.span.start - line.start)
        )
        for word, following in pairwise(copy.args)
        if word not in left
    ]
    return (*block[:-1], apply_edits(block[-1], edits))


def _is_repeated(early: EarlyCopy) -> bool:
    """Whether the instruction after the RUN copies the same files to the same places again.

    One with a comment is kept: nothing that somebody wrote is lost.
    """
    if moves.is_commented(early.build.dockerfile, early.copy):
        return False
    items = early.stage.instructions
    place = items.index(early.run) + 1
    context = early.build.context
    if context is None or place >= len(items) or items[place].keyword != "COPY":
        return False
    text = early.build.dockerfile.text
    flags = [flag.span.of(text) for flag in items[place].flags]
    if flags != [flag.span.of(text) for flag in early.copy.flags]:
        return False

    brought = early.build.once(_by_instruction).get(items[place])
    files = list(copied(context, early.delivery.sources))
    if brought is None or len(files) > _MOST_FILES:
        return False
    for file in files:
        target = _place_of(early, file.path)
        if target is None or brought.origin(context, target) != file.path:
            return False
    return True


def _place_of(early: EarlyCopy, path: str) -> str | None:
    """Where a file goes in the image, of those that the copy brings."""
    delivery = early.delivery
    for source in delivery.sources:
        rest = below(path, source)
        if source in _WHOLE_CONTEXT:
            rest = path
        if rest is not None and not has_wildcards(source):
            target = delivery.target(early.build.context, source)
            return f"{target}/{rest}".rstrip("/") if rest else target
    return None


def _by_instruction(build: Build) -> dict[Instruction, Delivery | None]:
    return {copying.instruction: brought for copying, brought in deliveries(build)}
