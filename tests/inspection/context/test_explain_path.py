"""Which lines decide about a path, and which instructions copy it."""

from __future__ import annotations

from contexts import report_of
from hypothesis import given
from hypothesis import strategies as st

from lightship.context.ignore import Ignore
from lightship.inspection.context.context_report import Amount
from lightship.inspection.context.explain_path import explain_path, rulings_of

NAMES = st.sampled_from(["a", "b", "c.md", "d"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
LINES = st.builds(
    str.__add__,
    st.sampled_from(["", "!"]),
    st.lists(
        st.sampled_from(["a", "b", "*", "**", "*.md", "c*", "d"]),
        min_size=1,
        max_size=3,
    ).map("/".join),
)


def explained(path, ignore, dockerfile="FROM a\nCOPY src /s\n", **more):
    report = report_of(
        dockerfile,
        {"src/a.py": "1", "src/b/c.py": "22", ".dockerignore": ignore},
        **more,
    )
    return explain_path(report, path)


def chain(found):
    return [
        (each.pattern.line, each.pattern.negated, each.through)
        for each in found.rulings
    ]


def test_nothing_decides():
    found = explained("src/a.py", "*.md\n")
    assert (chain(found), found.is_left_out, [use.line for use in found.uses]) == (
        [],
        False,
        [2],
    )


def test_a_line_takes_it_out_through_its_directory_and_another_back_in():
    found = explained("src/b/c.py", "# all\nsrc\n*.md\n!src/b\n")
    assert chain(found) == [(2, False, "src"), (4, True, "src/b")]
    assert not found.is_left_out


def test_the_walk_decides_and_not_a_look_at_one_path():
    found = explained("docs/a.md", "**/*.md\n!docs\n")
    assert chain(found) == [(1, False, "docs/a.md")]
    assert found.is_left_out


def test_lines_of_the_same_kind_before_the_deciding_one_are_not_told():
    assert chain(explained("src/a.py", "src\nsrc/a.py\n*\n!src\nsrc/a.py\n")) == [
        (1, False, "src"),
        (4, True, "src"),
        (5, False, "src/a.py"),
    ]


def test_a_path_that_is_not_there():
    found = explained("src/new.py", "*.md\n")
    assert (found.file, found.is_left_out, [use.line for use in found.uses]) == (
        None,
        False,
        [2],
    )
    assert explained("other/new.py", "").uses == ()


def test_a_directory_is_told_with_what_is_in_it():
    found = explained("src", "src\n!src/b\n")
    assert (found.is_left_out, found.sent, found.ignored) == (
        True,
        Amount(1, 2),
        Amount(1, 1),
    )
    assert [use.line for use in found.uses] == [2]
    root = explained(".", "src/a.py\n")
    assert (root.path, root.sent.files, root.ignored.files) == (".", 3, 1)


def test_a_file_that_arrives_empty_says_so():
    report = report_of(
        "FROM a\nCOPY . /\n", {"a/b": "x", "a/c": "y", ".dockerignore": "a\n!a/b\na\n"}
    )
    assert "a later pattern" in explain_path(report, "a/b").hollow
    assert explain_path(report, "a/c").hollow == ""


@given(PATHS, st.lists(LINES, max_size=6))
def test_the_last_ruling_is_the_walks_and_each_turns_the_verdict(path, lines):
    ignore = Ignore.of(lines)
    found = rulings_of(ignore, path)
    assert (found[-1].pattern if found else None) == ignore.walk().decides(path)
    assert [each.pattern.negated for each in found] == [
        number % 2 == 1 for number in range(len(found))
    ]
    assert all(
        path == each.through or path.startswith(f"{each.through}/") for each in found
    )
    assert [each.pattern.line for each in found] == sorted(
        each.pattern.line for each in found
    )
