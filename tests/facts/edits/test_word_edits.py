"""Words of a command are taken out, put at its end, or changed."""

from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.facts.edits.word_edits import at_end, inside, without
from lightship.lint.examples import build_of
from lightship.shell.commands import Script
from lightship.text import apply_edits


def script_of(instruction: str) -> tuple[Build, Script]:
    build = build_of(f"FROM a\n{instruction}")
    return build, build.scripts(build.dockerfile.stages[0].instructions[-1])[-1]


@pytest.mark.parametrize(
    ("instruction", "unwanted", "expected"),
    [
        ("RUN pip install --user x", ["--user"], "RUN pip install x"),
        ("RUN a -b -c d -e", ["-b", "-e"], "RUN a -c d"),
        ('CMD ["a", "-b", "c"]', ["-b"], 'CMD ["a", "c"]'),
        ('CMD ["a", "-b"]', ["-b"], 'CMD ["a"]'),
        ("RUN a \\\n  -b \\\n  c", ["-b"], "RUN a \\\n  c"),
        ("RUN a > /x -b", ["-b"], None),  # a redirect stands between
        ("RUN a \\\n# about b\n  -b", ["-b"], None),
    ],
)
def test_words_are_taken_out(instruction, unwanted, expected):
    build, script = script_of(instruction)
    words = script.commands[0].words
    chosen = [word for word in words if word.value in unwanted]
    edits = without(build, script, words, chosen)
    text = build.dockerfile.text
    changed = None if edits is None else apply_edits(text, edits)
    assert changed == (expected and f"FROM a\n{expected}")


def test_the_command_itself_and_words_of_others_stay():
    build, script = script_of("RUN a b && c d")
    first, second = (command.words for command in script.commands)
    assert without(build, script, first, [first[0]]) is None
    assert without(build, script, first, [second[1]]) is None


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("RUN a b", "RUN a b -x -y"),
        ('RUN ["a", "b"]', 'RUN ["a", "b", "-x", "-y"]'),
        ("RUN sh -c 'a b'", "RUN sh -c 'a b -x -y'"),
    ],
)
def test_words_are_put_at_the_end(instruction, expected):
    build, script = script_of(instruction)
    edits = at_end(script, script.commands[0].words, "-x", "-y")
    assert apply_edits(build.dockerfile.text, edits) == f"FROM a\n{expected}"


def test_nothing_is_put_into_a_script_that_is_quoted_in_part():
    _, script = script_of("RUN sh -c a' b'")
    assert at_end(script, script.commands[0].words, "-x") is None
    assert at_end(script, ()) is None


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("--host=localhost", "--host=::"),
        ("'localhost:80'", "':::80'"),
        ("localhost,localhost", None),
        ("local\\\nhost", None),
        ("other", None),
    ],
)
def test_a_part_of_a_word_is_changed(word, expected):
    build, script = script_of(f"RUN a {word}")
    edit = inside(script.commands[0].words[1], "localhost", "::")
    if expected is None:
        assert edit is None
    else:
        assert apply_edits(build.dockerfile.text, [edit]) == f"FROM a\nRUN a {expected}"
