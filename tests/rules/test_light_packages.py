"""apt-recommends is silent where leaving recommendations out would save next to nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules

RULE = {rule.id: rule for rule in all_rules()}["apt-recommends"]
INSTALL = "RUN apt-get update && apt-get install -y "


def is_said(text, **changes):
    build = replace(build_of(text), **changes)
    return list(RULE.check(build)) != []


@pytest.mark.parametrize(
    ("base", "packages"),
    [
        ("python:3.13-slim", "curl libpq-dev jq"),
        ("ubuntu:22.04", "postgresql-client-16 python3.12-venv libgomp1"),
        # Headers of C recommend only manual pages since Debian 13
        ("debian:trixie", "gcc libxml2-dev"),
        # It is there already
        ("python:3.13-bookworm", "git build-essential"),
        # It is nothing beside what is there
        ("nvidia/cuda:13.0.1-devel-ubuntu24.04", "git build-essential"),
    ],
)
def test_packages_that_recommend_little_are_fine(base, packages):
    assert not is_said(f"FROM {base}\n{INSTALL}{packages}")


@pytest.mark.parametrize(
    ("base", "packages"),
    [
        ("python:3.13-slim", "curl ffmpeg"),
        ("python:3.13-slim-bookworm", "gcc"),
        ("python:3.13-slim", "git"),
        ("python:3.13-bookworm", "python3-pip"),
        ("debian:trixie", "nodejs"),
        ("nvidia/cuda:13.0.1-devel-ubuntu24.04", "git ffmpeg"),
        ("debian:trixie", "a-package-that-nobody-knows"),
        ("debian:trixie", "curl $MORE"),
    ],
)
def test_packages_that_recommend_much_or_are_unknown_are_found(base, packages):
    assert is_said(f"FROM {base}\n{INSTALL}{packages}")


def test_packages_of_nodesource_recommend_nothing():
    script = "RUN curl -fsSL https://deb.nodesource.com/setup_22.x | bash -"
    assert not is_said(f"FROM python:3.13-slim\n{script}\n{INSTALL}nodejs")


def test_headers_that_are_there_bring_their_tools_only_once():
    first = "RUN apt-get install -y --no-install-recommends gcc libc6-dev"
    second = f"{INSTALL}libxml2-dev"
    assert not is_said(f"FROM python:3.13-slim-bookworm\n{first}\n{second}")
    assert is_said(f"FROM python:3.13-slim-bookworm\n{second}")


def test_the_size_of_an_image_that_nobody_pulls_does_not_matter():
    text = f"FROM python:3.13-slim\n{INSTALL}ffmpeg"
    assert not is_said(text, purpose="test")
    assert not is_said(text, purpose="test", is_published=True)
    assert is_said(text, purpose="ci", is_published=True)
    assert is_said(text)
