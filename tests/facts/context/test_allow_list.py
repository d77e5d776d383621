"""An ignore file that leaves everything out, and lets in what the Dockerfile takes."""

from __future__ import annotations

import pytest

from lightship.facts.context.allow_list import allow_list, is_shared, sources_of
from lightship.facts.context.needless_files import needless
from tests.made import build


def lines(text: str, files: dict[str, str]) -> list[str] | None:
    """The lines of the new ignore file."""
    made = build(f"FROM debian\n{text}", files)
    found = allow_list(made, needless(made, made.context))
    if found is None:
        return None
    return "".join(edit.text for edit in found.edits).splitlines()


@pytest.mark.parametrize(
    ("text", "files", "expected"),
    [
        ("COPY app /app", {"app/a": "", "b": ""}, ["*", "!app"]),
        ("COPY . /app", {"app/a": "", "b": ""}, ["*", "!app", "!b"]),
        ("COPY app app/a /x/", {"app/a": "", "b": ""}, ["*", "!app"]),
        (
            "COPY app /app",
            {"app/a": "", "app/.env": "PASSWORD=h2u4n6t8"},
            ["*", "!app", "**/.env"],
        ),
        (
            "RUN --mount=type=bind,source=app,target=/x make",
            {"app/a": ""},
            ["*", "!app"],
        ),
    ],
)
def test_what_it_lets_in(text, files, expected):
    assert lines(text, files) == expected


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("ARG A\nCOPY $A /app", {"app/a": ""}),
        ("COPY . /app", {f"f{number}": "" for number in range(25)}),
        ("COPY app /app", {"app/a": "", "other.Dockerfile": ""}),
        ("COPY app /app", {"app/a": "", ".dockerignore": "*\n!app\n"}),
        ("COPY app, /app", {"app,/a": ""}),
        ("RUN make", {"app/a": ""}),
    ],
)
def test_there_is_none_where_it_may_be_wrong(text, files):
    assert lines(text, files) is None


def test_another_dockerfile_may_share_the_ignore_file():
    made = build("FROM debian", {"a/Dockerfile.dev": ""})
    assert is_shared(made, made.context)
    made = build("FROM debian", {"a/Dockerfile.dockerignore": ""})
    assert not is_shared(made, made.context)


def test_the_sources_of_a_build():
    made = build(
        "FROM debian\nCOPY ./a $B /x/\nRUN --mount=type=bind,source=c,target=/c make"
    )
    assert list(sources_of(made)) == ["a", None, "c"]
