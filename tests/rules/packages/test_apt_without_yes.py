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


INSTALL = "RUN apt-get update && apt-get install -y curl ca-certificates\n"


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("FROM ubuntu:18.04\n{}RUN apt purge postgresql-client-13", False),
        ("FROM python:3.10.8-slim-bullseye\nRUN apt remove postgresql-*", False),
        ("FROM debian:13\n{}RUN apt-get remove curl", True),
        ("FROM debian:13\n{}RUN apt-get remove libcurl4 curl-*", True),
        ("FROM debian:13\nRUN apt-get purge --auto-remove gcc", True),
        ("FROM debian:13\nRUN apt-get remove login", True),
        ("FROM debian:13\nRUN apt-get remove $PACKAGES", True),
        ("FROM debian:13\nRUN apt-get remove ^gcc.*", True),
        ("FROM debian:13\nRUN apt-get install -y ./a.deb\nRUN apt-get remove a", True),
        ("FROM debian:13\nRUN dpkg -i a.deb\nRUN apt-get remove a", True),
        ("FROM debian:13 AS base\n{}FROM base\nRUN apt-get remove curl", True),
        # what these have is not known to the last package
        ("FROM python:3.13\nRUN apt-get remove mysql-common", True),
        ("FROM example.com/image:1\nRUN apt-get remove gcc", True),
        # it recommends compilers
        ("FROM debian:13\n{}RUN apt install -y python3-pip; apt remove gcc", True),
    ],
)
def test_what_was_never_installed_is_removed_without_a_question(text, is_told):
    assert bool(said("apt-without-yes", text.format(INSTALL))) is is_told
