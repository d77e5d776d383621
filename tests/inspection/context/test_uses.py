"""What instructions take of a build context, and what BuildKit's client sends for them."""

from __future__ import annotations

import pytest
from contexts import paths, report_of
from hypothesis import given
from hypothesis import strategies as st

from lightship.cache.selection.selection import read_selection
from lightship.context.files import Context
from lightship.context.taken_by_copy import copied
from lightship.context.walked import Walked
from lightship.inspection.context.context_report import Amount
from lightship.inspection.context.uses import taken, takes

FILES = {
    "a.py": "1",
    "b.txt": "22",
    "src/a.py": "333",
    "src/deep/b.py": "4444",
    "data/x.csv": "55555",
}
NAMES = st.sampled_from(["a", "b", "a.py", "ab", "[a]", "a-b"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
SOURCES = st.lists(
    st.sampled_from(["a", "b", "*", "a*", "?", "**", ".", "[ab]"]),
    min_size=1,
    max_size=3,
).map("/".join)


def uses(dockerfile, links=None, **more):
    report = report_of(dockerfile, FILES | more.pop("files", {}), links, **more)
    return report, {use.line: paths(use.files) for use in report.uses}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("src", ["src/a.py", "src/deep/b.py"]),
        ("./src/../a.py", ["a.py"]),
        ("*.py", ["a.py"]),
        ("src/*/b.py", ["src/deep/b.py"]),
        ("s*", ["src/a.py", "src/deep/b.py"]),
        ("/b.txt", ["b.txt"]),
        ("none*", []),
    ],
)
def test_a_source_takes(source, expected):
    assert uses(f"FROM scratch\nCOPY {source} /x/\n")[1] == {2: expected}


def test_what_is_not_of_the_context_is_no_use():
    _, found = uses(
        "FROM scratch AS one\nFROM scratch\nCOPY --from=one /a.py /\nADD https://example.com/a /\nCOPY <<E /f\nE\n"
    )
    assert not found


def test_stages_that_the_target_does_not_need_take_nothing():
    text = "FROM scratch AS one\nCOPY src /\nFROM scratch AS two\nCOPY data /\nFROM scratch\nCOPY a.py /\n"
    assert uses(text)[1] == {6: ["a.py"]}
    assert uses(text, target="one")[1] == {2: ["src/a.py", "src/deep/b.py"]}


def test_a_bind_mount_takes_and_other_mounts_do_not():
    run = "RUN --mount=type=bind,source=src,target=/s --mount=type=cache,target=/c --mount=type=secret,id=a x"
    assert uses(f"FROM a\n{run}\n")[1] == {2: ["src/a.py", "src/deep/b.py"]}


def test_a_symlink_that_is_named_is_followed():
    links = {
        "now": "src/deep",
        "up": "now",
        "out": "../../etc",
        "loop": "loop",
        "l/one.py": "/a.py",
    }
    found = uses(
        "FROM a\nCOPY now /\nCOPY up/ /\nCOPY out /\nCOPY loop /\nCOPY l/* /\n", links
    )[1]
    assert found == {
        2: ["now", "src/deep/b.py"],
        3: ["src/deep/b.py", "up"],
        4: ["out"],
        5: ["loop"],
        6: ["a.py", "l/one.py"],
    }


def test_what_is_ignored_is_not_taken():
    report, found = uses(
        "FROM a\nCOPY . /\n", files={".dockerignore": "src\n!src/deep\nDockerfile\n"}
    )
    assert found == {
        2: [".dockerignore", "a.py", "b.txt", "data/x.csv", "src/deep/b.py"]
    }
    assert paths(report.ignored) == ["Dockerfile", "src/a.py"]


@pytest.mark.parametrize(
    ("text", "whole", "size", "lines"),
    [
        ("COPY src /s\nCOPY a.py /", False, 8, (2, 3)),
        ("COPY . /s\nCOPY a.py /", True, None, (2,)),
        ("ENV X=1", False, 0, ()),
        ("COPY a.py /\nRUN --mount=type=tmpfs,target=/t x", True, None, (3,)),
        ("RUN --mount=type=tmpfs,target=/t x", False, 0, ()),
        ("RUN --mount=type=bind,target=/t x", True, None, (2,)),
    ],
)
def test_the_client_sends_what_is_named_or_all(text, whole, size, lines):
    report, _ = uses(f"FROM a\n{text}\n")
    found = report.transfer
    assert (found.whole, found.lines) == (whole, lines)
    assert found.amount == (
        Amount.of(report.sent) if size is None else Amount(found.amount.files, size)
    )


def test_what_is_excluded_is_sent_all_the_same():
    report, found = uses(
        "# syntax=docker/dockerfile:1.20\nFROM a\nCOPY --exclude=*.py src /s\n"
    )
    assert found == {3: ["src/deep/b.py"]}
    assert report.transfer.amount == Amount(2, 7)


@given(st.sets(PATHS, max_size=12), SOURCES)
def test_what_is_taken_is_what_the_context_says_where_there_are_no_links(names, source):
    files = {
        path: 1
        for path in names
        if not any(other.startswith(f"{path}/") for other in names)
    }
    context = Context(lambda: Walked.of(files).files, lambda _: None, None)
    sent = context.sent
    selection = read_selection(source)
    assert taken(selection, sent, {}) == copied(context, [source])
    assert all(takes(selection, file.path, {}) for file in taken(selection, sent, {}))
