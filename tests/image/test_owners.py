"""Who owns which byte: precedence, layers, waste, hard links, links of directories; and hostile databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st
from images import contents, directory, file, hardlink, layer, opened, symlink, whiteout
from owned import DATABASES, by_path, check, names, owned, package, read

from lightship.image.layer import Reading
from lightship.image.owners import UNOWNED, find_owners, is_database
from lightship.image.read import read_contents
from lightship.image.read_limits import Limits

STATUS = b"Package: coreutils\nStatus: install ok installed\nArchitecture: amd64\nVersion: 9.7-3\n"


def deb(*paths: str, name: str = "coreutils", status: bytes = STATUS):
    lines = "".join(f"/{path}\n" for path in paths).encode()
    return [
        file("var/lib/dpkg/status", status),
        file(f"var/lib/dpkg/info/{name}.list", lines),
    ]


@pytest.mark.parametrize(
    "path",
    [
        b"var/lib/dpkg/status",
        b"var/lib/dpkg/status.d/base-files",
        b"var/lib/dpkg/status.d/base-files.md5sums",
        b"var/lib/dpkg/info/libc6:amd64.list",
        b"lib/apk/db/installed",
        b"usr/lib/apk/db/installed",
        b"var/lib/rpm/rpmdb.sqlite",
        b"usr/lib/sysimage/rpm/rpmdb.sqlite",
        b"app/lib/python3.13/site-packages/click-8.1.dist-info/RECORD",
        b"x/foo-1.0-py3.8.egg-info/installed-files.txt",
        b"app/node_modules/left-pad/package.json",
        b"app/node_modules/@types/node/package.json",
        b"app/package.json",
        b"package-lock.json",
        b"app/node_modules/.package-lock.json",
        b"etc/os-release",
        b"usr/lib/os-release",
        b"etc/alpine-release",
        b"etc/debian_version",
    ],
)
def test_databases_are_kept(path):
    assert is_database(path, 1000)
    assert not is_database(path, 1 << 30)


@pytest.mark.parametrize(
    "path",
    [
        b"",
        b"usr/bin/ls",
        b"app/node_modules/package.json",
        b"a/b/c/d/e/package.json",
        b"app/node_modules/left-pad/lib/package.json",
        b"app/node_modules/.cache/package.json",
        b"app/node_modules/@types/package.json/x",
        b"srv/var/lib/dpkg/status",
        b"etc/apt/sources.list",
        b"RECORD",
        b"a/" * 3000 + b"x.dist-info/RECORD",
    ],
)
def test_what_only_looks_like_a_database_is_not_kept(path):
    assert not is_database(path, 1000)


def test_bytes_are_counted_by_package_and_the_rest_is_unowned():
    found = owned(
        *deb("usr/bin/ls", "usr/bin/cp"),
        file("usr/bin/ls", 700),
        file("usr/bin/cp", 30),
        file("app/x", 5),
    )
    one = package(found, "coreutils")
    assert (one.manager, one.version, one.size, one.files) == ("deb", "9.7-3", 730, 2)
    assert found.unowned == 5 + len(STATUS) + len(b"/usr/bin/ls\n/usr/bin/cp\n")


def test_a_path_is_found_where_a_symbolic_link_of_its_directory_leads():
    base = [directory("usr/bin"), symlink("bin", "usr/bin"), file("usr/bin/ls", 1)]
    assert names(layer(*deb("bin/ls"), *base)) == {"usr/bin/ls": "coreutils"}


def test_links_of_directories_may_be_absolute_chained_and_climb():
    links = [
        symlink("a", "/b"),
        symlink("b", "x/../c/./d"),
        symlink("c", "real"),
        file("real/d/f", 1),
    ]
    assert names(layer(*deb("a/f"), *links)) == {"real/d/f": "coreutils"}


def test_cycles_of_links_and_links_out_of_the_image_end():
    links = [
        symlink("a", "b"),
        symlink("b", "a"),
        symlink("c", "c/c/c"),
        symlink("d", "../../../../etc"),
        file("etc/f", 1),
    ]
    assert names(layer(*deb("a/f", "b/f", "c/f", "d/f"), *links)) == {
        "etc/f": "coreutils"
    }


def test_a_chain_of_more_links_than_linux_follows_leads_nowhere():
    links = [symlink(f"l{at}", f"l{at + 1}") for at in range(50)]
    end = [directory("l50"), file("l50/f", 1)]
    assert names(layer(*deb("l0/f"), *links, *end)) == {}
    assert names(layer(*deb("l20/f"), *links, *end)) == {"l50/f": "coreutils"}


def test_the_link_itself_is_owned_as_well():
    assert names(layer(*deb("usr/bin/awk"), symlink("usr/bin/awk", "mawk"))) == {
        "usr/bin/awk": "coreutils"
    }


def test_a_package_is_of_the_layer_that_brought_most_of_its_bytes():
    base = layer(*deb("a", "b", "c"), file("a", 10), file("b", 60))
    found = find_owners(read(base, layer(file("c", 100)), layer(file("b", 50))))
    one = package(found, "coreutils")
    assert (one.size, one.files, one.layer, one.wasted) == (160, 3, 1, 60)


def test_a_package_without_bytes_is_of_the_layer_of_its_database():
    top = [
        file("var/lib/dpkg/status", STATUS),
        file("var/lib/dpkg/info/coreutils.list", b"/.\n"),
    ]
    assert (
        package(find_owners(read(layer(file("x", 1)), layer(*top))), "coreutils").layer
        == 1
    )


def test_waste_is_of_the_package_that_has_the_path_in_the_final_image():
    image = read(
        layer(*deb("a", "b"), file("a", 10), file("b", 60)), layer(whiteout("b"))
    )
    found = find_owners(image)
    assert package(found, "coreutils").wasted == 60
    assert package(found, "coreutils").size == 10
    check(image, found)


def test_only_the_final_databases_count():
    image = read(layer(*deb("a"), file("a", 10)), layer(whiteout("var/lib/dpkg")))
    found = find_owners(image)
    assert found.packages == ()
    assert found.unowned == 10
    assert found.owner[0].tolist() == [UNOWNED] * 3


def test_a_hard_link_counts_once_for_the_owner_of_its_file():
    found = owned(
        *deb("bin/a", "bin/b"), file("bin/a", 100), hardlink("bin/b", "bin/a")
    )
    assert (package(found, "coreutils").size, package(found, "coreutils").files) == (
        100,
        1,
    )


def test_a_file_that_only_its_hard_link_owns_is_that_packages():
    found = owned(*deb("bin/b"), file("cache/a", 100), hardlink("bin/b", "cache/a"))
    assert package(found, "coreutils").size == 100


def test_a_file_that_lives_on_in_a_hard_link_still_counts():
    image = read(
        layer(*deb("bin/b"), file("bin/a", 100), hardlink("bin/b", "bin/a")),
        layer(whiteout("bin/a")),
    )
    found = find_owners(image)
    assert (package(found, "coreutils").size, package(found, "coreutils").wasted) == (
        100,
        0,
    )
    check(image, found)


def test_the_distribution_comes_before_python_and_npm():
    site = "usr/lib/python3/dist-packages"
    python = [
        file(f"{site}/six.py", 5),
        file(
            f"{site}/six-1.16.dist-info/RECORD",
            b"six.py,,\nsix-1.16.dist-info/RECORD,,\n",
        ),
    ]
    npm = [
        file("usr/lib/node_modules/x/package.json", b'{"name":"x","version":"1"}'),
        file("usr/lib/node_modules/x/i.js", 3),
    ]
    paths = [made.path for made in (*python, *npm)]
    found = owned(*deb(*paths), *python, *npm)
    assert [each.name for each in found.packages] == ["coreutils"]
    found = owned(*python, *npm)
    assert [(each.manager, each.name, each.files) for each in found.packages] == [
        ("python", "six", 2),
        ("npm", "x", 2),
    ]


def test_what_pip_upgraded_inside_a_deb_stays_with_the_deb_file_by_file():
    record = b"six.py,,\nnew.py,,\nsix-1.17.dist-info/RECORD,,\n"
    entries = [
        file("p/six.py", 5),
        file("p/new.py", 7),
        file("p/six-1.17.dist-info/RECORD", record),
    ]
    found = owned(*deb("p/six.py"), *entries)
    assert package(found, "coreutils").size == 5
    assert package(found, "six").size == 7 + len(record)


def test_compiled_modules_belong_to_the_owner_of_their_source():
    cached = [
        file("p/__pycache__/a.cpython-313.pyc", 9),
        file("p/__pycache__/a.cpython-313.opt-1.pyc", 8),
        file("p/a.py", 1),
    ]
    other = [
        file("p/__pycache__/b.cpython-313.pyc", 9),
        file("p/b.py", 1),
        file("p/a.pyc", 1),
    ]
    assert set(names(layer(*deb("p/a.py"), *cached, *other))) == {
        made.path for made in cached
    }


def test_of_two_packages_that_list_a_path_the_first_in_the_database_has_it():
    status = STATUS + b"\nPackage: another\nVersion: 1\n"
    lists = [
        file("var/lib/dpkg/info/another.list", b"/a\n/b\n"),
        file("a", 1),
        file("b", 1),
    ]
    assert names(layer(*deb("a", status=status), *lists)) == {
        "a": "coreutils",
        "b": "another",
    }


def test_one_name_and_version_in_two_places_is_one_package():
    manifest = b'{"name":"is-odd","version":"3.0.1"}'
    found = owned(
        file("a/node_modules/is-odd/package.json", manifest),
        file("b/node_modules/is-odd/package.json", manifest),
    )
    assert [(each.name, each.files, each.size) for each in found.packages] == [
        ("is-odd", 2, 2 * len(manifest))
    ]


def test_directories_have_no_owner():
    assert (
        names(
            layer(*deb(".", "usr", "usr/bin"), directory("usr"), directory("usr/bin"))
        )
        == {}
    )


def test_an_image_without_databases_has_no_packages():
    found = owned(file("app", 10), hardlink("b", "app"))
    assert (found.packages, found.unowned, found.notes) == ((), 10, ())


def test_contents_that_were_not_kept_are_no_error():
    assert find_owners(contents(layer(*deb("a"), file("a", 1)))).packages == ()


def test_an_absent_layer_has_an_empty_column():
    image = opened(layer(*deb("a"), file("a", 1)), layer(file("b", 1)))
    without = replace(image, blobs=(image.blobs[0], None))
    found = find_owners(read_contents(without, Reading(DATABASES, Limits())))
    assert list(map(len, found.owner)) == [3, 0]
    assert package(found, "coreutils").size == 1


def _text(path):
    return path if isinstance(path, str) else path.decode("utf-8", "surrogateescape")


PATHS = [
    "var/lib/dpkg/status",
    "var/lib/dpkg/status.d/x",
    "var/lib/dpkg/status.d/x.md5sums",
    "var/lib/dpkg/info/x.list",
    "var/lib/dpkg/info/x:amd64.list",
    "lib/apk/db/installed",
    "var/lib/rpm/rpmdb.sqlite",
    "s/x-1.dist-info/RECORD",
    "s/x-1-py3.8.egg-info/installed-files.txt",
    "s/node_modules/x/package.json",
    "s/node_modules/@y/x/package.json",
    "s/node_modules/x/node_modules/z/package.json",
]
PIECES = [
    b"Package: x\nVersion: 1\n", b"P:x\nV:1\nF:usr/bin\nR:ls\n", b"/usr/bin/ls\n", b"/bin/ls\n", b"\n", b"ls,,\n",
    b'"a""b,c",,\n',
    b"../../usr/bin/ls,,\n", b"0  usr/bin/ls\n", b'{"name": "x"', b"}", b"[" * 5000, b"\0", b"\xff\xfe",
    b"/" * 200, b"../" * 100, b"SQLite format 3\0", b"F:\n", b"R:\n", b":", b",", b'"', b"x/" * 500 + b"y\n",
]  # fmt: skip
TREE = [
    file("usr/bin/ls", 3),
    file(b"usr/bin/\xff\n\xfe", 4),
    file("s/ls", 5),
    file("s/node_modules/x/i.js", 6),
    symlink("bin", "usr/bin"),
    symlink("usr/loop", "../usr/loop"),
    hardlink("s/again", "usr/bin/ls"),
]


@settings(max_examples=share_of(200), deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(PATHS),
        st.lists(st.sampled_from(PIECES) | st.binary(max_size=20), max_size=12),
    )
)
def test_any_bytes_in_any_database_give_owners_that_add_up(databases):
    entries = [file(path, b"".join(pieces)) for path, pieces in databases.items()]
    image = read(
        layer(*TREE, *entries[::2]), layer(*entries[1::2], file("usr/bin/ls", 8))
    )
    found = find_owners(image)
    check(image, found)
    assert by_path(image, found).keys() <= {
        *databases,
        *(_text(made.path) for made in TREE),
    }


def test_a_database_cannot_name_packages_without_end(monkeypatch):
    monkeypatch.setattr("lightship.image.databases.owned_paths._MOST_PACKAGES", 3)
    status = b"".join(b"Package: p%d\nVersion: 1\n\n" % at for at in range(10))
    found = owned(file("var/lib/dpkg/status", status))
    assert len(found.packages) == 3
    assert found.notes == ("more than 3 packages: the rest are not read",)


def test_a_database_cannot_list_paths_without_end():
    limits = Limits(entries=10)
    record = b"".join(b"f%d\n" % at for at in range(20))
    found = find_owners(
        read(
            layer(file("x-1.dist-info/RECORD", record), file("f9", 1), file("f19", 1)),
            limits=limits,
        )
    )
    assert found.packages[0].files == 1
    assert found.notes == (
        "package databases list more than 10 paths: the rest are not read",
    )


def test_many_lines_of_paths_that_are_not_there_are_passed_over():
    lines = b"".join(b"d%d/f\n" % at for at in range(300_000))
    assert names(layer(file("x-1.dist-info/RECORD", lines), file("d7/f", 1))) == {
        "d7/f": "x"
    }


def test_long_paths_deep_paths_and_paths_beyond_linux_are_taken_as_they_stand():
    deep, long = "d/" * 5000 + "f", "n" * 5000 + "/f"
    image = layer(
        *deb(deep, long, "l/" + deep), symlink("l", "."), file(deep, 1), file(long, 1)
    )
    assert set(names(image)) == {deep, long}
