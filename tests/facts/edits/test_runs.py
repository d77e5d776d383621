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


@pytest.mark.parametrize(
    "pair",
    [
        "RUN a\nRUN b || c",  # `a && b || c` runs c when a fails
        "RUN a || b\nRUN c",
        "RUN a &\nRUN b",
        "RUN (a &)\nRUN b",
        "RUN a;\nRUN b",  # `a; && b` is no shell
        "RUN a # why\nRUN b",
        "RUN a\nRUN b; c",  # c would run though a fails
        "RUN cd /x\nRUN b",
        "RUN export A=1\nRUN b",
        "RUN A=1\nRUN b",
        "RUN umask 077 && a\nRUN b",
        "RUN set -e; a\nRUN b",
        "RUN exit 0\nRUN b",
        "RUN f() { a; } && f\nRUN b",
        "RUN . ./env && a\nRUN b",
        'RUN ["a"]\nRUN b',
        'RUN a\nRUN ["b"]',
        "RUN <<EOF\na\nEOF\nRUN b",
        "RUN a\nRUN <<EOF\nb\nEOF",
        "RUN --mount=type=cache,target=/c a\nRUN b",
        "RUN --network=none a\nRUN b",
        "RUN --mount=type=tmpfs,target=/t a\nRUN --mount=type=tmpfs,target=/t b",
        "RUN --mount=type=bind,rw,target=/t a\nRUN --mount=type=bind,rw,target=/t b",
        "# hadolint ignore=DL3059\nRUN a\nRUN b",
        "RUN a\n# lightship: ignore=update-alone\nRUN b",
        "RUN a\n# check=skip=all\nRUN b",
        "RUN 'a\nRUN b",
        "ONBUILD RUN a\nONBUILD RUN b",
        'SHELL ["powershell", "-Command"]\nRUN a\nRUN b',
    ],
)
def test_never_joined(pair):
    made = build_of(f"FROM debian\n{pair}\n")
    assert not made.dockerfile.problems
    first, second = made.dockerfile.instructions[-2:]
    assert join(made, first, second) is None


@pytest.mark.parametrize(
    ("pair", "joined"),
    [
        ("RUN a\nRUN b", "RUN a && \\\n    b"),
        ("RUN a; b\nRUN c && d", "RUN a; b && \\\n    c && d"),
        ("RUN a\n\n\nRUN b", "RUN a && \\\n    b"),
        ("run a   \n  run b", "run a && \\\n    b"),
        ("RUN a\n  # one\n\n# two\nRUN b", "RUN a && \\\n  # one\n    # two\n    b"),
        ("RUN a \\\n  && b\nRUN c", "RUN a \\\n  && b \\\n  && c"),
        ("RUN a && \\\n\tb\nRUN c", "RUN a && \\\n\tb && \\\n\tc"),
        ("RUN a\nRUN b \\\n && c", "RUN a \\\n && b \\\n && c"),
        (
            "RUN --network=none a\nRUN --network=none \\\n  b",
            "RUN --network=none a && \\\n    b",
        ),
        ("RUN (cd /x && a)\nRUN b", "RUN (cd /x && a) && \\\n    b"),
        ("RUN if a; then b; fi\nRUN c", "RUN if a; then b; fi && \\\n    c"),
    ],
)
def test_joined(pair, joined):
    made = build_of(f"FROM debian\n{pair}\n")
    edit = join(made, *made.dockerfile.instructions[-2:])
    text = made.dockerfile.text
    assert edit is not None
    assert (
        text[: edit.span.start] + edit.text + text[edit.span.end :]
        == f"FROM debian\n{joined}\n"
    )
