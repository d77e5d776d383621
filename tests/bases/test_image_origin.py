"""Which base image an image has, and what says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from bases.official_rows import ALPINE, DEBIAN, layers, made, node, python, system
from images import file, opened

from lightship.bases.image_origin import image_origin
from lightship.image.image import Attestation
from lightship.image.layer import Reading
from lightship.image.read_limits import Limits
from lightship.inspection.inspect_image import inspect
from lightship.inspection.wanted import WITHOUT_SECRETS
from lightship.lint.examples import build_of

OWN = [
    made("COPY . /app # buildkit", created="2026-01-01T00:00:00Z"),
    made('CMD ["python" "app.py"]', empty=True),
]
LABEL = "org.opencontainers.image.base.name"
PROVENANCE = "https://slsa.dev/provenance/v0.2"


def origin(rows, build=None, first=DEBIAN, statement=None, **config):
    image = opened(*layers(rows, first), history=rows, **config)
    if statement is not None:
        attestations = (Attestation(PROVENANCE, {"predicate": statement}),)
        image = replace(image, image=replace(image.image, attestations=attestations))
    reading = Reading(WITHOUT_SECRETS, Limits())
    found = inspect(
        image, reading, build=build, dockerfile="Dockerfile", today=date(2026, 11, 30)
    )
    return image_origin(found, build)


@pytest.mark.parametrize(
    ("rows", "first", "name", "count"),
    [
        (python(), DEBIAN, "python:3.12.9-slim-bookworm", 3),
        (python(full=True), DEBIAN, "python:3.12.9-bookworm", 4),
        (python(shell="/bin/sh"), ALPINE, "python:3.12.9-alpine3.21", 3),
        (node(), DEBIAN, "node:22.14.0-bookworm-slim", 3),
        (system(), DEBIAN, "debian:bookworm", 1),
        (system("/bin/sh"), ALPINE, "alpine:3.21.3", 1),
    ],
)
def test_official_images_are_known_by_their_history(rows, first, name, count):
    for own in ([], OWN):
        known = origin([*rows, *own], first=first)
        assert known.base == name
        assert known.layers == count
        assert "its history" in known.witnesses[0].says


@pytest.mark.parametrize(
    "rows",
    [
        # Somebody's own image that sets the variable, and fetches nothing
        [*system(), made("ENV PYTHON_VERSION=3.12.9", empty=True), *OWN],
        # A command of its own comes before Python's
        [*system(), made('CMD ["sh"]', empty=True), *python()[2:], *OWN],
        # No number
        [*python("${X}"), *OWN],
    ],
)
def test_what_only_looks_like_one_is_the_distribution(rows):
    assert origin(rows).base == "debian:bookworm"


def test_a_history_that_fits_no_image_says_nothing():
    own_system = [made("COPY / / # buildkit"), *OWN]
    assert origin(own_system).base == ""
    assert origin(own_system).layers is None
    assert origin([*python(), *OWN], first=file("etc/issue", b"")).base == ""


def test_how_much_of_the_image_is_the_base_and_how_old_it_is():
    rows = [*python(), *OWN]
    sizes = [len(data) for data in layers(rows)]
    known = origin(rows)
    assert known.size == sum(sizes[:3])
    assert known.total == sum(sizes)
    assert known.base_built == date(2025, 2, 4)
    assert known.system == "Debian GNU/Linux 12 (bookworm)"


def test_a_day_that_reproducible_builds_make_up_is_not_told():
    rows = [{**each, "created": "1970-01-01T00:00:00Z"} for each in python()]
    assert origin([*rows, *OWN]).base_built is None


def test_who_is_believed_first():
    rows = [*python(), *OWN]
    label = {"Labels": {LABEL: "ghcr.io/acme/base:1"}}
    known = origin(rows, **label)
    assert [item.name for item in known.witnesses] == [
        "ghcr.io/acme/base:1",
        "python:3.12.9-slim-bookworm",
    ]
    materials = {
        "materials": [{"uri": "pkg:docker/acme/other@2?platform=linux%2Famd64"}]
    }
    assert origin(rows, statement=materials, **label).base == "docker.io/acme/other:2"
    build = build_of("FROM acme/mine:3\nCOPY . /app\n", {})
    found = origin(rows, build, statement=materials, **label)
    assert found.base == "acme/mine:3"
    assert len(found.witnesses) == 4


def test_of_several_images_that_a_build_took_none_is_taken_for_the_base():
    uris = ("pkg:docker/python@3.12", "pkg:docker/node@22", "pkg:github/a/b")
    both = {"materials": [{"uri": uri} for uri in uris]}
    assert (
        origin([*python(), *OWN], statement=both).base == "python:3.12.9-slim-bookworm"
    )
    one = {
        "buildDefinition": {
            "resolvedDependencies": [{"uri": uris[0]}, {"uri": uris[2]}, 7]
        }
    }
    assert (
        origin([*python(), *OWN], statement=one).base == "docker.io/library/python:3.12"
    )


@pytest.mark.parametrize("name", ["", "A B", "x" * 400, "\x1b[31m", "a@b"])
def test_a_label_that_is_no_name_is_passed_over(name):
    known = origin([*python(), *OWN], Labels={LABEL: name})
    assert known.base == "python:3.12.9-slim-bookworm"
