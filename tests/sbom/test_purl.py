"""Package URLs by the types of the purl specification."""

from __future__ import annotations

import pytest
from packageurl import PackageURL

from lightship.image.distribution import Distribution
from lightship.sbom.purl import PackageName, purl

RHEL = Distribution("rhel", "9.4", "", "Red Hat")
ALPINE = Distribution("alpine", "3.22.1", "", "Alpine")
CASES = [
    (
        "rpm",
        PackageName("dbus", "1:1.12-8.el9"),
        RHEL,
        "pkg:rpm/redhat/dbus@1.12-8.el9?distro=rhel-9.4&epoch=1",
    ),
    (
        "apk",
        PackageName("musl", "1.2.5-r10"),
        ALPINE,
        "pkg:apk/alpine/musl@1.2.5-r10?distro=alpine-3.22.1",
    ),
    (
        "deb",
        PackageName("tar", "1:1.35", "arm64"),
        None,
        "pkg:deb/tar@1:1.35?arch=arm64",
    ),
    ("python", PackageName("flask", "3.1.0"), ALPINE, "pkg:pypi/flask@3.1.0"),
    ("npm", PackageName("@a/b", "1.0.0"), ALPINE, "pkg:npm/%40a/b@1.0.0"),
    ("golang", PackageName("x/Y/z", "v1"), ALPINE, "pkg:golang/x/Y/z@v1"),
    ("golang", PackageName("stdlib", "1.23.4"), None, "pkg:golang/stdlib@1.23.4"),
    ("maven", PackageName("a.b:c", "1"), ALPINE, "pkg:maven/a.b/c@1"),
    ("composer", PackageName("a/b", "v1"), None, "pkg:composer/a/b@v1"),
    ("nuget", PackageName("Dapper", "2"), None, "pkg:nuget/Dapper@2"),
    ("gem", PackageName("rack", "3"), None, "pkg:gem/rack@3"),
    (
        "conda",
        PackageName("numpy", "2", "linux-64"),
        None,
        "pkg:conda/numpy@2?subdir=linux-64",
    ),
    ("npm", PackageName("", "1"), None, ""),
    ("npm", PackageName("a", "1" * 10_000), None, ""),
]


@pytest.mark.parametrize(("manager", "named", "distribution", "expected"), CASES)
def test_purl(manager, named, distribution, expected):
    found = purl(manager, named, distribution)
    assert found == expected
    assert not found or PackageURL.from_string(found).to_string() == found
