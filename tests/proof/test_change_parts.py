"""The parts of a change: each parses, and all of them together are the change."""

from __future__ import annotations

import itertools
from operator import attrgetter

import pytest
from amounts import share_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree, context_of
from lightship.dockerfile.parse import parse
from lightship.lint.examples import whole
from lightship.lint.fixes import SAFE, UNSAFE
from lightship.lint.registry import dockerfile_rules
from lightship.proof.change_parts import (
    ChangePart,
    changed_lines,
    fixed,
    hunks,
    with_files,
)

MOST = 20
LINES = (
    "RUN make\n",
    "RUN make \\\n",
    "    test\n",
    "COPY . .\n",
    "ENV A=1 \\\n",
    "USER 1000\n",
    "# a comment\n",
    "\n",
    "RUN <<EOF\n",
    "EOF\n",
)
TEXTS = st.lists(st.sampled_from(LINES), max_size=12).map(
    lambda lines: "FROM debian\n" + "".join(lines)
)
EXAMPLES = [
    rule.examples[0]
    for rule in dockerfile_rules()
    if rule.examples and rule.examples[0].bad
]


def side_of(text: str, **files: str) -> Side:
    tree = FileTree.of({"app.py": "print()\n", **files, "Dockerfile": text})
    return Side(
        Build(parse(text), context_of(tree, "Dockerfile"), {}, None, "Dockerfile"), tree
    )


def text_of(side: Side) -> str:
    """The Dockerfile's text, which its file in the context has as well."""
    text = side.build.dockerfile.text
    assert side.tree.read("Dockerfile") == text.encode()
    return text


def hold(before: Side, after: Side, parts: tuple[ChangePart, ...]) -> None:
    assert len(parts) <= MOST
    last = len(text_of(after).splitlines())
    for part in parts:
        assert part.title
        assert not part.side.build.dockerfile.problems
        assert all(1 <= line <= last for line in part.lines) or part.rule
    assert text_of(parts[-1].side) == text_of(after)
    texts = [text_of(each) for each in (before, *(part.side for part in parts))]
    assert all(one != other for one, other in itertools.pairwise(texts))


@given(TEXTS, TEXTS)
def test_the_hunks_come_to_the_change(old, new):
    before, after = side_of(old), side_of(new)
    assume(old != new and not after.build.dockerfile.problems)
    parts = hunks(before, after)
    hold(before, after, parts)
    lines = [line for part in parts for line in part.lines]
    assert lines == sorted({*lines})
    assert {*lines} <= {*changed_lines(before, after)}


@given(TEXTS, TEXTS)
def test_hunks_of_what_does_not_parse_are_left_out(old, new):
    assert all(
        not part.side.build.dockerfile.problems
        for part in hunks(side_of(old), side_of(new))
    )


def test_a_hunk_says_where_it_is_and_what_it_does():
    parts = hunks(
        side_of("FROM a\nRUN x\nCOPY . .\nCMD y\n"),
        side_of("FROM b\nRUN x\n# why\nCOPY a b\nUSER 1\n"),
    )
    assert [part.title for part in parts] == [
        "line 1: FROM b",
        "lines 3 to 5: COPY a b",
    ]
    (part,) = hunks(side_of("FROM a\n# x\nRUN x\n"), side_of("FROM a\n"))
    assert part.title == "line 1: removed: RUN x"  # of the new text
    assert part.lines == ()


def test_of_very_many_hunks_the_last_part_is_the_rest():
    old, new = (
        f"FROM a\n{''.join(f'RUN echo {n}{n % 2 and mark}{chr(10)}' for n in range(80))}"
        for mark in (1, 2)
    )
    parts = hunks(side_of(old), side_of(new))
    hold(side_of(old), side_of(new), parts)
    assert parts[-1].title == "21 further changes"
    assert [len(part.lines) for part in parts] == [1] * 19 + [21]


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        ({}, {}, False),
        ({}, {"app.py": "print(2)\n"}, True),
        ({}, {"more.py": ""}, True),
        ({"less.py": ""}, {}, True),
        ({}, {".dockerignore": "docs\n"}, True),
        ({"folder/": ""}, {"folder/": ""}, False),
    ],
)
def test_other_files_are_one_part_at_the_end(before, after, differs):
    parts = hunks(
        side_of("FROM a\n", **before), changed := side_of("FROM b\n", **after)
    )
    assert [part.title for part in parts[1:]] == [
        "the other files of the build context"
    ] * differs
    assert (parts[-1].side is changed) is differs


@pytest.mark.parametrize("example", EXAMPLES, ids=attrgetter("bad"))
def test_the_fixes_come_to_the_whole(example):
    side = side_of(whole(example.bad), **(example.files or {}))
    after, parts = fixed(side, tuple(UNSAFE))
    if parts and not side.build.dockerfile.problems:
        assert len(parts) <= MOST
        assert text_of(parts[-1].side) == text_of(after)
        assert all(not part.side.build.dockerfile.problems for part in parts)
    else:
        assert text_of(after) == text_of(side)


def test_each_part_has_the_fixes_of_the_ones_before_it():
    text = "FROM debian:trixie\nRUN cd /app && apt-get install -y ffmpeg\nCMD gunicorn app:app\n"
    side = side_of(text)
    after, parts = fixed(side, tuple(UNSAFE))
    assert len({part.rule for part in parts}) == len(parts) > 1
    known: set[int] = set()
    for part in parts:
        assert part.lines == changed_lines(side, part.side)
        assert len({*part.lines}) >= len(known)
        known = {*part.lines}
    assert fixed(after, tuple(SAFE))[1] == ()


@settings(max_examples=share_of(50))
@given(
    TEXTS,
    st.dictionaries(
        st.sampled_from([".dockerignore", "app.py", "new/x.txt"]), st.text(max_size=9)
    ),
)
def test_with_files_takes_them_and_leaves_the_rest(text, files):
    before = side_of("FROM a\n", kept="x")
    after = with_files(before, text, files)
    assert text_of(after) == text
    assert text_of(before) == "FROM a\n"
    assert after.tree.files.keys() == before.tree.files.keys() | files.keys()
    assert after.tree.identity("kept") == before.tree.identity("kept")
    for path, content in files.items():
        assert after.tree.read(path) == content.encode()
        assert b"".join(after.tree.pieces(path)) == content.encode()
        assert after.tree.files[path].size == len(content.encode())
        assert after.build.context.read(path) == content
