"""What a base image has, what other releases have, and where packages come from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.build import Build
from lightship.facts.packages.base_packages import base_packages, needs_index
from lightship.facts.packages.distribution_packages import (
    ALPINE,
    IN_BOTH,
    IN_ONE,
    PARTS,
    REMOVED,
    VERSIONS,
)
from lightship.facts.packages.heavy_bases import is_on_gigabytes
from lightship.facts.packages.lost_directory import loses_directory
from lightship.facts.packages.off_branches import is_switched_off
from lightship.facts.packages.package_sources import may_have_other_sources
from lightship.facts.packages.release_packages import (
    UBUNTU,
    Availability,
    availability,
    is_gone,
    is_listed,
)
from lightship.shell.packages import read_command
from tests.made import build


def last_stage(image: Build):
    return image.dockerfile.stages[-1]


def test_the_packages_that_an_image_has():
    full = build("FROM python:3.13 AS a\nFROM a\nRUN true")
    have = base_packages(full, last_stage(full))
    assert {"git", "curl"} <= have
    assert "htop" not in have
    for text in ("FROM python:3.13-slim", "FROM acme/base", "FROM $BASE"):
        image = build(text)
        assert "git" not in base_packages(image, last_stage(image))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("install -y git", False),
        ("install -y git jq", True),
        ("install -y ./tool.deb", False),
        ("install -y 'git' curl-", False),
        ("install -y $MORE", True),
        ("upgrade -y", True),
        ("remove -y jq", False),
    ],
)
def test_whether_a_command_reads_the_index(command, expected):
    (call,) = build(f"FROM debian\nRUN apt-get {command}").packages("apt-get")
    assert needs_index(call, frozenset({"git"})) is expected


@pytest.mark.parametrize("release", ["bookworm", "trixie"])
def test_no_name_is_in_a_release_and_gone_from_it(release):
    there = IN_BOTH | IN_ONE[release]
    assert not there & REMOVED[release]


def test_the_tables_of_releases_go_together():
    assert not IN_ONE["bookworm"] & IN_ONE["trixie"]
    assert not IN_BOTH & (IN_ONE["bookworm"] | IN_ONE["trixie"])
    assert set(PARTS) <= set(VERSIONS["trixie"])
    assert VERSIONS["trixie"].keys() == VERSIONS["bookworm"].keys()
    assert all(release.startswith("alpine3.") for release in ALPINE)


@pytest.mark.parametrize(
    ("name", "release", "gone"),
    [
        ("netcat", "trixie", True),
        ("netcat:i386", "trixie", True),
        ("libaio1", "bookworm", False),
        ("libaio1", "trixie", True),
        ("git", "trixie", False),
        ("postgresql-client-15", "bookworm", False),
        ("postgresql-client-15", "trixie", True),
        ("openjdk-17-jdk", "trixie", True),
        ("openjdk-21-jdk-headless", "trixie", False),
        ("python3.13-venv", "trixie", False),
        ("libicu67", "trixie", True),
        ("libicu76", "trixie", False),
        ("of-nobody", "trixie", False),  # not known
        ("netcat", "noble", False),
    ],
)
def test_packages_that_a_release_has_lost(name, release, gone):
    assert is_gone(name, release) is gone


def test_names_of_the_tables():
    assert is_listed("git")
    assert is_listed("tzdata-legacy")
    assert not is_listed("python3-distutils")
    assert not is_listed("of-nobody")


@pytest.mark.parametrize(
    ("text", "release", "answer"),
    [
        ("FROM debian:12\nRUN apt-get install -y git curl", "trixie", "there"),
        ("FROM debian:12\nRUN apt-get install -y git netcat", "trixie", "gone"),
        ("FROM debian:12\nRUN apt-get install -y git of-nobody", "trixie", "unknown"),
        ("FROM debian:12\nRUN apt-get install -y git=1:2.39", "trixie", "gone"),
        ("FROM debian:12\nRUN apt-get install -y ./a.deb", "trixie", "unknown"),
        ("FROM debian:12\nRUN true", "trixie", "there"),
        (
            "FROM debian:12 AS a\nFROM a\nRUN apt-get install -y netcat",
            "trixie",
            "gone",
        ),
        (
            "FROM debian:12\nRUN true\nFROM debian:13\nRUN apt-get install -y netcat",
            "trixie",
            "there",
        ),
        ("FROM alpine:3.22\nRUN apk add bash 'make'", "alpine3.23", "there"),
        ("FROM alpine:3.22\nRUN apk add bash htop", "alpine3.23", "unknown"),
        ("FROM ubuntu:18.04\nRUN apt-get install -y python-pip", UBUNTU, "gone"),
        ("FROM ubuntu:18.04\nRUN apt-get install -y git", UBUNTU, "there"),
        ("FROM ubuntu:18.04\nRUN apt-get install -y of-nobody", UBUNTU, "unknown"),
    ],
)
def test_whether_another_release_has_all(text, release, answer):
    image = build(text)
    found = availability(image, image.dockerfile.stages[0], release)
    assert found.value == answer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM nvidia/cuda:12.9.0-cudnn-devel-ubuntu24.04", True),
        ("FROM nvcr.io/nvidia/pytorch:25.01-py3 AS a\nFROM a", True),
        ("FROM stereolabs/zed:4.1-devel-cuda12.1-ubuntu20.04", True),
        ("FROM docker.io/ultralytics/ultralytics:8.3.0", True),
        ("FROM acme/sglang-router:1", False),
        ("FROM python:3.13", False),
        ("FROM scratch", False),
    ],
)
def test_images_of_gigabytes(text, expected):
    image = build(text)
    assert is_on_gigabytes(image, last_stage(image)) is expected


def test_a_dockerfile_beside_it_may_make_the_base():
    image = build("ARG BASE\nFROM $BASE", {})
    sibling = "FROM nvcr.io/nvidia/pytorch:25.01-py3\n"
    context = replace(image.context, run_texts=lambda: [sibling])
    beside = replace(image, context=context)
    assert is_on_gigabytes(beside, last_stage(beside))
    assert not is_on_gigabytes(image, last_stage(image))


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("mkdir /b && cd /b && make && rm -rf /b", True),
        ("mkdir /b && cd /b && make && cd / && rm -rf /b", False),
        ("cd /b/sub && make && rm -r /b", True),
        ("cd /b && rm -rf /bb", False),
        ("cd /b && rm -rf /b/*", False),
        ("cd '/b' && rm -rf ../b", True),
        ("cd $DIR && make && rm -rf $DIR", True),
        ("make && rm -rf /b", False),
    ],
)
def test_scripts_that_end_in_a_removed_directory(run, expected):
    image = build(f"FROM debian\nRUN apt-get install -y a && {run} && true")
    (call,) = image.packages("apt-get")
    assert loses_directory(image, call) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN true", False),
        ("RUN echo deb http://a.example a main > /etc/apt/a.list", True),
        ("RUN sed -i s/a/b/ /etc/apt/sources.list.d/debian.sources", True),
        ("RUN curl https://a.example/setup | bash -", True),
        ("RUN curl https://a.example/setup | tar -x", False),
        ("COPY apt /etc/", True),
        ("COPY apt /etc/app/", False),
        ("ADD root.tar.gz /", True),
        ("ENV HTTP_PROXY=http://cache:3142", True),
        ("RUN dpkg -i a.DEB", True),
    ],
)
def test_other_sources_of_packages(body, expected):
    image = build(f"FROM debian AS base\n{body}\nFROM base\nRUN true\nFROM debian", {})
    _, heir, other = image.dockerfile.stages
    assert may_have_other_sources(image, heir) is expected
    assert not may_have_other_sources(image, other)


INSTALL = "apt-get install -y llvm; fi"


@pytest.mark.parametrize(
    ("above", "test", "expected"),
    [
        ("ARG SANITIZER=0", 'if [ "$SANITIZER" = 1 ]', True),
        ("ARG SANITIZER=1", 'if [ "$SANITIZER" = 1 ]', False),
        ("ARG SANITIZER", "if [ -n '${SANITIZER}' ]", False),
        ("ARG SANITIZER", 'if [ -n "${SANITIZER}" ]', True),
        ("ARG SANITIZER", 'if [ -z "$SANITIZER" ]', False),
        ("ARG SANITIZER=false", "if $SANITIZER", True),
        ("ARG SANITIZER=true", "if $SANITIZER", False),
        ("ENV SANITIZER=a", 'if [[ "$SANITIZER" != a ]]', True),
        ("ENV SANITIZER=a", 'if ! [ "$SANITIZER" = b ]', False),
        ("ENV SANITIZER=a", 'if [ ! "$SANITIZER" = a ]', True),
        ("ENV SANITIZER=a", 'SANITIZER=b; if [ "$SANITIZER" = b ]', False),
        ("RUN true", 'if [ "$SANITIZER" = 1 ]', False),
        ("ARG SANITIZER=0", "if [ -f /a ]", False),
        ("ARG A=0", 'if [ "$A" = 1 ]; then true; elif [ "$A" = 2 ]', True),
        ("ARG A=0", 'if [ "$A" = 1 ]; then true; else if [ "$A" = 0 ]', False),
    ],
)
def test_branches_that_the_dockerfile_switches_off(above, test, expected):
    end = "; fi" if "else if" in test else ""
    image = build(f"FROM debian\n{above}\nRUN {test}; then {INSTALL}{end}")
    (call,) = image.packages("apt-get")
    assert read_command(call.command) is not None
    assert is_switched_off(image, call) is expected


@pytest.mark.parametrize(
    ("name", "in_bookworm", "in_trixie"),
    [
        ("libaio1", True, False),
        ("libasound2", True, True),
        ("netcat", False, False),
        ("python3-distutils", True, False),
        ("tzdata-legacy", False, True),
    ],
)
def test_packages_of_two_releases_of_debian(name, in_bookworm, in_trixie):
    installing = build(f"FROM debian:11\nRUN apt-get install -y {name}")
    [stage] = installing.dockerfile.stages
    bookworm = availability(installing, stage, "bookworm")
    trixie = availability(installing, stage, "trixie")
    assert (bookworm is Availability.THERE) == in_bookworm
    assert (trixie is Availability.THERE) == in_trixie
