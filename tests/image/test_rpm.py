"""rpm's database: by hand, and one that rpm itself wrote."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st
from image.rpmdb import TABLE, WHERE, database, header, raw
from images import directory, file, layer, symlink
from owned import names, owned, package

from lightship.errors import ImageError
from lightship.image.databases.rpm_header import digests, paths, read_header

ENDLESS = "n(blob) AS (SELECT 1 UNION ALL SELECT blob FROM n)"


def test_packages_and_their_files():
    data = database(
        header(files=["/usr/bin/bash", "/usr/share/doc/bash/README"], epoch=3),
        header("gpg-pubkey", "8483c65d", "5ccc5b19"),
        header("glibc", "2.34", "60.el9", ["/lib64/libc.so.6"]),
        header("glibc", "2.34", "60.el9", ["/lib/libc.so.6"], arch="i686"),
    )
    merged = [
        directory("usr/lib64"),
        symlink("lib64", "usr/lib64"),
        symlink("lib", "usr/lib"),
    ]
    found = owned(
        file(WHERE, data), *merged, file("usr/bin/bash", 100), file("usr/share/doc/bash/README", 11),
        file("usr/lib64/libc.so.6", 50), file("usr/lib/libc.so.6", 40),
    )  # fmt: skip
    assert [
        (each.manager, each.name, each.version, each.size, each.files)
        for each in found.packages
    ] == [
        ("rpm", "bash", "3:5.2-1.el9", 111, 2),
        ("rpm", "glibc", "2.34-60.el9", 50, 1),
        ("rpm", "glibc.i686", "2.34-60.el9", 40, 1),
    ]
    assert found.notes == ()


def test_a_database_in_wal_mode_is_read():
    data = bytearray(database(header(files=["/a"])))
    data[18:20] = b"\2\2"
    assert names(
        layer(file("usr/lib/sysimage/rpm/rpmdb.sqlite", bytes(data)), file("a", 1))
    ) == {"a": "bash"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("var/lib/rpm/Packages", "Berkeley DB"),
        ("usr/lib/sysimage/rpm/Packages.db", "ndb"),
    ],
)
def test_old_databases_are_noted(path, kind):
    (note,) = owned(file(path, 100)).notes
    assert (
        note
        == f"{path}: {kind} databases of rpm are not supported; its packages are not known"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"SQLite format 3\0",
        b"SQLite format 3\0" + bytes(5000),
        b"no database",
        database(header())[:4096],
        database(b""),
        database(b"\xff" * 40),
        database(raw([(1000, 6, b"", 1), (1117, 8, b"", 0xFFFFFFFF)])),
        database(schema="CREATE TABLE Other (x)"),
        database(
            schema=f"CREATE VIEW Packages AS WITH RECURSIVE {ENDLESS} SELECT * FROM n"
        ),
        database(
            schema=f"{TABLE}, x, blob AS (zeroblob(1000000000))); INSERT INTO Packages (x) VALUES (1)"
        ),
        database(schema=f"{TABLE}, blob); INSERT INTO Packages (blob) VALUES ('text')"),
        database(schema=f"{TABLE}, blob); INSERT INTO Packages (blob) VALUES (NULL)"),
        database(header()).replace(
            b"CREATE TABLE Packages", b"\xff\xfeEATE TABLE Packages"
        ),
        database(header()).replace(b"Packages (hnum", b"Pack\xffges (hnum"),
        database(schema="CREATE VIRTUAL TABLE Packages USING fts5(blob)"),
    ],
)
def test_what_is_malformed_is_a_note(data):
    found = owned(file(WHERE, data), file("a", 1))
    assert found.packages == ()
    assert len(found.notes) == 1


def test_what_stands_before_the_malformed_header_is_kept():
    found = owned(
        file(WHERE, database(header(files=["/a"]), b"\0\0\0\1")), file("a", 1)
    )
    assert package(found, "bash").size == 1
    assert found.notes == ("the header of an rpm is malformed: it is too short",)


@settings(max_examples=share_of(300), deadline=None)
@given(st.data())
def test_a_changed_header_is_read_or_refused(data):
    blob = bytearray(header(files=["/usr/bin/bash", "/usr/bin/sh"], epoch=1))
    for _ in range(data.draw(st.integers(1, 4))):
        blob[data.draw(st.integers(0, len(blob) - 1))] = data.draw(
            st.sampled_from([0, 1, 127, 128, 255])
        )
    end = data.draw(st.integers(0, len(blob)))
    with suppress(ImageError):
        read = read_header(bytes(blob[:end]))
        list(paths(read))
        list(digests(read))


@settings(max_examples=share_of(100), deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 12287), st.integers(0, 255)), min_size=1, max_size=6
    )
)
def test_a_changed_database_is_read_or_noted(changes):
    data = bytearray(
        database(*(header(f"p{at}", files=[f"/f{at}"]) for at in range(60)))
    )
    for at, byte in changes:
        data[at % len(data)] = byte
    found = owned(file(WHERE, bytes(data)), file("f1", 1))
    assert len(found.packages) <= 60


SPEC = """
Name: harbour
Version: 1.2
Release: 3
Epoch: 4
Summary: test
License: MIT
BuildArch: noarch
Requires: glibc >= 2, glibc < 3, (bash if less)
%description
test
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/etc/harbour
echo hi > %{buildroot}/usr/bin/harbour
echo c > %{buildroot}/etc/harbour/conf
%files
/usr/bin/harbour
/etc/harbour
"""


@pytest.mark.skipif(
    not (shutil.which("rpm") and shutil.which("rpmbuild")),
    reason="needs rpm and rpmbuild",
)
def test_a_database_that_rpm_wrote(tmp_path):
    (tmp_path / "harbour.spec").write_text(SPEC, encoding="utf-8")
    run(
        "rpmbuild",
        "-bb",
        "--define",
        f"_topdir {tmp_path}/top",
        tmp_path / "harbour.spec",
    )
    (built,) = (tmp_path / "top").rglob("*.rpm")
    rpm = ("rpm", "--dbpath", tmp_path / "db", "--define", "_db_backend sqlite")
    run(*rpm, "--initdb")
    run(*rpm, "--install", "--nodeps", "--justdb", built)
    theirs = run(*rpm, "--query", "--list", "harbour").split()
    data = (tmp_path / "db" / "rpmdb.sqlite").read_bytes()
    entries = [file(path.strip("/"), 1) for path in theirs if path != "/etc/harbour"]
    found = owned(file(WHERE, data), *entries)
    assert [(each.name, each.version, each.files) for each in found.packages] == [
        ("harbour", "4:1.2-3", 2)
    ]
    assert found.unowned == len(data)
    (facts,) = found.facts
    for tag, said in (("REQUIRENAME", facts.needs), ("PROVIDENAME", facts.provides)):
        names = run(*rpm, "--query", "--queryformat", f"[%{{{tag}}}\\n]", "harbour")
        assert said.split("\n") == list(dict.fromkeys(names.split("\n")[:-1]))


def run(*command):
    return subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    ).stdout
