"""What a command that makes a place for Python packages knows, and the environments of uv."""

from __future__ import annotations

import pytest

from lightship.facts.stages.tree_calls import Made, TreeCall, last_value
from lightship.facts.stages.uv_trees import by_uv
from lightship.facts.values.directories import directory_of
from tests.made import build

HEAD = "FROM python:3.13-slim\nWORKDIR /app\n"


def made_by_uv(body: str, **files: str) -> Made | None:
    image = build(HEAD + body, files)
    *_, call = image.packages("uv")
    stage = image.dockerfile.stages[-1]
    tree_call = TreeCall(image, call, stage, directory_of(image, call))
    return by_uv(tree_call, call.does)


@pytest.mark.parametrize(
    ("body", "kind", "path", "tool"),
    [
        ("RUN uv sync", "venv", ".venv", "uv sync"),
        ("RUN uv venv", "venv", ".venv", "uv venv"),
        ("RUN uv venv '/opt/env'", "venv", "/opt/env", "uv venv"),
        ("RUN uv venv --relocatable /opt/env", "relocatable", "/opt/env", "uv venv"),
        (
            "ENV UV_VENV_RELOCATABLE=1\nRUN uv sync",
            "relocatable",
            ".venv",
            "uv sync",
        ),
        ("ENV UV_VENV_RELOCATABLE=0\nRUN uv sync", "venv", ".venv", "uv sync"),
        (
            "ENV UV_PROJECT_ENVIRONMENT=/env\nRUN uv sync --frozen",
            "venv",
            "/env",
            "uv sync",
        ),
        ("RUN uv sync --project /srv/a", "venv", "/srv/a/.venv", "uv sync"),
        ("ARG AT=/opt\nRUN uv venv $AT/env", "venv", "/opt/env", "uv venv"),
    ],
)
def test_the_environments_of_uv(body, kind, path, tool):
    found = made_by_uv(body)
    assert (found.kind, found.path, found.tool) == (kind, path, tool)


@pytest.mark.parametrize(
    "body",
    [
        "RUN uv sync --active",
        "RUN uv sync --project=$WHERE",
        "RUN uv venv $WHERE",
        # A workspace, whose environment lies beside the manifest above
        "COPY pyproject.toml .\nWORKDIR /app/api\nRUN uv sync",
    ],
)
def test_an_environment_whose_place_is_not_known(body):
    assert made_by_uv(body, **{"pyproject.toml": ""}) is None


@pytest.mark.parametrize(
    ("body", "files", "is_own"),
    [
        ("RUN uv sync", {}, True),
        ("RUN uv sync --python 3.11 --python=3.13", {}, True),
        ("RUN uv sync --python 3.13 --python=3.11", {}, False),
        ("ENV UV_PYTHON=3.11\nRUN uv sync", {}, False),
        ("ENV UV_PYTHON=3.11\nRUN uv sync -p 3.13", {}, True),
        ("RUN uv sync", {".python-version": "3.10\n"}, False),
        ("RUN uv sync", {".python-version": "3.13\n"}, True),
    ],
)
def test_uv_takes_the_python_of_the_image_or_fetches_another(body, files, is_own):
    python = made_by_uv(body, **files).python
    assert (python is not None and python.minor == "3.13") is is_own


def test_variables_and_words_of_a_call():
    image = build(f"{HEAD}ENV A=1 B=no\nARG C\nRUN D=2 make", {})
    (call,) = image.commands("make")
    tree_call = TreeCall(image, call, image.dockerfile.stages[0], "/app")
    assert [tree_call.variable(name) for name in "ABD"] == ["1", "no", "2"]
    assert tree_call.variable("NONE") == ""
    assert [tree_call.is_on(name) for name in ("A", "B", "NONE")] == [
        True,
        False,
        False,
    ]
    assert tree_call.value("/x/${A}") == "/x/1"
    assert tree_call.value("$NONE") is None
    assert tree_call.command is call.command


def test_the_last_of_several_values():
    assert last_value(["a", "b"]) == "b"
    assert last_value([]) == ""
