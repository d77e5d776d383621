"""apk's database of installed packages."""

from __future__ import annotations

from images import directory, file, layer, symlink
from owned import names, owned, package

INSTALLED = b"""C:Q1abc=
P:musl
V:1.2.5-r9
A:x86_64
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1xyz=
R:libc.musl-x86_64.so.1

C:Q1def=
P:busybox
V:1.37.0-r12
F:bin
R:busybox
F:etc/busybox-paths.d
R:busybox
F:
R:.root

P:.build-deps
V:20260101.000000
"""


def test_packages_and_their_files():
    found = owned(
        file("lib/apk/db/installed", INSTALLED),
        file("lib/ld-musl-x86_64.so.1", 600),
        symlink("lib/libc.musl-x86_64.so.1", "ld-musl-x86_64.so.1"),
        file("bin/busybox", 800),
        file("etc/busybox-paths.d/busybox", 40),
        file(".root", 2),
    )
    assert [
        (each.manager, each.name, each.version, each.size, each.files)
        for each in found.packages
    ] == [
        ("apk", "musl", "1.2.5-r9", 600, 1),
        ("apk", "busybox", "1.37.0-r12", 842, 3),
        ("apk", ".build-deps", "20260101.000000", 0, 0),
    ]


def test_the_database_and_the_files_may_have_moved_to_usr():
    moved = [directory("usr/bin"), symlink("bin", "usr/bin"), symlink("lib", "usr/lib")]
    found = names(
        layer(
            file("usr/lib/apk/db/installed", INSTALLED),
            *moved,
            file("usr/bin/busybox", 8),
        )
    )
    assert found == {"usr/bin/busybox": "busybox"}


def test_a_last_package_without_an_end_and_odd_lines_are_read():
    found = owned(
        file("lib/apk/db/installed", b"\n\nR:x\n\nP:a\nV:1\nR:b\nF:c\nR:d"),
        file("b", 1),
        file("c/d", 2),
        file("x", 4),
    )
    assert package(found, "a").size == 3


def test_a_long_directory_is_passed_over():
    data = b"P:a\nV:1\nF:" + b"d" * 5000 + b"\n" + b"R:x\n" * 1000
    assert owned(file("lib/apk/db/installed", data)).packages[0].files == 0
