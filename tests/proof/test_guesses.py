"""What a proof finds out by itself: the files that people edit, and where the program listens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree, context_of
from lightship.dockerfile.parse import parse
from lightship.proof.guesses import edits, port_of

ALL = "FROM python:3.13\nCOPY . .\n"
NAMES = st.sampled_from(
    [
        "app.py",
        "src/main.py",
        "tests/test_app.py",
        "docs/x.md",
        "requirements.txt",
        "uv.lock",
        "pyproject.toml",
        "a.go",
    ]
)


def side_of(text: str, *names: str, **files: str) -> Side:
    tree = FileTree.of({**dict.fromkeys(names, "x\n"), **files, "Dockerfile": text})
    return Side(
        Build(parse(text), context_of(tree, "Dockerfile"), {}, None, "Dockerfile"), tree
    )


def port(text: str, **args: str) -> int:
    return port_of(Build(parse(text), args=args))


@given(st.lists(NAMES, unique=True), st.lists(NAMES, unique=True), st.lists(NAMES))
def test_what_is_edited_is_a_file_that_both_take(old, new, often):
    before, after = side_of(ALL, *old), side_of(ALL, *new)
    both = {*old} & {*new}
    code, manifest = edits(before, after, often)
    assert {code, manifest} <= both | {""}
    assert bool(code) == bool(both & {"app.py", "src/main.py", "a.go"})
    assert bool(manifest) == bool(
        both & {"requirements.txt", "uv.lock", "pyproject.toml"}
    )


@pytest.mark.parametrize(
    ("names", "often", "expected"),
    [
        (["z.py", "src/a.py"], [], ("z.py", "")),
        (["z.py", "src/a.py"], ["src/a.py"], ("src/a.py", "")),
        (["z.py", "src/a.py"], ["README.md", "gone.py"], ("z.py", "")),
        (
            ["app.py", "requirements.txt", "pyproject.toml"],
            [],
            ("app.py", "requirements.txt"),
        ),
        (
            ["app.py", "uv.lock", "pyproject.toml"],
            ["pyproject.toml"],
            ("app.py", "uv.lock"),
        ),
        (
            ["app.py", "sub/requirements.txt", "pyproject.toml"],
            [],
            ("app.py", "pyproject.toml"),
        ),
        (["app.py", "requirements-dev.txt"], [], ("app.py", "requirements-dev.txt")),
        (["server.js", "package.json"], [], ("server.js", "package.json")),
        (["setup.py"], [], ("", "setup.py")),
        (["tests/test_app.py", "data.csv"], [], ("", "")),
        ([], [], ("", "")),
    ],
)
def test_which_files_are_edited(names, often, expected):
    side = side_of(ALL, *names)
    assert edits(side, side, often) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nCOPY src/app.py .\n", ("src/app.py", "")),
        ("FROM a\nCOPY requirements.txt .\n", ("", "requirements.txt")),
        (
            "FROM a\nRUN --mount=type=bind,source=requirements.txt,target=/r pip install -r /r\n",
            ("", "requirements.txt"),
        ),
        ("FROM a\nRUN make\n", ("", "")),
        (
            "FROM a AS b\nCOPY src src\nFROM a\nCOPY --from=b src src\n",
            ("src/app.py", ""),
        ),
    ],
)
def test_what_no_instruction_takes_is_not_edited(text, expected):
    side = side_of(text, "src/app.py", "requirements.txt", "top.py")
    assert edits(side, side) == expected


def test_what_the_ignore_file_keeps_back_is_not_edited():
    files = {".dockerignore": "app.py\nrequirements.txt\n"}
    side = side_of(ALL, "app.py", "requirements.txt", "sub/b.py", **files)
    assert edits(side, side) == ("sub/b.py", "")


def test_without_a_context_nothing_is_known():
    side = Side(Build(parse(ALL)), FileTree.of({}))
    assert edits(side, side) == ("", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\n", 0),
        ("FROM a\nEXPOSE 8080\n", 8080),
        ("FROM a\nEXPOSE 53/udp 8080/tcp 9090\n", 8080),
        ("FROM a\nARG PORT=5000\nEXPOSE $PORT\n", 5000),
        ("FROM a AS b\nEXPOSE 1000\nFROM b\nEXPOSE 2000\n", 2000),
        ("FROM a AS b\nEXPOSE 1000\nFROM b\n", 1000),
        ("FROM a AS b\nEXPOSE 1000\nFROM c\n", 0),
        ('FROM a\nCMD ["uvicorn", "app:app", "--port", "9000"]\n', 9000),
        ('FROM a\nCMD ["uvicorn", "app:app"]\n', 8000),
        ('FROM a\nCMD ["gunicorn", "-b", "0.0.0.0:7000", "app:app"]\n', 7000),
        ("FROM a\nCMD gunicorn --bind=:7001 app:app\n", 7001),
        ('FROM a\nEXPOSE 80\nCMD ["gunicorn", "-b", "0.0.0.0:7000", "app:app"]\n', 80),
        ('FROM a\nCMD ["flask", "run"]\n', 5000),
        ('FROM a\nCMD ["python", "app.py"]\n', 0),
        ("FROM a\nEXPOSE nonsense\n", 0),
    ],
)
def test_where_it_listens(text, expected):
    assert port(text) == expected


def test_build_arguments_count():
    assert port("FROM a\nARG PORT=5000\nEXPOSE $PORT\n", PORT="6000") == 6000


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text):
    for given_text in (text, f"FROM a\nEXPOSE {text}\nCMD {text}\n"):
        assert 0 <= port(given_text) <= 65_535
