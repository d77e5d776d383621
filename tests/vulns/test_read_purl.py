"""Package URLs: under which names and versions OSV has records."""

from __future__ import annotations

import pytest

from lightship.vulns.read_purl import (
    NO_GROUP,
    NO_PURL,
    NO_RECORDS,
    NO_RELEASE,
    NO_VERSION,
    Named,
    subject_of,
)

CASES = [
    ("pkg:pypi/Ruamel_Yaml@1", "PyPI", "", ("ruamel-yaml", "1")),
    ("pkg:golang/github.com/A/b@v1.2", "Go", "", ("github.com/a/b", "v1.2")),
    (
        "pkg:composer/Symfony/Http-Kernel@v6.1",
        "Packagist",
        "",
        ("symfony/http-kernel", "v6.1"),
    ),
    (
        "pkg:maven/com.google.inject/guice@7.0.0?type=jar",
        "Maven",
        "",
        ("com.google.inject:guice", "7.0.0"),
    ),
    ("pkg:npm/%40types/node@22", "npm", "", ("@types/node", "22")),
    (
        "pkg:deb/debian/libssl3@3-1%2Bb2?distro=debian-12.5&upstream=openssl%403-1",
        "Debian",
        "12",
        ("openssl", "3-1"),
    ),
    ("pkg:deb/debian/a@1?distro=debian-trixie", "Debian", "13", ("a", "1")),
    ("pkg:deb/ubuntu/a@1?distro=ubuntu-24.04", "Ubuntu", "24.04", ("a", "1")),
    (
        "pkg:apk/alpine/libcrypto3@3-r0?distro=alpine-3.20.1&upstream=openssl",
        "Alpine",
        "v3.20",
        ("openssl", "3-r0"),
    ),
    ("pkg:apk/wolfi/a@1-r0?distro=wolfi-20230201", "Wolfi", "", ("a", "1-r0")),
    (
        "pkg:rpm/redhat/a@1-1.el9?distro=rhel-9.4&epoch=2",
        "Red Hat",
        "9",
        ("a", "2:1-1.el9"),
    ),
    (
        "pkg:rpm/opensuse/a@1-1?distro=opensuse-leap-15.6",
        "openSUSE",
        "Leap 15.6",
        ("a", "1-1"),
    ),
    (
        "pkg:rpm/opensuse-tumbleweed/a@1-1?distro=opensuse-tumbleweed-20260801",
        "openSUSE",
        "Tumbleweed",
        ("a", "1-1"),
    ),
    ("pkg:rpm/sles/a@1-1?distro=sles-15.5", "SUSE", "15 SP5", ("a", "1-1")),
    ("pkg:rpm/suse/a@1-1?distro=sles-15", "SUSE", "15", ("a", "1-1")),
    ("pkg:rpm/suse/a@1-1?distro=sles-16.0", "SUSE", "16.0", ("a", "1-1")),
    (
        "pkg:rpm/almalinux/perl-x@1.04-1.el9?distro=almalinux-9.8&upstream=perl-5.32-1.el9.src.rpm",
        "AlmaLinux",
        "9",
        ("perl-x", "1.04-1.el9"),
    ),
]


@pytest.mark.parametrize(("purl", "ecosystem", "release", "lookup"), CASES)
def test_a_package_is_looked_up_as_records_name_it(purl, ecosystem, release, lookup):
    subject = subject_of(purl, Named())
    assert subject.obstacle == ""
    assert (subject.ecosystem, subject.release) == (ecosystem, release)
    assert subject.lookups == (lookup,)


def test_an_rpm_is_looked_up_by_its_source_too_where_the_version_is_the_same():
    purl = "pkg:rpm/rocky/openssl-libs@3-1.el9?distro=rocky-9.4&epoch=1&upstream=openssl-3-1.el9.src.rpm"
    subject = subject_of(purl, Named())
    assert subject.lookups == (("openssl-libs", "1:3-1.el9"), ("openssl", "1:3-1.el9"))


def test_a_name_keeps_its_case_where_case_counts():
    subject = subject_of("pkg:npm/JSONStream@1.0.3", Named("JSONStream"))
    assert subject.lookups == (("JSONStream", "1.0.3"),)


@pytest.mark.parametrize(
    ("purl", "why"),
    [
        ("", NO_PURL),
        ("pkg:pypi/" + "a" * 5000 + "@1", NO_PURL),
        ("pkg:pypi/a", NO_VERSION),
        ("pkg:deb/debian/a@1", NO_RELEASE),
        ("pkg:apk/alpine/a@1?distro=alpine-edge", NO_RELEASE),
        ("pkg:rpm/opensuse/a@1-1?distro=opensuse-leap", NO_RELEASE),
        ("pkg:rpm/sles/a@1-1?distro=sles-micro", NO_RELEASE),
        ("pkg:rpm/sles/a@1-1?distro=sles-" + "9" * 3000, NO_RELEASE),
        ("pkg:deb/kali/a@1?distro=kali-2025", NO_RECORDS),
        ("pkg:conan/a@1", NO_RECORDS),
        ("pkg:maven/guice@7.0.0", NO_GROUP),
    ],
)
def test_what_cannot_be_looked_up_says_why(purl, why):
    assert subject_of(purl, Named()).obstacle == why
