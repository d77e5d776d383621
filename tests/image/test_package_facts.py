"""What databases say beside name and version: architecture, and the source package with its version."""

from __future__ import annotations

import pytest
from image.rpmdb import WHERE, database, header
from images import Made, file
from owned import owned

from lightship.image.databases.package_lists import PackageFacts


def facts(*entries: Made) -> dict[str, PackageFacts]:
    found = owned(*entries)
    assert len(found.facts) == len(found.packages)
    return {
        package.name: said
        for package, said in zip(found.packages, found.facts, strict=True)
    }


DEBS = b"""Package: libc-bin
Status: install ok installed
Source: glibc
Architecture: amd64
Version: 2.41-12

Package: libselinux1
Source: libselinux (3.8.1-1)
Architecture: amd64
Version: 3.8.1-1+b1

Package: bash
Architecture: amd64
Version: 5.2.37-2

Package: base
Architecture: all
"""


def test_the_source_of_a_deb_has_a_version_where_it_is_another():
    assert facts(file("var/lib/dpkg/status", DEBS)) == {
        "libc-bin": PackageFacts("amd64", "glibc", "2.41-12"),
        "libselinux1": PackageFacts("amd64", "libselinux", "3.8.1-1"),
        "bash": PackageFacts("amd64", "bash", "5.2.37-2"),
        "base": PackageFacts("all", "base", ""),
    }


def test_a_stanza_of_distroless_has_a_source_too():
    stanza = (
        b"Package: libssl3\nSource: openssl\nArchitecture: arm64\nVersion: 3.0.17-1\n"
    )
    assert facts(file("var/lib/dpkg/status.d/libssl3", stanza)) == {
        "libssl3": PackageFacts("arm64", "openssl", "3.0.17-1")
    }


APKS = b"""P:ssl_client
V:1.37.0-r12
A:x86_64
o:busybox
L:GPL-2.0-only
F:usr/bin
R:ssl_client
o:nobody
A:nothing

P:.build-deps
V:20260101.000000
A:noarch
"""


def test_the_source_of_an_apk_is_its_origin():
    assert facts(file("lib/apk/db/installed", APKS)) == {
        "ssl_client": PackageFacts(
            "x86_64", "busybox", "1.37.0-r12", ("GPL-2.0-only",)
        ),
        ".build-deps": PackageFacts("noarch"),
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("perl-5.32.1-481.el9.src.rpm", ("perl", "5.32.1-481.el9")),
        ("java-21-openjdk-21.0.8-1.nosrc.rpm", ("java-21-openjdk", "21.0.8-1")),
        ("", ("", "")),
        ("(none)", ("", "")),
        ("x.src.rpm", ("", "")),
    ],
)
def test_the_source_of_an_rpm_is_told_by_its_file(source, expected):
    made = header("perl-Pod-Escapes", "1.07", "460.el9", epoch=1, source=source)
    assert facts(file(WHERE, database(made))) == {
        "perl-Pod-Escapes": PackageFacts("x86_64", *expected)
    }


def test_what_has_no_source_package_has_no_facts():
    record = file("a/site-packages/flask-3.dist-info/RECORD", b"flask/app.py,,\n")
    assert facts(record) == {"flask": PackageFacts()}


def test_an_rpm_requires_and_provides_each_name_once():
    required = ("libc.so.6()(64bit)", "(a if b)", "libc.so.6()(64bit)")
    made = header("bash", required=required, provided=("bash", "bash(x86-64)"))
    (said,) = facts(file(WHERE, database(made))).values()
    assert said.needs == "libc.so.6()(64bit)\n(a if b)"
    assert said.provides == "bash\nbash(x86-64)"


def test_the_licence_of_an_rpm_is_a_tag():
    made = header("bash", licence="GPLv3+")
    assert facts(file(WHERE, database(made))) == {
        "bash": PackageFacts("x86_64", licences=("GPLv3+",))
    }


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ('"license": "MIT"', ("MIT",)),
        ('"license": {"type": "ISC", "url": "u"}', ("ISC",)),
        ('"licenses": [{"type": "MIT"}, "BSD", 3, {}]', ("MIT", "BSD")),
        ('"license": ["A", "B"]', ("A", "B")),
        ('"license": {"type": ["A"]}', ()),
        ('"license": 5', ()),
    ],
)
def test_the_licence_of_an_npm_package_has_several_forms(stated, expected):
    manifest = file("node_modules/a/package.json", b"{%s}" % stated.encode())
    assert facts(manifest) == {"a": PackageFacts(licences=expected)}
