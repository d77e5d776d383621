"""A platform that is the only one there is."""

from __future__ import annotations

import pytest
from judged import said

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.rules.base_image.constant_platform import RULE

FROM = "FROM --platform=linux/amd64 {}\n"


def count(text: str) -> int:
    return len(list(RULE.check(Build(parse(text)))))


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("debian:13", 1),
        ("pytorch/pytorch:2.9.0", 0),
        ("docker.io/jboss/keycloak:4.5.0.Final", 0),
        ("mcr.microsoft.com/mssql/server:2022-latest", 0),
    ],
)
def test_an_image_that_there_is_for_amd64_alone(image, expected):
    assert count(FROM.format(image)) == expected


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("curl -O https://example.org/Miniconda3-latest-Linux-x86_64.sh", 0),
        ("wget https://example.org/v1/chromedriver_linux64.zip", 0),
        ("curl -LO https://example.org/$V/tool_amd64.deb", 0),
        ("curl -LO https://example.org/tool-$(uname -m).tar.gz", 1),
        ("echo amd64", 1),
    ],
)
def test_a_download_for_amd64_runs_nowhere_else(run, expected):
    assert count(f"{FROM.format('debian:13')}RUN {run}\n") == expected


@pytest.mark.parametrize(
    ("image", "run", "expected"),
    [
        ("nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu20.04", "true", 0),
        ("ubuntu:24.04", "add-apt-repository -y ppa:gift/$TRACK", 0),
        ("ubuntu:24.04", "add-apt-repository -y ppa:deadsnakes/ppa", 1),
        ("ubuntu:24.04", "curl -o a https://example.org/v1/kubectl-linux-amd64", 0),
        ("ubuntu:24.04", "curl -o a https://example.org/linux-amd64/mc", 0),
        ("ubuntu:24.04", "curl -o a https://example.org/linux-arm64/mc", 1),
        ("ubuntu:24.04", "curl -o a https://example.org/amd64-notes/a", 1),
        ("acme/base:1.2-amd64", "true", 0),
        ("ubuntu:24.04", "pip install https://example.org/a-cp39-linux_x86_64.whl", 0),
    ],
)
def test_contents_that_there_are_for_amd64_alone(image, run, expected):
    assert count(f"{FROM.format(image)}RUN {run}\n") == expected


def test_a_program_for_amd64_may_come_from_another_stage():
    fetched = "RUN wget https://example.org/linux-amd64/mc -O /usr/bin/mc\n"
    first = f"{FROM.format('alpine:3.22 AS fetched')}{fetched}{FROM.format('minio/minio:1')}"
    assert count(f"{first}COPY --from=fetched /usr/bin/mc /usr/bin/mc\n") == 0
    assert count(first) == 1


@pytest.mark.parametrize(
    ("path", "platform", "expected"),
    [
        ("Dockerfile.rpi", "linux/arm64", 0),
        ("docker/jetson/Dockerfile", "linux/arm64", 0),
        ("Dockerfile.rpi", "linux/amd64", 1),
        ("Dockerfile", "linux/arm64", 1),
    ],
)
def test_a_board_has_one_platform(path, platform, expected):
    text = f"FROM --platform={platform} python:3.13-slim\n"
    assert len(list(RULE.check(Build(parse(text), path=path)))) == expected


def test_files_that_suit_all_platforms_are_built_on_that_of_the_builder():
    page = "FROM --platform=linux/amd64 node:24 AS page\nRUN npm run build\n"
    text = f"{page}FROM python:3.14\nCOPY --from=page /dist /dist\n"
    [message] = said("constant-platform", text)
    assert message.endswith(
        "use $BUILDPLATFORM if its files suit all platforms, or no flag"
    )
    [message] = said("constant-platform", page)
    assert message.endswith("pass the platform to docker build instead")
