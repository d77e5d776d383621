"""What a path that does not exist may have meant."""

from __future__ import annotations

import pytest

from lightship.facts.context.near_paths import near
from tests.made import build

FILES = {
    "src/config.yml": "",
    "Makefile": "",
    "requirements.txt": "",
    "tests/data.csv": "",
    "other/data.csv": "",
    "docs/guide/index.md": "",
}


def meant(path: str, usual: str = "") -> list[tuple[str, str]]:
    made = build("FROM debian", FILES)
    return [(found.path, found.reason) for found in near(made, path, usual.__eq__)]


@pytest.mark.parametrize(
    ("path", "found", "reason"),
    [
        ("makefile", "Makefile", "there is Makefile, in another case"),
        (
            "requirments.txt",
            "requirements.txt",
            "there is requirements.txt, with another letter",
        ),
        (
            "reqiurements.txt",
            "requirements.txt",
            "there is requirements.txt, with another letter",
        ),
        (
            "src/config.yaml",
            "src/config.yml",
            "there is src/config.yml, with another letter",
        ),
        (
            "guide/index.md",
            "docs/guide/index.md",
            "there is docs/guide/index.md, in another place",
        ),
        ("../Makefile", "Makefile", "paths begin at the root of the build context"),
    ],
)
def test_the_path_that_was_meant(path, found, reason):
    assert meant(path)[0] == (found, reason)


def test_a_backslash_between_directories():
    [(found, reason)] = meant("src\\config.yml")
    assert found == "src/config.yml"
    assert "between directories it is `/`" in reason


@pytest.mark.parametrize(
    "path", ["data.csv", "requirements2.txt", "Makefiles", "a.txt", "../x", "index.md"]
)
def test_paths_that_may_mean_anything(path):
    assert meant(path) == []


def test_a_usual_name_is_no_slip():
    assert meant("requirments.txt", "requirments.txt") == []
