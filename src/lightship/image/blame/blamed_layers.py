"""The Blame of each layer: provenance where there is some, then the texts of the history."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lightship.image.blame.blamed import Blame, Confidence
from lightship.image.blame.history_text import (
    FILE_KEYWORDS,
    ReadRow,
    last_builder,
    read_rows,
)
from lightship.image.blame.provenance import Provenance, SourceLines, read_provenance
from lightship.image.image import Image

if TYPE_CHECKING:
    from lightship.build import Build
    from lightship.dockerfile.tree import Instruction
    from lightship.image.blame.lines import BlamedLines

_SHOWN = 60  # characters of each end of a range of instructions


def blame_layers(image: Image, build: Build | None, path: str) -> tuple[Blame, ...]:
    """See `lightship.image.blame.blame`."""
    provenance = read_provenance(image)
    if build is None and provenance is not None and provenance.build is not None:
        build, path = provenance.build, provenance.path
    lines: BlamedLines | None = None
    if build is None:
        rows = read_rows(image)
    else:
        from lightship.image.blame.lines import read_lines  # noqa: PLC0415 - most runs have no Dockerfile to read

        rows, lines = read_lines(image, build, path)
    base_end = last_builder(rows).start if lines is None else lines.base_end
    found = [
        _layer(rows, lines, base_end, made, at)
        for at, made in enumerate(_rows_of_layers(image, rows))
    ]
    if provenance is not None:
        found = [_with_place(provenance, lines, each) for each in found]
    return tuple(found)


def _rows_of_layers(image: Image, rows: Sequence[ReadRow]) -> list[list[int]]:
    """The rows that went into each layer, the one that made it last.

    None where the history does not tell.
    """
    found: list[list[int]] = [[] for _ in image.layers]
    if not image.history_matches:
        return found
    before: list[int] = []
    for at, row in enumerate(rows):
        layer = row.history.layer
        if layer is None:
            before.append(at)
        elif layer < len(found):
            found[layer] = [*_squashed(rows, before, row), at]
            before = []
    return found


def _squashed(
    rows: Sequence[ReadRow], before: Sequence[int], row: ReadRow
) -> Sequence[int]:
    """Those of the empty rows before a layer's row whose files are in its layer.

    `docker build --squash` says so. Without `--layers` buildah gives a stage one layer, and with
    it every RUN, COPY and ADD one: where one of them has none, the layer has its files.
    """
    if row.merged:
        return before
    if row.builder != "buildah":
        return ()
    if row.history.comment.startswith("FROM "):
        return ()
    own: list[int] = []
    for at in reversed(before):
        own.append(at)
        if rows[at].history.comment.startswith("FROM "):
            break
    own.reverse()
    return own if any(rows[at].keyword in FILE_KEYWORDS for at in own) else ()


def _layer(
    rows: Sequence[ReadRow],
    lines: BlamedLines | None,
    base_end: int,
    made: Sequence[int],
    layer: int,
) -> Blame:
    """The Blame of a layer that the rows in the places `made` made."""
    if not made:
        return Blame(layer)
    last = rows[made[-1]]
    text = (
        last.text
        if len(made) == 1
        else _range_text([rows[at].text for at in made if rows[at].keyword])
    )
    plain = Blame(layer, text, builder=last.builder, is_base=made[-1] < base_end)
    if lines is None or not lines.by_row:
        return plain
    if lines.snapshot and last.builder == "kaniko":
        return _ranged(lines, plain, lines.snapshot, Confidence.LIKELY)
    found = [lines.by_row[at] for at in made if at in lines.by_row]
    if len(made) == 1 or not found:
        return (
            _placed(lines, plain, found[0].instruction, found[0].confidence)
            if found
            else plain
        )
    own = [at for at in made if at >= lines.start and not rows[at].merged]
    sure = len(own) == len(found) and all(
        each.confidence is Confidence.MATCHED for each in found
    )
    confidence = Confidence.MATCHED if sure else Confidence.LIKELY
    return _ranged(lines, plain, [each.instruction for each in found], confidence)


def _placed(
    lines: BlamedLines, blame: Blame, instruction: Instruction, confidence: Confidence
) -> Blame:
    """With the line of one instruction."""
    return replace(
        blame,
        text=instruction.span.of(lines.build.dockerfile.text),
        path=lines.path,
        first=instruction.first_line,
        last=instruction.last_line,
        confidence=confidence,
        stage=lines.stages.get(instruction.first_line, ""),
    )


def _ranged(
    lines: BlamedLines,
    blame: Blame,
    instructions: Sequence[Instruction],
    confidence: Confidence,
) -> Blame:
    """With the lines of several instructions: which of them wrote what, nobody can say."""
    return replace(
        blame,
        text=_range_text(
            [each.span.of(lines.build.dockerfile.text) for each in instructions]
        ),
        path=lines.path,
        first=min(each.first_line for each in instructions),
        last=max(each.last_line for each in instructions),
        confidence=confidence,
    )


def _range_text(texts: Sequence[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    ends = [
        text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
        for text in (texts[0], texts[-1])
    ]
    return f"{' … '.join(ends)} ({len(texts)} instructions in one layer)"


def _with_place(
    provenance: Provenance, lines: BlamedLines | None, blame: Blame
) -> Blame:
    """With the exact line of the provenance, where it has one and the Dockerfile still is the
    same.
    """
    place = provenance.places.get(blame.layer)
    if place is None:
        return blame
    found = replace(blame, is_base=place.is_base, builder=blame.builder or "buildkit")
    text = provenance.texts.get(place.source)
    if not place.first:
        return found
    if lines is None:
        path = provenance.names.get(place.source, "")
        return replace(
            found,
            path=path,
            first=place.first,
            last=place.last,
            confidence=Confidence.EXACT,
        )
    if text is None:  # whether this is the same Dockerfile, only its line can tell
        return (
            replace(found, confidence=Confidence.EXACT)
            if found.first == place.first
            else found
        )
    return _exact(lines, place, found) if text == lines.build.dockerfile.text else found


def _exact(lines: BlamedLines, place: SourceLines, blame: Blame) -> Blame:
    """With the lines of the instruction in a place.

    The blame stays as it was where none stands there.
    """
    instructions = lines.build.dockerfile.instructions
    at = bisect_right(instructions, place.first, key=lambda each: each.first_line) - 1
    if at < 0 or instructions[at].last_line < place.first:
        return blame
    return _placed(lines, blame, instructions[at], Confidence.EXACT)
