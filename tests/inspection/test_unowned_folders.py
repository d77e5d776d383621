"""What belongs to no package, by folder and layer: the rows have all of it, and are few."""

from __future__ import annotations

from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st
from images import file, hardlink, layer, whiteout
from inspection.inspected import KB, MB, inspected

from lightship.inspection.unowned_folders import unowned_folders

STATUS = (
    b"Package: curl\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n"
)
PACKAGED = (
    file("var/lib/dpkg/status", STATUS),
    file("var/lib/dpkg/info/curl.list", b"/usr/bin/curl\n/usr/share/doc/curl/a\n"),
    file("usr/bin/curl", 3 * MB),
)


def rows(found):
    return [
        (each.path.decode(), each.layer, each.size, each.is_rest)
        for each in unowned_folders(found)
    ]


def test_folders_are_told_where_nearly_all_of_them_lies():
    found = inspected(
        layer(
            *PACKAGED,
            *(file(f"usr/local/lib/python3.13/m{at}/a.py", MB) for at in range(40)),
            file("usr/local/bin/python3.13", 20 * MB),
        ),
        layer(
            file("root/.cache/huggingface/hub/models--a/blobs/1", 200 * MB // 2),
            file("root/.bashrc", 10 * KB),
            file("opt/models/x.bin", 60 * MB),
        ),
    )
    assert rows(found) == [
        ("root/.cache/huggingface/hub/models--a/blobs", 1, 100 * MB, False),
        ("opt/models", 1, 60 * MB, False),
        ("usr/local/lib/python3.13", 0, 40 * MB, False),
        ("usr/local/bin", 0, 20 * MB, False),
        ("root", 1, 10 * KB, True),
        ("", 0, len(STATUS) + len(PACKAGED[1].content), True),
    ]


def test_a_file_that_is_seen_as_a_hard_link_alone_is_where_the_link_is():
    found = inspected(
        layer(*PACKAGED, file("a/x", 2 * MB), hardlink("b/y", "a/x")),
        layer(whiteout("a/x")),
    )
    assert ("b", 0, 2 * MB, False) in rows(found)


def test_a_path_of_a_thousand_parts_is_one_row():
    found = inspected(layer(file("a/" * 1_000 + "x", MB)))
    assert [each.size for each in unowned_folders(found)] == [MB]


PATH = st.lists(
    st.sampled_from(("usr", "local", "a", "b", "opt")), min_size=1, max_size=5
)
FILES = st.dictionaries(PATH.map("/".join), st.integers(1, 3_000), max_size=12)


@settings(max_examples=share_of(80), deadline=None)
@given(st.lists(FILES, min_size=1, max_size=3))
def test_the_rows_have_all_that_belongs_to_no_package(layers):
    made = [
        layer(*(file(f"{path}/f.bin", size) for path, size in files.items()))
        for files in layers
    ]
    found = inspected(layer(*PACKAGED), *made)
    told = unowned_folders(found)
    assert sum(each.size for each in told) == found.owners.unowned
    assert [each.size for each in told] == sorted(
        (each.size for each in told), reverse=True
    )
    assert len({(each.path, each.layer, each.is_rest) for each in told}) == len(told)
    assert all(each.files > 0 for each in told)
