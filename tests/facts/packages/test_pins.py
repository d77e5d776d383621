"""Packages that an install names without a version."""

from __future__ import annotations

import pytest

from lightship.facts.packages.pins import finding, unpinned
from lightship.lint.examples import build_of


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("pip install a b==1 c>=2 d~=3", ["a", "c"]),
        ("pip install a[x] $B -r r.txt ./c https://d/e.whl", ["a"]),
        ("pip install -e git+https://a/b", []),
        ("apt-get install -y a b=1 c/bookworm $D", ["a"]),
        ("apk add a b~1 c=1", ["a"]),
        ("npm install -g a b@1 c@latest", ["a", "c"]),
        ("go install a/b@latest c/d@v1 e/f@0123456789ab", ["a/b"]),
        ("cat list | xargs pip install", []),
        ("pip download a", []),
    ],
)
def test_packages_without_a_version(command, names):
    build = build_of(f"RUN {command}")
    found = [
        package.name
        for _, loose in unpinned(build, "pip", "apt-get", "apk", "npm", "go")
        for package in loose
    ]
    assert found == names


@pytest.mark.parametrize(
    ("packages", "message"),
    [
        ("a", "a has no version, so builds may differ: write a==1"),
        ("a b", "a and b have no version, so builds may differ: write a==1"),
        ("a b c d", "a, b, c and 1 more have no version, so builds may differ"),
    ],
)
def test_one_finding_for_all_of_them(packages, message):
    build = build_of(f"RUN pip install {packages}")
    [(_, loose)] = unpinned(build, "pip")
    found = finding(loose, "write {}==1")
    assert found.message.startswith(message)
    assert found.span.of(build.dockerfile.text) == "a"
