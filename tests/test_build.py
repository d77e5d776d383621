"""What a Build says of its stages."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.parse import parse
from tests.made import build

TWO = "FROM debian AS a\nENV A=1\nFROM a AS b\nENV B=1\nFROM debian\nENV C=1\n"


def test_the_lineage_of_a_stage_begins_at_its_image():
    made = build(f"{TWO}FROM b\nENV D=1")
    first, second, _, last = made.dockerfile.stages
    assert made.lineage_of(second) == (first, second)
    assert made.lineage == made.lineage_of(last) == (first, second, last)


def test_a_stage_starts_from_a_stage_and_in_the_end_from_an_image():
    made = build("FROM python:3.14 AS a\nFROM a\nFROM debian/UPPER")
    first, second, third = made.dockerfile.stages
    assert made.base_of(second) is first
    assert made.base_of(first) is None
    image = made.root_image(second)
    assert image is not None
    assert (image.name, image.tag) == ("python", "3.14")
    # No image may have that name
    assert made.root_image(third) is None


def test_what_is_shipped_are_the_steps_of_the_lineage_alone():
    made = build(f"{TWO}FROM b\nENV D=1")
    texts = [step.instruction.line.text for step in made.shipped_steps]
    assert texts == ["ENV A=1", "ENV B=1", "ENV D=1"]


def test_a_trigger_of_a_base_stage_is_shipped_where_it_runs():
    made = build("FROM debian AS a\nONBUILD ENV A=1\nFROM a\nENV B=1")
    assert [step.instruction.keyword for step in made.shipped_steps] == [
        "ONBUILD",
        "ENV",
        "ENV",
    ]


def test_without_a_stage_nothing_is_shipped():
    nothing = Build(parse("# nothing"))
    assert nothing.lineage == ()
    assert nothing.shipped_steps == ()


def test_a_named_context_takes_the_place_of_an_image():
    dockerfile = parse(
        "FROM node AS a\nCOPY --from=docker.io/b:1 / /\nFROM python:3.13\n"
    )
    plain = Build(dockerfile)
    named = Build(dockerfile, contexts=frozenset(("node", "docker.io/b:1")))
    assert [image.name for image in plain.images] == [
        "node",
        "python:3.13",
        "docker.io/b:1",
    ]
    assert [image.name for image in named.images] == ["python:3.13"]
    first, second = dockerfile.stages
    assert plain.root_image(first) is not None
    assert named.root_image(first) is None
    assert named.root_image(second) is not None
