"""Blocks of lines: an instruction with its comments is moved, removed, or gets others beside it."""

from __future__ import annotations

import pytest

from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Dockerfile, Instruction
from lightship.facts.edits import moves
from lightship.text import Edit, apply_edits

TEXT = """FROM a

# About b,
# in two lines
RUN b && \\
    # inside
    c

COPY d /
USER e
"""


def at(text: str, keyword: str) -> tuple[Dockerfile, Instruction]:
    dockerfile = parse(text)
    items = (item for stage in dockerfile.stages for item in stage.instructions)
    return dockerfile, next(item for item in items if item.keyword == keyword)


def after(text: str, edit: Edit) -> str:
    return apply_edits(text, [edit])


def test_a_block_has_the_comments_above_it():
    dockerfile, run = at(TEXT, "RUN")
    text = moves.block(dockerfile, run).of(TEXT)
    assert text.startswith("# About b,\n")
    assert text.endswith("    c")
    dockerfile, copy = at(TEXT, "COPY")
    assert moves.block(dockerfile, copy).of(TEXT) == "COPY d /"
    assert moves.moved(dockerfile, copy) == ("COPY d /",)


def test_lines_above_and_below():
    dockerfile, run = at(TEXT, "RUN")
    above = after(TEXT, moves.before(dockerfile, run, ["ENV x=1", "ENV y=2"]))
    assert "\n\nENV x=1\nENV y=2\n# About b,\n" in above
    below = after(TEXT, moves.after(dockerfile, run, ["ENV x=1"]))
    assert "    c\nENV x=1\n\nCOPY" in below


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nUSER b\n", "FROM a\nUSER b\nENV x=1\n"),
        ("FROM a\nUSER b", "FROM a\nUSER b\nENV x=1"),
        ("FROM a\r\nUSER b", "FROM a\r\nUSER b\r\nENV x=1"),
    ],
)
def test_the_end_of_the_file_stays_as_it_was(text, expected):
    dockerfile, user = at(text, "USER")
    assert after(text, moves.after(dockerfile, user, ["ENV x=1"])) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nUSER b\nENV c=d\n", "FROM a\nENV c=d\n"),
        ("FROM a\n# Why\nUSER b\nENV c=d\n", "FROM a\nENV c=d\n"),
        ("FROM a\n\nUSER b\n\nENV c=d\n", "FROM a\n\nENV c=d\n"),
        ("FROM a\n\nUSER b\nENV c=d\n", "FROM a\n\nENV c=d\n"),
        ("FROM a\nUSER b", "FROM a"),
        ("FROM a\nUSER b\n", "FROM a\n"),
    ],
)
def test_an_instruction_is_removed_with_its_comments(text, expected):
    dockerfile, user = at(text, "USER")
    assert after(text, moves.remove(dockerfile, user)) == expected


def test_all_from_one_instruction_to_another_is_removed():
    text = "FROM a\nRUN b\n# c\nRUN d\nUSER e\n"
    dockerfile = parse(text)
    first, last, _ = dockerfile.stages[0].instructions[-3:]
    edit = moves.remove(dockerfile, first, last)
    assert after(text, edit) == "FROM a\nUSER e\n"


def test_neighbours_are_those_with_blank_lines_between_them():
    text = "FROM a\nRUN b\n\nRUN c\nUSER d\nRUN e\n# f\nRUN g\n"
    dockerfile = parse(text)
    runs = [item for item in dockerfile.stages[0].instructions if item.keyword == "RUN"]
    groups = moves.neighbours(dockerfile, runs)
    texts = [[run.operand.text for run in group] for group in groups]
    assert texts == [["b", "c"], ["e", "g"]]  # the comment belongs to the last


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nUSER b\n", ("FROM x AS y", "COPY . .", "")),
        ("FROM a\n  user b\n", ("  from x as y", "  copy . .", "")),
    ],
)
def test_new_instructions_are_written_as_the_old_one(text, expected):
    dockerfile, user = at(text, "USER")
    lines = moves.indented(dockerfile, user, "FROM x AS y", "COPY . .", "")
    assert lines == expected


def test_a_continuation_at_the_end_is_not_closed():
    for text, closed in (("FROM a\nRUN b \\", False), ("FROM a\nRUN b \\\n c\n", True)):
        dockerfile, run = at(text, "RUN")
        assert moves.is_closed(dockerfile, run) == closed


def test_a_blank_line_above_the_comments():
    dockerfile, run = at(TEXT, "RUN")
    assert moves.is_spaced(dockerfile, run)
    dockerfile, user = at(TEXT, "USER")
    assert not moves.is_spaced(dockerfile, user)
    dockerfile, first = at("FROM a\nUSER b\n", "USER")
    assert not moves.is_spaced(dockerfile, first)


@pytest.mark.parametrize(
    ("text", "goes_along"),
    [
        ("FROM a\n# For nginx comment out the one above\n# FROM b\nCOPY c /\n", False),
        ("FROM a\n# The one above has no curl\nCOPY c /\n", False),
        ("FROM a\n\n# As above\nCOPY c /\n", True),
        ("FROM a\nUSER b\n# As above\nCOPY c /\n", True),
        ("FROM a\n# The program\nCOPY c /\n", True),
    ],
)
def test_a_comment_that_speaks_of_the_from_above_it_stays_there(text, goes_along):
    dockerfile, copy = at(text, "COPY")
    after = apply_edits(text, [moves.remove(dockerfile, copy)])
    assert ("above" in after or "program" in after) is not goes_along
