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
        build = provenance.build
        path = provenance.path
    lines: BlamedLines | None = None
    if build is None:
        rows = read_rows(image)
    else:
        from lightship.image.blame.lines import read_lines  # noqa: PLC0415 - reads Dockerfiles

        rows, lines = read_lines(image, build, path)
    base_end = last_builder(rows).start if lines is None else lines.base_end
    blames: list[Blame] = []
    for layer, made in enumerate(_rows_of_layers(image, rows)):
        blame = _layer(rows, lines, base_end, made, layer)
        if provenance is not None:
            blame = _with_place(provenance, lines, blame)
        blames.append(blame)
    return tuple(blames)


def _rows_of_layers(image: Image, rows: Sequence[ReadRow]) -> list[list[int]]:
    """The rows that went into each layer, the one that made it last.

    None where the history does not tell.
    """
    by_layer: list[list[int]] = [[] for _ in image.layers]
    if not image.history_matches:
        return by_layer
    before: list[int] = []  # rows that made no layer
    for at, row in enumerate(rows):
        layer = row.history.layer
        if layer is None:
            before.append(at)
        elif layer < len(by_layer):
            by_layer[layer] = [*_squashed(rows, before, row), at]
            before = []
    return by_layer


def _squashed(
    rows: Sequence[ReadRow],
    before: Sequence[int],
    row: ReadRow,
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
    has_files = any(rows[at].keyword in FILE_KEYWORDS for at in own)
    return own if has_files else ()


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
    text = last.text
    if len(made) > 1:
        text = _range_text([rows[at].text for at in made if rows[at].keyword])
    is_base = made[-1] < base_end
    plain = Blame(layer, text, builder=last.builder, is_base=is_base)
    if lines is None or not lines.by_row:
        return plain
    if lines.snapshot and last.builder == "kaniko":
        return _ranged(lines, plain, lines.snapshot, Confidence.LIKELY)
    matched = [lines.by_row[at] for at in made if at in lines.by_row]
    if not matched:
        return plain
    if len(made) == 1:
        line = matched[0]
        return _placed(lines, plain, line.instruction, line.confidence)

    own = [at for at in made if at >= lines.start and not rows[at].merged]
    is_sure = len(own) == len(matched)
    if any(line.confidence is not Confidence.MATCHED for line in matched):
        is_sure = False
    confidence = Confidence.MATCHED if is_sure else Confidence.LIKELY
    instructions = [line.instruction for line in matched]
    return _ranged(lines, plain, instructions, confidence)


def _placed(
    lines: BlamedLines,
    blame: Blame,
    instruction: Instruction,
    confidence: Confidence,
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
    source = lines.build.dockerfile.text
    texts = [instruction.span.of(source) for instruction in instructions]
    first_lines = [instruction.first_line for instruction in instructions]
    last_lines = [instruction.last_line for instruction in instructions]
    return replace(
        blame,
        text=_range_text(texts),
        path=lines.path,
        first=min(first_lines),
        last=max(last_lines),
        confidence=confidence,
    )


def _range_text(texts: Sequence[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    ends = f"{_shortened(texts[0])} … {_shortened(texts[-1])}"
    return f"{ends} ({len(texts)} instructions in one layer)"


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _with_place(
    provenance: Provenance,
    lines: BlamedLines | None,
    blame: Blame,
) -> Blame:
    """With the exact line of the provenance, where it has one and the Dockerfile still is the
    same.
    """
    place = provenance.places.get(blame.layer)
    if place is None:
        return blame
    builder = blame.builder or "buildkit"
    blame = replace(blame, is_base=place.is_base, builder=builder)
    if not place.first:
        return blame
    if lines is None:
        return replace(
            blame,
            path=provenance.names.get(place.source, ""),
            first=place.first,
            last=place.last,
            confidence=Confidence.EXACT,
        )

    text = provenance.texts.get(place.source)
    if text == lines.build.dockerfile.text:
        return _exact(lines, place, blame)
    # Without its text only the line can tell whether this is the same Dockerfile
    if text is None and blame.first == place.first:
        return replace(blame, confidence=Confidence.EXACT)
    return blame


def _exact(lines: BlamedLines, place: SourceLines, blame: Blame) -> Blame:
    """With the lines of the instruction in a place.

    The blame stays as it was where none stands there.
    """
    instructions = lines.build.dockerfile.instructions
    after = bisect_right(instructions, place.first, key=lambda line: line.first_line)
    if after == 0:
        return blame
    instruction = instructions[after - 1]
    if instruction.last_line < place.first:
        return blame
    return _placed(lines, blame, instruction, Confidence.EXACT)
