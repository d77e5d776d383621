"""On which old Debian a tag stands that names none."""

from __future__ import annotations

import pytest

from lightship.base_images.last_debian import last_debian
from lightship.base_images.reference import Reference, read_reference


@pytest.mark.parametrize(
    ("name", "codename"),
    [
        ("python:2.7", "buster"),
        ("python:2", "buster"),
        ("python:2.7-slim", "buster"),
        ("python:3.4", "stretch"),
        ("python:3.7.2", "stretch"),
        ("python:3.8.5", "buster"),
        ("python:3.8.05", "buster"),
        ("public.ecr.aws/docker/library/python:3.9.5-slim", "buster"),
        ("nginx:1.13.5", "stretch"),
        ("nginx:1.18", "buster"),
        # built after Debian 11 came, or too near to it
        ("python:3.9.6", ""),
        ("python:3.6", ""),
        ("python:3.9", ""),
        ("python:3.7.3", ""),
        ("nginx:1.20", ""),
        # something else
        ("python:2.7-alpine", ""),
        ("python:2.7-onbuild", ""),
        ("python:2.7-buster", ""),
        ("python", ""),
        ("example.com/python:2.7", ""),
        ("pypy:2.7", ""),
    ],
)
def test_a_tag_that_is_no_longer_built_stands_on_its_last_debian(name, codename):
    image = read_reference(name)
    assert isinstance(image, Reference)
    release = last_debian(image)
    assert (release.codename if release else "") == codename
