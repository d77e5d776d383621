from __future__ import annotations

from contexts import a_file, paths
from hypothesis import given
from hypothesis import strategies as st

from lightship.inspection.context.context_report import Amount
from lightship.inspection.context.folders import largest_files, largest_folders, tops

NAMES = st.sampled_from(["a", "b", "c"])
FILES = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=5).map("/".join),
    st.integers(0, 100),
    max_size=15,
).map(lambda sizes: [a_file(path, size) for path, size in sizes.items()])


def test_a_directory_is_passed_over_for_the_one_that_holds_most_of_it():
    files = [
        a_file("a/b/c/x", 1000),
        a_file("a/y", 10),
        a_file("d/e/z", 50),
        a_file("d/f/z", 60),
    ]
    assert [each.path for each in largest_folders(files, 9)] == [
        "a/b/c",
        "d",
        "d/f",
        "d/e",
    ]


def test_the_largest_files_have_bytes():
    assert paths(
        largest_files([a_file("a"), a_file("b", 2), a_file("c", 3), a_file("d", 1)], 2)
    ) == ["c", "b"]


def test_tops_tell_a_file_from_a_directory():
    found = tops([a_file("a", 2), a_file("b/c", 5), a_file("b/d/e", 1)])
    assert [(each.path, each.is_directory, each.amount) for each in found] == [
        ("b", True, Amount(2, 6)),
        ("a", False, Amount(1, 2)),
    ]


@given(FILES)
def test_tops_add_up(files):
    found = tops(files)
    assert sum(each.amount.size for each in found) == sum(file.size for file in files)
    assert sum(each.amount.files for each in found) == len(files)


@given(FILES)
def test_each_directory_holds_what_is_below_it(files):
    for each in largest_folders(files, 100):
        below = [file for file in files if file.path.startswith(f"{each.path}/")]
        assert each.amount == Amount.of(below)
        assert below


def test_a_path_of_thousands_of_parts_is_cut():
    (found,) = largest_folders([a_file("a/" * 5000 + "f", 1)], 5)
    assert found.path.count("/") == 11
