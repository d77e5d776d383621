"""The lines of a Dockerfile that wrote the rows of an image's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.image.blame.blamed import Confidence
from lightship.image.blame.expected import (
    Expected,
    copied_from,
    expected_rows,
    is_from_scratch,
    shells_of,
)
from lightship.image.blame.history_text import (
    FILE_KEYWORDS,
    ReadRow,
    last_builder,
    read_rows,
)
from lightship.image.blame.match import match
from lightship.image.image import Image
from lightship.record import record


@record
class BlamedLine:
    """The instruction that wrote a row."""

    instruction: Instruction
    confidence: Confidence


@record(eq=False)
class BlamedLines:
    """What a Build says of an image.

    `by_row` are the lines, by the place of a row. `start` is the first row of the Dockerfile,
    `base_end` the end of the base image's, as far as is known. `stages` is what the COPY on a line
    reads from. `snapshot` are the instructions whose files are in one layer of kaniko, empty where
    each has its own.
    """

    build: Build
    path: str
    by_row: Mapping[int, BlamedLine] = field(default_factory=dict)
    start: int = 0
    base_end: int = 0
    stages: Mapping[int, str] = field(default_factory=dict)
    snapshot: tuple[Instruction, ...] = ()


def read_lines(
    image: Image,
    build: Build,
    path: str,
) -> tuple[tuple[ReadRow, ...], BlamedLines]:
    """The rows of an image, and the lines that wrote them."""
    rows = read_rows(image, shells_of(build))
    own = last_builder(rows)
    stages = copied_from(build)
    from_scratch = is_from_scratch(build)
    known_end = 0 if from_scratch else own.start
    start = max(own.start, _first_of_bases(rows, len(build.lineage)))
    places = [at for at in range(start, own.stop) if not rows[at].merged]
    if not image.history_matches or not places:
        return rows, BlamedLines(build, path, base_end=known_end, stages=stages)

    own_rows = [rows[at] for at in places]
    expected = expected_rows(build, own_rows[-1].family, image.config.shell)
    matched = match(own_rows, expected)
    if matched is None:
        return rows, BlamedLines(build, path, base_end=known_end, stages=stages)

    start = places[matched.start]
    pairs: dict[int, BlamedLine] = {}
    for pair in matched.pairs:
        instruction = expected[pair.instruction].instruction
        pairs[places[pair.row]] = BlamedLine(instruction, pair.confidence)

    base_end = start if matched.complete and not from_scratch else known_end
    snapshot = _snapshot(own_rows, expected)
    return rows, BlamedLines(
        build,
        path,
        pairs,
        start,
        base_end,
        stages,
        snapshot,
    )


def _first_of_bases(rows: Sequence[ReadRow], stages: int) -> int:
    """buildah notes `FROM image` at a stage's first row; each stage of the lineage may have one."""
    noted = [
        at for at, row in enumerate(rows) if row.history.comment.startswith("FROM ")
    ]
    return noted[-stages] if 0 < stages <= len(noted) else 0


def _snapshot(
    rows: Sequence[ReadRow],
    expected: Sequence[Expected],
) -> tuple[Instruction, ...]:
    """kaniko's `--single-snapshot` makes one layer of a whole stage.

    Its row has the words of the last alone.
    """
    files = sum(row.keyword in FILE_KEYWORDS for row in expected)
    if rows[-1].builder != "kaniko" or len(rows) > 1 or files < 2:
        return ()
    return tuple(row.instruction for row in expected)
