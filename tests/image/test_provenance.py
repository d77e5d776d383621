"""Blame by BuildKit's provenance; its shapes are those of moby/buildkit, made by hand: no engine here writes it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from image.blamed import image_of
from images import row

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.image.blame import Blame, Confidence, blame
from lightship.image.image import Attestation, Image

V02 = "https://slsa.dev/provenance/v0.2"
V1 = "https://slsa.dev/provenance/v1"
TEXT = """\
FROM debian AS tools
RUN make tools
FROM python:3.13
RUN pip install \\
    flask
COPY --from=tools /x /y
"""
COMMENT = "buildkit.dockerfile.v0"
ROWS = [
    row("ADD rootfs /", comment=COMMENT),
    row("RUN base # buildkit", comment=COMMENT),
    row("RUN /bin/sh -c pip install     flask # buildkit", comment=COMMENT),
    row("COPY /x /y # buildkit", comment=COMMENT),
]
LOCATIONS = {"step1": (3, 3), "step2": (4, 5), "step4": (6, 6), "step3": (2, 2)}


def image(rows: list[dict[str, Any]] | None = None) -> Image:
    return image_of(ROWS if rows is None else rows, layers=4)


def location(first: int, last: int) -> dict[str, Any]:
    return {"ranges": [{"start": {"line": first}, "end": {"line": last}}]}


def parts(made: Image) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """BuildKit's metadata about four layers, and its steps."""
    chain = [
        {"mediaType": "layer", "digest": str(layer.diff_id), "size": 1}
        for layer in made.layers
    ]
    info = {
        "filename": "docker/Dockerfile",
        "language": "Dockerfile",
        "data": b64encode(TEXT.encode()).decode(),
    }
    locations = {
        step: {"locations": [location(*lines)]} for step, lines in LOCATIONS.items()
    }
    layers = {"step1:0": [chain[:2]], "step2:0": [chain[:3]], "step4:0": [chain]}
    metadata = {"source": {"locations": locations, "infos": [info]}, "layers": layers}
    steps = [
        {
            "id": "step1",
            "op": {
                "Op": {
                    "source": {
                        "identifier": "docker-image://docker.io/library/python:3.13"
                    }
                }
            },
        },
        {"id": "step2", "op": {"Op": {"exec": {}}}, "inputs": ["step1:0"]},
    ]
    return metadata, steps


def statement(version: str, made: Image) -> dict[str, Any]:
    metadata, steps = parts(made)
    args = {"build-arg:A": "b", "target": ""}
    if version == V02:
        said = {
            "buildConfig": {"llbDefinition": steps},
            "invocation": {"parameters": {"frontend": "dockerfile.v0", "args": args}},
            "metadata": {"https://mobyproject.org/buildkit@v1#metadata": metadata},
        }
    else:
        said = {
            "buildDefinition": {
                "externalParameters": {
                    "request": {"frontend": "dockerfile.v0", "args": args}
                },
                "internalParameters": {"buildConfig": {"llbDefinition": steps}},
            },
            "runDetails": {"metadata": {"buildkit_metadata": metadata}},
        }
    return {
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": version,
        "predicate": said,
    }


def attested(made: Image, said: Any, version: str = V02) -> Image:
    return replace(made, attestations=(Attestation(version, said),))


def places(found: tuple[Blame, ...]) -> list[tuple[int, int, str, bool]]:
    return [
        (each.first, each.last, str(each.confidence), each.is_base) for each in found
    ]


EXACT = [
    (3, 3, "exact", True),
    (3, 3, "exact", True),
    (4, 5, "exact", False),
    (6, 6, "exact", False),
]


@pytest.mark.parametrize("version", [V02, V1])
def test_provenance_has_the_exact_line_and_the_dockerfile(version: str) -> None:
    found = blame(attested(image(), statement(version, image()), version))
    assert places(found) == EXACT
    assert {each.path for each in found} == {"docker/Dockerfile"}
    assert found[2].text == "RUN pip install \\\n    flask"
    assert found[3].stage == "tools"
    assert {each.builder for each in found} == {"buildkit"}


@pytest.mark.parametrize(
    "rows", [ROWS, [], ROWS[:2]], ids=["with", "without", "out of step"]
)
def test_provenance_needs_no_history(rows: list[dict[str, Any]]) -> None:
    made = image(rows)
    found = blame(
        attested(made, statement(V1, made), V1), Build(parse(TEXT)), "Dockerfile"
    )
    assert places(found) == EXACT
    assert {each.path for each in found} == {"Dockerfile"}


def test_a_dockerfile_that_changed_since_is_not_given_the_old_lines() -> None:
    changed = "# new\n" + TEXT.replace("COPY", "RUN new\nCOPY")
    found = blame(
        attested(image(), statement(V02, image())), Build(parse(changed)), "Dockerfile"
    )
    assert [(each.first, str(each.confidence)) for each in found][2:] == [
        (5, "matched"),
        (8, "matched"),
    ]
    assert [each.is_base for each in found] == [True, True, False, False]


def test_without_the_text_there_are_lines_alone() -> None:
    said = statement(V02, image())
    said["predicate"]["metadata"]["https://mobyproject.org/buildkit@v1#metadata"][
        "source"
    ]["infos"][0].pop("data")
    found = blame(attested(image(), said))
    assert places(found) == EXACT
    assert found[2].text == "RUN pip install     flask"


def test_of_mode_min_the_history_is_used() -> None:
    said = {
        "predicate": {
            "buildType": "https://mobyproject.org/buildkit@v1",
            "metadata": {},
        }
    }
    found = blame(attested(image(), said), Build(parse(TEXT)), "Dockerfile")
    assert [each.first for each in found] == [0, 0, 4, 6]
    assert found[3].confidence is Confidence.MATCHED


def test_layers_that_are_not_the_images_are_not_blamed() -> None:
    said = statement(V02, image())
    other = image_of([row(f"RUN {at} # buildkit", comment=COMMENT) for at in range(9)])
    moved = replace(
        other,
        layers=tuple(
            replace(each, index=at) for at, each in enumerate(other.layers[::-1])
        ),
    )
    assert {each.first for each in blame(attested(moved, said))} == {0}


def test_layers_with_one_content_are_told_apart_by_what_is_below() -> None:
    made = image()
    same = made.layers[3].diff_id
    made = replace(
        made, layers=tuple(replace(each, diff_id=same) for each in made.layers)
    )
    assert places(blame(attested(made, statement(V02, made)))) == EXACT


def test_a_step_of_several_lines_has_no_line() -> None:
    said = statement(V02, image())
    source = said["predicate"]["metadata"][
        "https://mobyproject.org/buildkit@v1#metadata"
    ]["source"]
    source["infos"] = []
    for step in ("step1", "step2"):
        source["locations"][step]["locations"].append(location(1, 1))
    found = places(blame(attested(image(), said)))
    assert found[:3] == [
        (0, 0, "unknown", True),
        (0, 0, "unknown", True),
        (0, 0, "unknown", False),
    ]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)


def spoiled(value: Any, draw: Any) -> Any:
    """A statement with something in it replaced by anything."""
    if draw(st.integers(0, 12)) == 0:
        return draw(JUNK)
    if isinstance(value, dict):
        return {
            key: spoiled(each, draw)
            for key, each in value.items()
            if draw(st.integers(0, 20))
        }
    return [spoiled(each, draw) for each in value] if isinstance(value, list) else value


@given(st.data(), st.sampled_from([V02, V1]))
def test_anything_may_be_missing_or_another_thing(
    data: st.DataObject, version: str
) -> None:
    made = attested(image(), spoiled(statement(version, image()), data.draw), version)
    for build in (None, Build(parse(TEXT))):
        found = blame(made, build, "Dockerfile")
        assert [each.layer for each in found] == [0, 1, 2, 3]
        assert all(
            each.first in (0, expected[0])
            for each, expected in zip(found, EXACT, strict=True)
        )


@given(JUNK)
def test_any_statement_is_read(said: Any) -> None:
    assert len(blame(attested(image(), said), Build(parse(TEXT)), "Dockerfile")) == 4
