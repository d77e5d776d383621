"""apt-recommends speaks only where leaving recommendations out is known to save much."""

from __future__ import annotations

import pytest
from judged import said

INSTALL = "RUN apt-get update && apt-get install -y "
CUDA = "nvidia/cuda:13.0.1-devel-ubuntu24.04"


def is_said(text, **fields):
    return bool(said("apt-recommends", text, **fields))


@pytest.mark.parametrize(
    ("base", "packages"),
    [
        ("python:3.13-slim", "curl libpq-dev jq"),
        ("python:3.13-slim", "git"),
        ("python:3.13-slim-bookworm", "gcc build-essential"),
        ("ubuntu:22.04", "postgresql-client-16 python3.12-venv libgomp1"),
        ("debian:trixie", "nodejs"),
        # Nothing is known of them
        ("debian:trixie", "a-package-that-nobody-knows"),
        ("debian:trixie", "curl $MORE"),
        ("debian:trixie", "./chrome.deb"),
        # Its client is only recommended
        ("debian:trixie", "docker.io"),
        # It is there already
        ("python:3.13-bookworm", "imagemagick build-essential cmake"),
        ("ubuntu:22.04", "build-essential cmake python3-pip"),
        # It is little beside what is there
        (CUDA, "git ffmpeg"),
        # cuda-nvcc depends on build-essential
        (CUDA, "python3-pip"),
        # A second Python is told of by its name
        ("python:3.13-slim", "python3-pip"),
    ],
)
def test_packages_that_recommend_little_are_fine(base, packages):
    assert not is_said(f"FROM {base}\n{INSTALL}{packages}")


@pytest.mark.parametrize(
    ("base", "packages"),
    [
        ("python:3.13-slim", "curl ffmpeg"),
        ("python:3.13-bookworm", "npm"),
        ("ubuntu:22.04", "clang-14"),
        ("debian:trixie", "default-jre"),
        ("debian:trixie", "libglib2.0-0t64"),
        ("debian:trixie", "build-essential npm"),
        (CUDA.replace("devel", "runtime"), "clang"),
    ],
)
def test_packages_that_recommend_much_are_found(base, packages):
    assert is_said(f"FROM {base}\n{INSTALL}{packages}")


def test_a_compiler_of_an_earlier_install_is_there_already():
    first = "RUN apt-get install -y --no-install-recommends build-essential"
    second = f"{INSTALL}tk-dev"
    assert not is_said(f"FROM debian:bookworm-slim\n{first}\n{second}")
    assert is_said(f"FROM debian:bookworm-slim\n{second}")


@pytest.mark.parametrize(
    ("removal", "is_kept"),
    [
        ("apt-get autoremove -y ffmpeg", False),
        ("apt-get purge -y ffmpeg && apt-get autoremove -y", False),
        ("apt-get purge -y --auto-remove ffmpeg", False),
        (
            "apt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false",
            False,
        ),
        # What it brought stays
        ("apt-get purge -y ffmpeg", True),
        # It stays while ffmpeg does
        ("apt-get autoremove -y", True),
        ("apt-get purge -y --auto-remove curl", True),
    ],
)
def test_what_the_run_removes_again_does_not_count(removal, is_kept):
    text = f"FROM debian:trixie-slim\n{INSTALL}ffmpeg curl && ffmpeg a && {removal}"
    assert is_said(text) is is_kept


def test_the_size_of_an_image_that_nobody_pulls_does_not_matter():
    text = f"FROM python:3.13-slim\n{INSTALL}ffmpeg"
    assert not is_said(text, purpose="test")
    assert not is_said(text, purpose="test", is_published=True)
    assert is_said(text, purpose="ci", is_published=True)
    assert is_said(text)


def test_what_would_be_named_again_is_not_left_out():
    base = "FROM debian:bookworm-slim\n"
    assert not is_said(f"{base}{INSTALL}cmake")
    assert is_said(f"{base}{INSTALL}cmake ffmpeg")
