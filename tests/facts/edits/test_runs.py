"""RUN as a whole: two become one, and a command is added, in the layout of the script."""

from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits.runs import (
    add_command,
    after_word,
    has_ignore,
    is_plain,
    is_whole,
    join,
    takes_words,
)
from lightship.lint.examples import build_of
from lightship.text import apply_edits


def last_of(body: str) -> tuple[Build, Instruction]:
    build = build_of(f"FROM a\n{body}")
    return build, build.dockerfile.stages[0].instructions[-1]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN a\nRUN b", "RUN a && \\\n    b"),
        ("RUN a && \\\n  b\nRUN c", "RUN a && \\\n  b && \\\n  c"),
        ("RUN a \\\n && b\nRUN c", "RUN a \\\n && b \\\n && c"),
        ("RUN a\nRUN b \\\n  && c", "RUN a \\\n  && b \\\n  && c"),
        ("RUN a\n# why\nRUN b", "RUN a && \\\n    # why\n    b"),
        ("RUN --mount=type=cache,target=/c a\nRUN b", None),
        (
            "RUN --mount=type=cache,target=/c a\nRUN --mount=type=cache,target=/c b",
            "RUN --mount=type=cache,target=/c a && \\\n    b",
        ),
        (
            "RUN --mount=type=tmpfs,target=/c a\nRUN --mount=type=tmpfs,target=/c b",
            None,
        ),
        ("RUN a &\nRUN b", None),
        ("RUN f() { a; }; f\nRUN b", None),
        ("RUN cd /x\nRUN b", None),
        ("RUN a || b\nRUN c", None),
        ('RUN a\nRUN ["b"]', None),
        ("RUN a\nRUN <<EOF\nb\nEOF", None),
        ("RUN a\n# lightship: ignore=latest-image\nRUN b", None),
    ],
)
def test_two_become_one(body, expected):
    build = build_of(f"FROM a\n{body}")
    first, second = build.dockerfile.stages[0].instructions[-2:]
    edit = join(build, first, second)
    changed = edit and apply_edits(build.dockerfile.text, [edit])
    assert changed == (expected and f"FROM a\n{expected}")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN a", "RUN a && x"),
        ("RUN a \\\n && b", "RUN a \\\n && b \\\n && x"),
        ("RUN a && \\\n  b", "RUN a && \\\n  b && \\\n  x"),
        ("RUN a \\\n  b", "RUN a \\\n  b \\\n    && x"),
        ("RUN a  ", "RUN a && x"),
        ("RUN a && \\\n  b \t", "RUN a && \\\n  b && \\\n  x"),
    ],
)
def test_a_command_is_added_in_the_layout_of_the_script(body, expected):
    build, run = last_of(body)
    edit = add_command(build, run, build.scripts(run)[0], "x")
    assert apply_edits(build.dockerfile.text, [edit]) == f"FROM a\n{expected}"


@pytest.mark.parametrize(
    ("body", "takes"),
    [
        ("RUN a", True),
        ("RUN sh -c 'a'", True),
        ('RUN sh -c "a"', True),
        ("RUN sh -c a", False),
        ("RUN sh -c 'a'b", False),
        ("RUN sh -c 'a'\\''b'", False),
        ('RUN ["sh", "-c", "a b"]', True),
        ('RUN ["sh", "-c", "a"]', True),
        ("RUN sh <<EOF\na\nEOF", True),
    ],
)
def test_a_script_that_takes_a_word(body, takes):
    build, run = last_of(body)
    assert takes_words(build.scripts(run)[-1]) == takes


def test_a_word_is_added_as_the_form_writes_it():
    for body, expected in (
        ("RUN a b", "RUN a c b"),
        ('RUN ["a", "b"]', 'RUN ["a", "c", "b"]'),
    ):
        build, run = last_of(body)
        script = build.scripts(run)[0]
        edit = after_word(script, script.commands[0].words[0], "c")
        assert apply_edits(build.dockerfile.text, [edit]) == f"FROM a\n{expected}"


@pytest.mark.parametrize(
    ("body", "whole", "plain"),
    [
        ("RUN a && b", True, True),
        ("RUN a;", False, True),
        ("RUN a # b", False, True),
        ("RUN a &&", False, True),
        ('RUN ["a"]', False, False),
        ("RUN <<EOF\na\nEOF", False, False),
        ("CMD a", True, False),
    ],
)
def test_scripts_that_may_go_on(body, whole, plain):
    build, run = last_of(body)
    assert is_whole(build.scripts(run)[0]) == whole
    assert is_plain(run) == plain


def test_a_comment_that_ignores_a_finding_of_one_instruction():
    build, run = last_of("# lightship: ignore=latest-image\nRUN a")
    assert has_ignore(build, run)
    build, run = last_of("# a\nRUN a")
    assert not has_ignore(build, run)
