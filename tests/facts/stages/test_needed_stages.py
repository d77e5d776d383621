"""Which stages a build comes to, which nothing needs, and what they have from others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.facts.stages.built_stages import built_indices, built_stage
from lightship.facts.stages.inherited import inheriting
from lightship.facts.stages.program_places import brings_programs, may_copy_programs
from lightship.facts.stages.spare_stages import named_like_image, spare_stages
from tests.made import build

THREE = "FROM golang AS build\nRUN make\nFROM alpine AS test\nRUN a\nFROM scratch\n"


@pytest.mark.parametrize(
    ("last", "target", "indices"),
    [
        ("COPY --from=build /a /", None, {0, 2}),
        ("COPY --from=0 /a /", None, {0, 2}),
        ("COPY a /", None, {2}),
        ("COPY --from=build /a /", "test", {1}),
        ("COPY --from=golang:1.25 /a /", None, {2}),
    ],
)
def test_the_stages_that_a_build_comes_to(last, target, indices):
    image = replace(build(THREE + last, {}), target=target)
    assert built_indices(image) == indices
    for stage in image.dockerfile.stages:
        for instruction in stage.instructions:
            found = built_stage(image, instruction)
            assert found is (stage if stage.index in indices else None)


def test_a_trigger_runs_elsewhere():
    image = build("FROM alpine\nONBUILD RUN make\nRUN a")
    trigger, run = image.dockerfile.stages[0].instructions
    assert built_stage(image, trigger) is None
    assert built_stage(image, run) is image.dockerfile.stages[0]


def test_what_holds_for_a_stage_holds_for_those_from_it():
    image = build("FROM a AS x\nFROM b AS y\nFROM x AS z\nFROM z\nFROM y")
    assert inheriting(image, lambda stage: stage.name == "x") == {0, 2, 3}
    assert inheriting(image, lambda _: False) == frozenset()


FILES = {"app/a.py": "", "rootfs/usr/bin/tool": "", "tool.tar.gz": "", "tool": ""}


@pytest.mark.parametrize(
    ("copy", "expected"),
    [
        ("COPY app /app", False),
        ("COPY tool /usr/local/bin/", True),
        ("COPY tool /usr/local", True),
        ("COPY rootfs /", True),
        ("COPY app /", False),
        ("COPY . /", False),
        ("COPY --from=alpine /lib /lib", False),
        ("COPY --from=alpine / /", True),
        ("COPY tool $WHERE", True),
        ("ENV PATH=/app/bin:$PATH\nCOPY app /app", True),
        ("WORKDIR /usr\nCOPY tool bin/tool", True),
        ("ADD tool.tar.gz /", True),
        ("COPY tool.tar.gz /", False),
        ("ADD https://example.org/tool /opt/", False),
        ("COPY <<EOF /a\ntext\nEOF", False),
    ],
)
def test_copies_that_may_bring_programs(copy, expected):
    image = build(f"FROM debian AS a\n{copy}\nFROM a AS b\nFROM debian", FILES)
    (copying,) = image.copyings()
    own, heir, other = image.dockerfile.stages
    assert brings_programs(image, copying) is expected
    assert may_copy_programs(image, own) is expected
    assert may_copy_programs(image, heir) is expected
    assert not may_copy_programs(image, other)


def test_a_name_without_a_suffix_may_be_a_directory_of_programs():
    for source, expected in (("rootfs", True), ("app.jar", False), (".env", True)):
        image = build(f"FROM debian\nCOPY {source} /")
        (copying,) = image.copyings()
        assert brings_programs(image, copying) is expected


def spare(text: str, **files: str) -> list[int]:
    return [stage.index for stage in spare_stages(build(text, files))]


@pytest.mark.parametrize(
    ("text", "indices"),
    [
        ("FROM golang AS builder\nFROM alpine", [0]),
        ("FROM golang\nFROM alpine", [0]),  # nothing can name it
        ("FROM golang AS builder\nFROM alpine\nCOPY --from=builder /a /", []),
        ("FROM golang AS test\nFROM alpine", []),
        ("FROM golang AS build-test\nFROM alpine", []),
        ("FROM golang AS deps\nFROM deps AS builder\nFROM alpine", [0, 1]),
        ("FROM golang AS deps\nFROM deps AS test\nFROM alpine", []),
        ("ARG KIND\nFROM a AS base-x\nFROM b AS base-y\nFROM base-${KIND}", []),
        ("ARG KIND\nFROM a AS base-x\nFROM b AS build\nFROM base-$KIND", [1]),
        ("FROM golang AS builder", []),
        ("# COPY --from=builder /a\nFROM golang AS builder\nFROM alpine", []),
    ],
)
def test_stages_that_nothing_needs(text, indices):
    assert spare(text) == indices


@pytest.mark.parametrize(
    ("file", "text", "indices"),
    [
        ("compose.yaml", "services:\n  a:\n    build: {target: builder}\n", []),
        ("Makefile", "a:\n\tdocker build --target builder .\n", []),
        ("README.md", "docker build --target=builder .\n", []),
        ("README.md", "the target builder\n", [0]),
        ("app.py", "target = 'builder'\n", [0]),
    ],
)
def test_a_file_may_name_a_stage_as_a_target(file, text, indices):
    assert spare("FROM golang AS builder\nFROM alpine", **{file: text}) == indices


def test_a_target_is_what_is_asked_for():
    image = build("FROM golang AS builder\nFROM alpine", {})
    assert spare_stages(replace(image, target="builder")) == ()


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("FROM docker.io/python:3.14 AS python\nFROM docker.io/python", 1),
        ("FROM python:3.14 AS python\nFROM python", None),  # that is the stage
        ("FROM docker.io/python:3.14 AS python\nFROM docker.io/python:3.13", None),
        ("FROM docker.io/python:3.14 AS base\nFROM docker.io/python", None),
        ("FROM a/python:3.14 AS python\nFROM b/python", None),
    ],
)
def test_a_stage_that_is_called_like_its_image(text, index):
    image = build(text)
    found = named_like_image(image, image.dockerfile.stages[0])
    assert (found and found.index) == index
