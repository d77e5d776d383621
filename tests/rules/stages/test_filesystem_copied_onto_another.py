"""When filesystem-copied-onto-another reports something, and when it is silent."""

from __future__ import annotations

from judged import findings, said


def test_an_image_of_files_is_copied_whole():
    text = "FROM {} AS files\n{}FROM debian:13\nCOPY --from=files / /"
    rule = "filesystem-copied-onto-another"
    assert findings(rule, text.format("ghcr.io/acme/s6-overlay:3", "")) == []
    assert findings(rule, text.format("ghcr.io/acme/s6-overlay:3", "RUN make\n"))
    assert findings(rule, text.format("debian:12", ""))


def test_an_image_that_is_there_to_be_copied_whole_may_be():
    text = "FROM tonistiigi/xx:1.6 AS xx\nFROM debian:13-slim\nCOPY --from=xx / /"
    assert said("filesystem-copied-onto-another", text) == []


def test_what_goes_on_from_the_same_image_is_squashed():
    text = (
        "FROM python:3.14-slim AS build\nRUN ./install\nFROM {}\n"
        "WORKDIR /app\n{}COPY --from=build / /"
    )
    rule = "filesystem-copied-onto-another"
    assert said(rule, text.format("python:3.14-slim", "")) == []
    assert said(rule, text.format("python:3.13-slim", ""))
    assert said(rule, text.format("python:3.14-slim", "RUN ./other\n"))
