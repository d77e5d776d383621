from __future__ import annotations

import pytest

from lightship.context import files
from lightship.context.files import Context, File, FileKind

TREE = {
    "Dockerfile": "FROM scratch\n",
    "README.md": "read",
    "app/main.py": "print()",
    "app/sub/util.py": "",
    "app/sub/notes.md": "",
    "tests/test_main.py": "",
    ".git/": "",
}


def paths(found):
    return [file.path for file in found]


def no_walk():
    pytest.fail("walked")
    yield


def test_reading_a_file_walks_nothing_and_asks_once():
    asked = []
    context = Context(no_walk, lambda path: asked.append(path) or b"flask\n")
    assert (
        context.read("./requirements.txt")
        == context.read("requirements.txt")
        == "flask\n"
    )
    assert asked == ["requirements.txt"]


def test_nothing_outside_is_read():
    context = Context(no_walk, pytest.fail)
    assert context.read("../secret") is context.read("a/../../secret") is None


def test_a_long_file_has_no_text(monkeypatch):
    monkeypatch.setattr(files, "LONGEST_READ", 3)
    context = Context.of({"a": "abc", "b": "abcd"})
    assert (context.read("a"), context.read("b")) == ("abc", None)


def test_a_walk_is_bounded(monkeypatch):
    monkeypatch.setattr(files, "MOST_ENTRIES", 2)
    endless = (File(str(number)) for number in iter(int, 1))
    context = Context(lambda: endless, {}.get)
    assert len(context.files) == 2
    assert not context.is_whole
    assert Context.of({"a": "", "b": ""}).is_whole


def test_directories_exist():
    context = Context.of(TREE)
    assert all(
        map(context.exists, [".", "app", "app/sub/", "/app/sub/util.py", ".git"])
    )
    assert not any(map(context.exists, ["app/su", "main.py", ".."]))
    assert {file.kind for file in context.files if file.path == ".git"} == {
        FileKind.CLOSED
    }


@pytest.mark.parametrize(
    ("dockerfile", "in_force"),
    [
        ("Dockerfile", ".dockerignore"),
        ("docker/prod", "docker/prod.dockerignore"),
        (None, ".dockerignore"),
        ("../x", "../x.dockerignore"),
    ],
)
def test_which_ignore_file_is_in_force(dockerfile, in_force):
    ignores = {
        ".dockerignore": "a",
        "docker/prod.dockerignore": "b",
        "../x.dockerignore": "c",
    }
    context = Context.of(ignores, dockerfile)
    assert context.ignore_path == in_force
    assert [pattern.text for pattern in context.ignore.patterns] == [ignores[in_force]]


def test_without_an_ignore_file_all_is_sent():
    context = Context.of(TREE)
    assert context.ignore_path is None
    assert context.sent == context.files


def test_an_overlay_writes_and_removes():
    before = Context.of(TREE)
    after = before.with_files({".dockerignore": "app\n", "README.md": None})
    assert paths(after.sent) == [
        ".dockerignore",
        ".git",
        "Dockerfile",
        "tests/test_main.py",
    ]
    assert after.read("README.md") is None
    assert before.ignore_path is None
