"""Of a Dockerfile that nothing builds and that copies what is nowhere, only what stops it is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judged import said

from lightship.context.files import Context

TEXT = "FROM python:3.9-slim\nCOPY {} /app/\nCMD serve"
FILES = {"main.py": "", "app/other.py": ""}


def is_told(source: str, *, is_guess: bool = True, **knows: object) -> bool:
    text = TEXT.format(source)
    context = replace(Context.of({"Dockerfile": text, **FILES}), **knows)
    fields = {"context": context, "is_guess": is_guess}
    return bool(said("end-of-life-image", text, **fields))


@pytest.mark.parametrize(
    "source",
    ["start.sh", "Pipfile", "poetry.lock", "sub/requirements-dev.txt", "gone.py"],
)
def test_a_file_that_people_write_and_nobody_has_stops_the_build(source):
    assert not is_told(source)
    assert is_told(source, is_guess=False)


@pytest.mark.parametrize(
    "source", ["main.py", "app", ".", "dist/app.whl", "*.py", "other.py"]
)
def test_what_is_there_or_may_be_made_or_lies_elsewhere_stops_nothing(source):
    assert is_told(source)


@pytest.mark.parametrize("fact", ["is_made", "is_staged", "git_ignores"])
def test_what_something_makes_or_names_may_be_there_in_a_build(fact):
    assert is_told("start.sh", **{fact: lambda path: path == "start.sh"})
    assert not is_told("start.sh", **{fact: lambda path: path == "other.sh"})


def test_what_stops_the_build_is_told():
    text = "FROM python:3.9-slim\nCOPY start.sh /app/\nCMD serve"
    fields = {"is_guess": True}
    assert said("copied-file-missing", text, FILES, **fields)
    secret = f"{text}\nENV API_TOKEN=x9Kq2LmT77Zp"
    assert said("secret-in-arg-or-env", secret, FILES, **fields)
    assert (
        said("secret-in-arg-or-env", f"{text}\nENV API_TOKEN=secret", FILES, **fields)
        == []
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dockerfile.old", False),
        ("docker/Dockerfile.api.tmp", False),
        ("Dockerfile-backup", False),
        ("api.old.Dockerfile", False),
        ("Dockerfile.bak2", False),
        ("Dockerfile.gold", True),
        ("Dockerfile.oldest-python", True),
        ("old/Dockerfile", True),
    ],
)
def test_a_dockerfile_that_was_put_aside_and_that_nothing_builds(name, expected):
    text = TEXT.format("main.py")
    context = Context.of({name: text, **FILES})
    fields = {"context": context, "path": name}
    assert bool(said("end-of-life-image", text, is_guess=True, **fields)) is expected
    assert said("end-of-life-image", text, is_guess=False, **fields)


STUB = 'FROM ubuntu:20.04\nLABEL authors="ann"\n\nENTRYPOINT ["top", "-b"]'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (STUB, False),
        (STUB.replace("top", "serve"), True),
        (STUB.replace("LABEL", "RUN make\nLABEL"), True),
    ],
)
def test_the_stub_of_an_editor_is_nobodys_image(text, expected):
    fields = {"context": Context.of({"Dockerfile": text}), "is_guess": True}
    assert bool(said("end-of-life-image", text, **fields)) is expected
    assert bool(said("root-user", text, **fields)) is expected
    assert said("root-user", text, is_guess=False)
