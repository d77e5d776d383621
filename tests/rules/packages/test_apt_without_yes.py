"""When apt-without-yes reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said


@pytest.mark.parametrize(
    ("command", "is_told"),
    [
        ("apt-get install", False),
        ("apt-get install -f", False),
        ("apt-get install -y jq && apt-get --fix-broken install", False),
        ("dpkg -i a.deb; apt-get install -f", True),
        ("dpkg -i a.deb || apt-get install -f", True),
        ("dpkg --unpack a.deb && apt-get install -f", True),
        ("dpkg -i a.deb && rm a.deb && apt-get install -f", False),
        ("apt-get install $PACKAGES", True),
        ("apt-get install make", False),
        ("apt-get install make jq", True),
        ("apt-get update && apt-get install make", True),
    ],
)
def test_apt_asks_only_where_it_would_change_something(command, is_told):
    text = f"FROM python:3.13\nRUN {command}"
    assert bool(said("apt-without-yes", text)) is is_told


def test_the_slim_image_lacks_what_the_full_one_has():
    assert said("apt-without-yes", "FROM python:3.13-slim\nRUN apt-get install make")


INSTALLED = "FROM debian:13\nRUN apt-get update && apt-get install -y {}\nRUN apt-get install {}"


@pytest.mark.parametrize(
    ("first", "second", "is_told"),
    [
        ("build-essential", "g++", False),
        ("build-essential", "gcc make", False),
        ("--no-install-recommends r-base-dev", "gfortran cpp", False),
        ("python3-pip", "python3-dev", False),
        ("--no-install-recommends python3-pip", "python3-dev", True),
        ("build-essential", "g++ cmake", True),
        ("g++", "make", True),
    ],
)
def test_what_an_earlier_install_brought_asks_nothing(first, second, is_told):
    text = INSTALLED.format(first, second)
    assert bool(said("apt-without-yes", text)) is is_told
