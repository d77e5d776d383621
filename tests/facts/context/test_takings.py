"""What COPY and ADD take from the build context."""

from __future__ import annotations

from lightship.facts.context.takings import alike, files_of, takings
from tests.made import build


def test_a_source_of_several_files_and_what_it_takes():
    made = build("FROM debian\nCOPY a b.txt /x/", {"a/1": "", "a/2": "", "b.txt": ""})
    [taking] = takings(made)
    assert [file.path for file in taking.files] == ["a/1", "a/2"]
    assert [source.value for source in taking.sources] == ["a"]


def test_copies_that_take_the_same_stand_together():
    made = build("FROM debian\nCOPY . /a\nCOPY ./ /b\nCOPY --exclude=x . /c")
    groups = alike(made.copyings())
    assert [len(copies) for copies in groups.values()] == [2, 1]


def test_the_files_of_a_source_that_are_sent():
    made = build(
        "FROM debian\nCOPY a.txt b /x/",
        {"a.txt": "12", "b/c": "", ".dockerignore": "a.txt"},
    )
    [copying] = made.copyings()
    first, second = copying.sources
    assert files_of(made.context, copying, first) == ()
    assert [file.path for file in files_of(made.context, copying, second)] == ["b/c"]
