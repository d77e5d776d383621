"""Calls of commands that the image surely lacks, and what may have brought them."""

from __future__ import annotations

import pytest

from lightship.facts.commands.lacking_bases import calls_any_missing, missing_in_base
from lightship.facts.commands.missing_calls import missing_calls
from tests.made import build


def missing(text: str, **files: str) -> list[str]:
    if not text.startswith("FROM"):
        text = f"FROM debian:trixie-slim\n{text}"
    return [call.name for call in missing_calls(build(text, files))]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("RUN curl -fsSO https://example.org/a", ["curl"]),
        ("RUN /usr/bin/curl -fsSO https://example.org/a", ["curl"]),
        ("RUN 'curl' -V && wget -V", ["curl", "wget"]),
        ('RUN ["curl", "-V"]', ["curl"]),
        ("RUN sudo make", ["sudo"]),
        ("RUN env A=1 nice curl -V", ["curl"]),
        ("RUN sh -c 'curl -V'", ["curl"]),
        ("RUN <<EOF\nset -e\ncurl -V\nEOF", ["curl"]),
        ("RUN apt-get install -y curl && curl -V", []),
        ("RUN apt-get update && apt-get install -y git && curl -V", ["curl"]),
        ("RUN apt-get install -y curl:amd64 && curl -V", []),
        ("RUN apt-get install -y $PACKAGES && curl -V", []),
        ("RUN apt-get install -y ./tool.deb && curl -V", []),
        ("RUN $INSTALL curl && curl -V", []),
        ("RUN ./setup.sh && curl -V", []),
        ("RUN command -v curl || true", []),
        ("RUN curl() { true; }; curl -V", []),
        ("RUN /opt/bin/curl -V", []),
        ("RUN cat $(which curl)", []),
        ("RUN echo curl", []),
    ],
)
def test_calls_of_what_a_slim_debian_lacks(body, names):
    assert missing(body) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("FROM alpine:3.23\nRUN curl -V", ["curl"]),
        ("FROM alpine:3.23\nRUN apk add --no-cache curl && curl -V", []),
        ("FROM alpine:3.23\nRUN bash -c true", ["bash"]),
        ("FROM alpine:3.23\nRUN wget -V", []),  # busybox has one
        ("FROM debian:trixie-slim\nRUN pip install a", ["pip"]),
        ("FROM python:3.13-slim\nRUN pip install a", []),
        ("FROM acme/base\nRUN curl -V", []),
        ("FROM $BASE\nRUN curl -V", []),
        ("FROM scratch\nRUN curl -V", []),
    ],
)
def test_what_an_image_has_is_known_of_published_ones(text, names):
    assert missing(text) == names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("COPY --from=curlimages/curl /usr/bin/curl /usr/bin/\nRUN curl -V", []),
        ("COPY --from=acme/uv:1 /uv /uvx /bin/\nRUN curl -V && uv -V", ["curl"]),
        ("COPY curl /usr/local/bin/\nRUN curl -V", []),
        ("COPY . /app\nRUN curl -V", ["curl"]),
        ("ENV PATH=/app/bin:$PATH\nCOPY . /app\nRUN curl -V", []),
        ("ADD tools.tar.gz /\nRUN curl -V", []),
        ("COPY tools.tar.gz /\nRUN curl -V", ["curl"]),
        ("RUN --mount=type=bind,from=tools,target=/tools curl -V", []),
        ("RUN --mount=type=bind,target=/src curl -V", ["curl"]),
    ],
)
def test_copies_and_mounts_may_bring_it(body, names):
    files = {"curl": "", "app": "", "tools.tar.gz": ""}
    assert missing(body, **files) == names


def test_a_stage_has_what_the_stage_below_it_installs():
    text = (
        "FROM debian:trixie-slim AS base\nRUN apt-get install -y curl\n"
        "FROM base\nRUN curl -V && wget -V\n"
        "FROM debian:trixie-slim\nRUN curl -V\nRUN curl -V"
    )
    calls = missing_calls(build(text, {}))
    assert [(call.name, call.stage.index) for call in calls] == [
        ("wget", 1),
        ("curl", 2),
        ("curl", 2),
    ]
    assert [call.is_first for call in calls] == [True, True, False]


def test_the_word_and_the_command_of_a_call():
    text = "FROM debian:trixie-slim\nRUN sudo -u app make install"
    (call,) = missing_calls(build(text, {}))
    assert call.word.span.of(text) == "sudo"
    assert call.command.name == "make"


@pytest.mark.parametrize(
    ("text", "lacks_curl", "calls_any"),
    [
        ("FROM debian:13-slim\nRUN curl -V", True, True),
        ("FROM debian:13-slim\nRUN sudo true", True, True),
        ("FROM debian:13-slim\nRUN sh -c 'curl -V'", True, True),
        ("FROM debian:13-slim\nRUN apt-get install -y curl && curl -V", True, True),
        ("FROM debian:13-slim AS a\nFROM a\nRUN ls", True, False),
        ("ARG V=13\nFROM debian:${V}-slim\nRUN curl -V", True, True),
        ("FROM python:3.13\nRUN curl -V", False, False),
        ("FROM acme/base\nRUN curl -V", False, False),
        ("FROM scratch\nRUN curl -V", False, False),
    ],
)
def test_bases_that_lack_what_is_called(text, lacks_curl, calls_any):
    image = build(text)
    last = image.dockerfile.stages[-1]
    assert ("curl" in missing_in_base(image, last)) is lacks_curl
    assert calls_any_missing(image) is calls_any
