"""Lines of an ignore file whose path does not exist, while one that is written much alike does."""

from __future__ import annotations

import pytest

from lightship.facts.context.misnamed_lines import misnamed
from tests.made import build

ALL = "FROM debian\nCOPY . /app\n"


def made(ignore: str, *paths: str, text: str = ALL):
    return build(text, {".dockerignore": ignore} | dict.fromkeys(paths, ""))


def test_a_path_with_another_letter_is_told_with_what_was_meant():
    [(line, found)] = misnamed(made("recordngs\n", "recordings/a.wav"))
    assert (line.pattern.text, line.text, found.path) == (
        "recordngs",
        "recordings",
        "recordings",
    )
    assert line.files == {"recordings/a.wav"}


@pytest.mark.parametrize(
    ("ignore", "paths"),
    [
        ("recordings\n", ["recordings/a.wav"]),
        ("recordngs\nrecordings\n", ["recordings/a.wav"]),  # nothing would change
        ("build\n", ["builds/a"]),
    ],
)
def test_a_path_that_is_there_or_is_a_precaution(ignore, paths):
    assert misnamed(made(ignore, *paths)) == ()


def test_what_copy_names_is_wanted():
    text = "FROM debian\nCOPY . /app\nCOPY recordings /r\n"
    assert misnamed(made("recordngs\n", "recordings/a.wav", text=text)) == ()
