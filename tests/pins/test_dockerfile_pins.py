"""Places of a Dockerfile that name images, and the edits that pin them."""

from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.pins.dockerfile_pins import all_pins, dockerfile_pins
from lightship.pins.pin_place import pinned, unpinned
from lightship.repository_facts import RepositoryFacts
from lightship.text import apply_edits

OLD = f"sha256:{'0' * 64}"
NEW = f"sha256:{'1' * 64}"


def places(text, **more):
    return list(dockerfile_pins(Build(parse(text), **more)))


def repinned(text, **more):
    edits = {
        edit: None
        for place in places(text, **more)
        if place.end is not None
        for edit in pinned(place, NEW)
    }
    return apply_edits(text, edits)


# A Dockerfile, and what it is once pinned; @ stands for the digest
PINNED = [
    ("FROM python:3.13-slim", "FROM python:3.13-slim@"),
    ("FROM python", "FROM python:latest@"),
    ("from  ghcr.io/a/b:1 as x\nFROM x", "from  ghcr.io/a/b:1@ as x\nFROM x"),
    ('FROM "python:3.13"', 'FROM "python:3.13@"'),
    (f"FROM python:3.13@{OLD}", "FROM python:3.13@"),
    ("FROM localhost:5000/a/b:1", "FROM localhost:5000/a/b:1@"),
    ("FROM --platform=$BUILDPLATFORM golang:1.25", None),
    ("# syntax=docker/dockerfile:1\nFROM scratch", "# syntax=docker/dockerfile:1@\n"),
    (
        "#syntax = docker/dockerfile:1 a b\nFROM scratch",
        "#syntax = docker/dockerfile:1@ a b\n",
    ),
    (
        "FROM scratch\nCOPY --chmod=755 --from=a/b:1 x y",
        "COPY --chmod=755 --from=a/b:1@ x y",
    ),
    ('FROM scratch\nCOPY --from="a/b:1" x y', 'COPY --from="a/b:1@" x y'),
    (
        "FROM scratch\nRUN --mount=type=bind,from=a/b:1,target=/b x",
        "from=a/b:1@,target=/b x",
    ),
    (
        "FROM scratch\nRUN --mount=from=a/b:1,target=/a \\\n  --mount=from=a/b:2,target=/b x",
        "from=a/b:1@,target=/a \\\n  --mount=from=a/b:2@,target",
    ),
    ("FROM scratch\nONBUILD COPY --from=a/b:1 x y", "ONBUILD COPY --from=a/b:1@ x y"),
    ("ARG BASE=python:3.13\nFROM $BASE", "ARG BASE=python:3.13@\nFROM $BASE"),
    ("ARG BASE='a/b:1'\nFROM ${BASE} AS x", "ARG BASE='a/b:1@'\nFROM ${BASE} AS x"),
    ("ARG TAG=3.13\nFROM python:$TAG", "ARG TAG=3.13@\nFROM python:$TAG"),
    (f"ARG D={OLD}\nFROM python:3@$D", "ARG D=*\nFROM python:3@$D"),
    (
        "ARG B=a/b:1\nFROM $B AS x\nFROM $B AS y",
        "ARG B=a/b:1@\nFROM $B AS x\nFROM $B AS y",
    ),
    ("FROM a/b:1 AS x\r\nCOPY --from=c/d:1 x y\r\n", "FROM a/b:1@ AS x\r\n"),
]


@pytest.mark.parametrize(("text", "after"), PINNED)
def test_a_digest_stands_after_the_tag(text, after):
    after = after or f"{text}@"
    expected = after.replace("*", NEW)
    if NEW not in expected:
        expected = expected.replace("@", f"@{NEW}")
    done = repinned(text)
    assert expected in done
    assert parse(done).problems == ()
    assert all(place.pin == NEW or place.end is None for place in places(done))


@pytest.mark.parametrize(("text", "after"), PINNED)
def test_pinned_twice_is_pinned_once(text, after):
    done = repinned(text)
    assert repinned(done) == done


@pytest.mark.parametrize(("text", "after"), PINNED)
def test_what_is_unpinned_has_its_tag(text, after):
    done = repinned(text)
    edits = {edit: None for place in places(done) for edit in unpinned(place, done)}
    back = apply_edits(done, edits)
    if "ARG D=" in text:
        assert back == done  # without it the variable would be empty
    else:
        tagged = f"{text}:latest" if text == "FROM python" else text
        assert back == tagged.replace(f"@{OLD}", "")


LEFT = [
    ("ARG V=3.13\nFROM python:${V}-slim", "one value of its variables alone"),
    ("ARG R=docker.io\nFROM $R/library/python:3", "one value of its variables alone"),
    ("ARG V=3.13\nFROM python:$V\nARG V\nRUN echo $V", "ARG V is used elsewhere too"),
    ("ARG V=3.13\nFROM python:$V\nFROM a/b:$V", "ARG V is used elsewhere too"),
    ("ARG A=3\nARG V=${A}-slim\nFROM python:$V", "made of another variable"),
    ("ARG V=1\nARG V=2\nFROM python:$V", "more than one default"),
    ("FROM scratch\nCOPY --from=nginx /a /b", "may name a build context"),
    ("FROM app-base:1", "built locally"),
    ("FROM localhost/app:1", "built locally"),
    ("FROM python:\\\n3.13", "not written in one piece"),
]


@pytest.mark.parametrize(("text", "why"), LEFT)
def test_where_no_digest_belongs_it_says_why(text, why):
    left = [place for place in places(text) if place.end is None]
    assert left
    assert all(why in place.why for place in left)
    assert repinned(text) == text


SILENT = [
    "FROM scratch",
    "FROM a/b:1 AS x\nFROM x\nCOPY --from=x a b\nCOPY --from=0 a b\nRUN --mount=from=x,target=/x y",
    "FROM $NOTHING",
    "FROM Not/A:Reference",
    "",
]


@pytest.mark.parametrize("text", SILENT)
def test_stages_scratch_and_what_names_no_image_are_no_places(text):
    assert [place.name for place in places(text) if place.name != "a/b:1"] == []


def test_images_of_the_repository_and_build_contexts_are_left():
    facts = RepositoryFacts(images=frozenset({"acme/base"}))
    own, context = places(
        "FROM acme/base:1\nFROM other/base:1",
        repository=facts,
        contexts=frozenset({"other/base:1"}),
    )
    assert (own.end, own.is_foreign, own.why) == (
        None,
        False,
        "this repository builds it",
    )
    assert (context.end, context.is_foreign) == (None, False)


def test_places_come_in_the_order_of_the_file():
    text = (
        "# syntax=docker/dockerfile:1\nFROM a/b:1\nCOPY --from=c/d:1 x y\nFROM e/f:1\n"
    )
    names = [place.name for place in places(text)]
    assert names == ["docker/dockerfile:1", "a/b:1", "c/d:1", "e/f:1"]


def test_what_a_build_arg_names_is_a_place_that_is_pinned_elsewhere():
    parsed = parse("ARG BASE=python:3.13\nFROM $BASE\n")
    args = [
        {},
        {"BASE": "python:3.12"},
        {"BASE": "python:3.12"},
        {"BASE": "python:3.13"},
    ]
    own, *passed = all_pins([Build(parsed, args=each) for each in args])
    assert (own.name, own.end is None) == ("python:3.13", False)
    assert [place.name for place in passed] == ["python:3.12", "python:3.13"]
    assert all("passes it by a build arg" in place.why for place in passed)
    assert all(place.end is None for place in passed)
