"""Tags of official images taken apart, and the others that the same image has."""

from __future__ import annotations

from datetime import date

import pytest

from lightship.base_images.official_tags import (
    ImageKind,
    other_tags,
    read_official_tag,
    releases_in,
)
from lightship.base_images.reference import read_reference

DAY = date(2026, 11, 24)


def read(name):
    return read_official_tag(read_reference(name), DAY)


def others(name, day=DAY):
    image = read_reference(name)
    return [tag.text for tag in other_tags(image, read_official_tag(image, day), day)]


@pytest.mark.parametrize(
    ("name", "version", "kind", "release"),
    [
        ("python:3.13-slim-bookworm", "3.13", ImageKind.SLIM, "bookworm"),
        ("python:3.13.2", "3.13.2", ImageKind.FULL, ""),
        ("python:3.13-alpine3.23", "3.13", ImageKind.ALPINE, "alpine3.23"),
        ("python:3.13-alpine", "3.13", ImageKind.ALPINE, ""),
        ("python", "3.14", ImageKind.FULL, ""),
        ("python:latest", "3.14", ImageKind.FULL, ""),
        ("python:slim", "3.14", ImageKind.SLIM, ""),
        ("python:3-slim", "3.14", ImageKind.SLIM, ""),
        ("node:24-bookworm-slim", "24", ImageKind.SLIM, "bookworm"),
        ("node:lts", "24", ImageKind.FULL, ""),
        ("debian:trixie-slim", "trixie", ImageKind.SLIM, ""),
        ("alpine:3.22", "3.22", ImageKind.ALPINE, ""),
        ("public.ecr.aws/docker/library/python:3.13", "3.13", ImageKind.FULL, ""),
    ],
)
def test_the_parts_of_a_tag(name, version, kind, release):
    tag = read(name)
    assert (tag.version, tag.kind, tag.release) == (version, kind, release)


@pytest.mark.parametrize(
    "name",
    [
        "acme/python:3.13",
        "ghcr.io/acme/app:1",
        "python:3.13-windowsservercore",
        "python:3.6-onbuild",
        "python:3.15.0rc1-slim",
        "python:nonsense",
        "redis:8",
        "debian:sid",
        "debian:trixie-20260101",
        f"python:{'-'.join('a' * 30)}",
    ],
)
def test_what_the_tables_do_not_know(name):
    assert read(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "python:3.13-slim-bookworm",
        "node:24-trixie-slim",
        "node:24-alpine3.24",
        "python:3.13-alpine3.24",
        "php:8.4-fpm-bookworm",
        "ruby:3.4-slim-trixie",
        "nginx:1.30-trixie-perl",
        "debian:bookworm-slim",
        "ubuntu:24.04",
    ],
)
def test_a_tag_that_names_its_release_is_written_as_it_was_read(name):
    assert read(name).text == name.partition(":")[2]


def test_newer_versions_on_the_release_that_is_there_and_on_the_newest():
    assert others("python:3.13-slim-bookworm") == [
        "3.13-slim-bookworm",
        "3.13-slim-trixie",
        "3.13-alpine3.24",
        "3.14-slim-bookworm",
        "3.14-slim-trixie",
        "3.14-alpine3.24",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("php:8.4-fpm-bookworm", ["8.4-fpm-bookworm", "8.4-fpm-trixie"]),
        ("debian:bookworm", ["bookworm", "bookworm-slim", "trixie", "trixie-slim"]),
        ("ubuntu:22.04", ["22.04", "24.04", "26.04"]),
        ("alpine:3.23", ["3.23", "3.24"]),
        ("python:2.7", []),
        ("golang:1.26", ["1.26-trixie", "1.26-alpine3.24"]),
    ],
)
def test_other_images(name, expected):
    assert others(name) == expected


def test_a_full_image_has_slim_ones_and_a_slim_one_no_full_ones():
    assert any("slim" not in text for text in others("python:3.13"))
    for name in ("python:3.13-slim", "python:3.13-alpine"):
        kinds = {"slim" in text or "alpine" in text for text in others(name)}
        assert kinds == {True}


@pytest.mark.parametrize("name", ["python:3.9", "node:20", "debian:11", "alpine:3.19"])
def test_what_has_ended_is_never_among_them(name):
    for day in (DAY, date(2027, 12, 1), date(2035, 1, 1)):
        image = read_reference(name)
        for tag in other_tags(image, read_official_tag(image, DAY), day):
            other = read_reference(f"{image.name}:{tag.text}")
            assert not any(release.has_ended(day) for release in releases_in(other))


def test_no_interim_release_of_node_or_ubuntu():
    assert not any(text.startswith(("23", "25")) for text in others("node:22"))
    assert "25.04" not in others("ubuntu:24.04", date(2025, 6, 1))
