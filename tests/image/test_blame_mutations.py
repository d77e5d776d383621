"""A Dockerfile that changed since the build: each layer's line is the true instruction, or none."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from image.blamed import Case, case, image_of
from images import row

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.image.blame import blame

POOL = [
    "RUN true",
    "RUN make",
    "RUN make install",
    "RUN apt-get update && apt-get install -y curl",
    "RUN apt-get update && apt-get install -y git",
    "RUN pip install flask==1.0",
    "RUN pip install gunicorn==1.0",
    "COPY . .",
    "COPY a.txt /app/",
    "COPY b.txt /app/",
    "COPY --from=one /x /y",
    "COPY --from=two /x /y",
    "WORKDIR /app",
    "ENV A=b",
    "LABEL a=b",
]


@dataclass(frozen=True)
class Piece:
    """An instruction of a Dockerfile as it stands; `origin` is its place before any change, -1 for a new one."""

    text: str
    origin: int


def pieces_of(text: str) -> list[Piece]:
    found = parse(text)
    return [Piece(each.span.of(text), at) for at, each in enumerate(found.instructions)]


@st.composite
def changed(draw: st.DrawFn, pieces: list[Piece]) -> list[Piece]:
    """The pieces with a few of them gone, changed, swapped, or new ones between."""
    pieces = list(pieces)
    for count in range(draw(st.integers(1, 3))):
        free = [
            at
            for at, piece in enumerate(pieces)
            if piece.text[:4].upper() not in ("FROM", "ARG ")
        ]
        if not free:
            break
        at = draw(st.sampled_from(free))
        match draw(st.sampled_from(["delete", "change", "swap", "insert"])):
            case "delete":
                del pieces[at]
            case "change" if "\n" not in pieces[at].text:
                pieces[at] = Piece(f"{pieces[at].text}{count}", pieces[at].origin)
            case "swap":
                other = draw(st.sampled_from(free))
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case "insert":
                pieces.insert(
                    at, Piece(f"RUN something-new --of={count} >/dev/null 2>&1", -1)
                )
    return pieces


def is_true(found: Piece, true: Piece) -> bool:
    return (
        found.origin == true.origin
        or found.text == true.text
        or alike(found.text) == alike(true.text)
    )


def alike(text: str) -> str:
    """COPY from elsewhere to the same place: the history does not say from where."""
    return " ".join(
        word
        for word in text.split("\n", maxsplit=1)[0].split()
        if not word.startswith("--from")
    )


def check(
    pieces: list[Piece], rows: list[dict[str, object]], truth: list[Piece | None]
) -> None:
    text = "\n".join(piece.text for piece in pieces) + "\n"
    built = Build(parse(text))
    by_line = {
        each.first_line: piece
        for each, piece in zip(built.dockerfile.instructions, pieces, strict=True)
    }
    for blamed, true in zip(
        blame(image_of(rows), built, "Dockerfile"), truth, strict=True
    ):
        if blamed.first:
            assert true is not None, f"a line for a layer of the base image:\n{text}"
            line = by_line[blamed.first]
            assert is_true(line, true), (
                f"{line.text!r} for {true.text!r}, {blamed.confidence}:\n{text}"
            )


def truth_of(made: Case, pieces: list[Piece]) -> list[Piece | None]:
    by_span = {
        each.span.start: piece
        for each, piece in zip(parse(made.text).instructions, pieces, strict=True)
    }
    return [
        by_span[each.span.start] if each is not None else None for each in made.truth()
    ]


@pytest.mark.parametrize("builder", ["buildkit", "docker", "buildah"])
def test_no_layer_of_a_real_build_has_a_wrong_line(builder: str) -> None:
    made = case(builder)
    pieces = pieces_of(made.text)
    truth = truth_of(made, pieces)

    @given(changed(pieces))
    def with_changes(now: list[Piece]) -> None:
        check(now, made.rows, truth)

    with_changes()


@pytest.mark.parametrize("builder", ["buildkit", "docker", "buildah"])
def test_most_layers_keep_their_line_when_an_instruction_goes_or_changes(
    builder: str,
) -> None:
    made = case(builder)
    pieces = pieces_of(made.text)
    truth = truth_of(made, pieces)
    for at, piece in enumerate(pieces):
        if piece.text[:4].upper() in ("FROM", "ARG "):
            continue
        for now in (
            pieces[:at] + pieces[at + 1 :],
            [*pieces[:at], Piece("RUN quite-another", -1), *pieces[at + 1 :]],
        ):
            check(now, made.rows, truth)
            text = "\n".join(each.text for each in now) + "\n"
            known = [
                each.first
                for each in blame(made.image(), Build(parse(text)), "Dockerfile")
                if each.first
            ]
            assert len(known) >= len(truth) - 5, text


def rows_of(pieces: list[Piece]) -> tuple[list[dict[str, object]], list[Piece | None]]:
    """What BuildKit writes for instructions of the pool, after two rows of a base image, and the truth."""
    rows = [row("COPY . . # buildkit", comment="buildkit.dockerfile.v0")]
    rows.append(row("RUN /bin/sh -c make # buildkit", comment="buildkit.dockerfile.v0"))
    truth: list[Piece | None] = [None, None]
    for piece in pieces:
        keyword, _, rest = piece.text.partition(" ")
        rest = rest.partition(" ")[2] if rest.startswith("--from") else rest
        empty = keyword in ("ENV", "LABEL")
        mark = "" if empty or keyword == "WORKDIR" else " # buildkit"
        said = f"{keyword} {'/bin/sh -c ' if keyword == 'RUN' else ''}{rest}{mark}"
        rows.append(row(said, empty=empty, comment="buildkit.dockerfile.v0"))
        truth += [] if empty else [piece]
    return rows, truth


@given(st.data(), st.lists(st.sampled_from(POOL), min_size=1, max_size=12))
def test_no_layer_of_a_made_up_build_has_a_wrong_line(
    data: st.DataObject, texts: list[str]
) -> None:
    start = [
        Piece("FROM base AS one", 0),
        Piece("FROM base AS two", 1),
        Piece("FROM base", 2),
    ]
    pieces = [Piece(text, at) for at, text in enumerate(texts, 3)]
    rows, truth = rows_of(pieces)
    check([*start, *pieces], rows, truth)
    check([*start, *data.draw(changed(pieces))], rows, truth)
