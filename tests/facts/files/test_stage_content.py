"""Whether a path surely is not in a stage."""

from __future__ import annotations

import pytest

from lightship.facts.files.stage_content import is_absent
from tests.made import build


def absent(text: str, path: str, files=None) -> bool:
    made = build(text, files)
    return is_absent(made, made.dockerfile.stages[-1], path)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("FROM debian", "/app", True),
        ("FROM debian", "/usr/bin/x", False),
        ("FROM debian", "/opt/x", True),
        ("FROM debian", "/opt", False),
        ("FROM debian", "/", False),
        ("FROM scratch", "/usr/bin/x", True),
        ("FROM example.com/base:1", "/app", False),
        ("FROM debian\nWORKDIR /app", "/app", False),
        ("FROM debian\nWORKDIR /app/src", "/app", False),
        ("FROM debian\nRUN mkdir /app", "/app", False),
        ("FROM debian\nRUN ./build.sh", "/app", False),
        ("FROM debian\nRUN apt-get install -y curl", "/app", True),
        ("FROM debian\nCOPY . /app", "/app", False),
        ("FROM debian\nCOPY . /srv", "/app", True),
        ("FROM debian AS a\nRUN mkdir /app\nFROM a", "/app", False),
        ("FROM debian AS a\nRUN mkdir /app\nFROM debian", "/app", True),
        ("FROM debian\nONBUILD RUN true", "/app", False),
        ("FROM python:3.13-slim", "/usr/local/lib/python3.12/site-packages", True),
        ("FROM python:3.13-slim", "/usr/local/lib/python3.13/site-packages", False),
    ],
)
def test_whether_a_path_is_surely_not_there(text, path, expected):
    assert absent(text, path) is expected


@pytest.mark.parametrize(
    ("copy", "path", "expected"),
    [
        ("COPY . /srv/", "/srv/a.txt", False),
        ("COPY . /srv/", "/srv/b.txt", True),
        ("COPY a.txt /srv/", "/srv/a.txt", False),
        ("COPY a.txt /srv/", "/srv/b.txt", True),
        ("COPY *.txt /srv/", "/srv/b.txt", False),
        ("ADD a.tar /srv/", "/srv/b.txt", False),
        ("COPY <<b.txt /srv/\nx\nb.txt\n", "/srv/b.txt", False),
        ("COPY <<b.txt /srv/\nx\nb.txt\n", "/srv/a.txt", True),
    ],
)
def test_what_a_copy_may_bring(copy, path, expected):
    assert absent(f"FROM debian\n{copy}", path, {"a.txt": "", "a.tar": ""}) is expected


def test_what_another_stage_may_have():
    text = "FROM debian AS a\nRUN ./fill.sh\nFROM debian\nCOPY --from=a {} /srv\n"
    assert not absent(text.format("/data"), "/srv/x")
    none = text.replace("./fill.sh", "true")
    assert absent(none.format("/data"), "/srv/x")


def test_one_copy_may_be_left_out():
    made = build("FROM debian\nCOPY a /app")
    [copy] = made.each("COPY")
    assert is_absent(made, made.dockerfile.stages[0], "/app", but=copy)
