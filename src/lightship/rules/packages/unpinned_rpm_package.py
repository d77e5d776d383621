"""dnf, yum or zypper installs a package without a version

## What it does
Finds packages of `dnf install`, `yum install` and `zypper install` that have no version. Packages
in variables, groups, files and URLs are left alone.

The rule is off by default: most repositories keep only a few versions of a package, so a pinned
version is soon gone, and the build fails.

## Why is this bad?
Two builds of one Dockerfile may install different versions. `dnf install git-2.51.*` asks for one
series, `zypper install git=2.51.0` for one version. Within a release, enterprise distributions
change little but security fixes.

## When to ignore
Ignore it where the release of the base image is pinned and security fixes are welcome.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.packages.pins import finding, unpinned
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    for _, loose in unpinned(build, "dnf", "yum", "microdnf", "tdnf"):
        yield finding(loose, "use {}-VERSION")
    for _, loose in unpinned(build, "zypper"):
        yield finding(loose, "use {}=VERSION")


RULE = Rule(
    id="unpinned-rpm-package",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=("dnf", "yum", "microdnf", "tdnf", "zypper")),
    practice=Practice.REPRODUCIBILITY,
    default=False,
    aliases=(
        "DL3033",
        "DL3037",
        "DL3041",
    ),
    examples=(
        Example(bad="FROM fedora:44\nRUN dnf install -y git && dnf clean all"),
        Example(
            bad="FROM rockylinux:9\nRUN yum install -y git-2.47.* \\\n    # no version\n"
            "    git-core && yum clean all"
        ),
        Example(
            bad="FROM redhat/ubi9-minimal:9.6\nRUN microdnf install -y git && microdnf clean all"
        ),
        Example(
            bad="FROM opensuse/leap:15.6\nRUN zypper -n install git 'curl>=8' && zypper -n clean -a"
        ),
        Example(
            bad="FROM fedora:44\nRUN <<EOF\nset -e\ndnf install -y git\ndnf clean all\nEOF"
        ),
        Example(bad='FROM fedora:44\nRUN ["dnf", "install", "-y", "git"]'),
        Example(bad="FROM fedora:44\nONBUILD RUN dnf install -y git"),
        Example(
            good="FROM fedora:44\nRUN dnf install -y git-2.51.0-2.fc44 curl-8.* && dnf clean all"
        ),
        Example(
            good="FROM fedora:44\nRUN dnf install -y git-$GIT $PACKAGES @development-tools "
            "/a.rpm && dnf clean all"
        ),
        Example(
            good="FROM opensuse/leap:15.6\nRUN zypper -n install git=2.51.0 && zypper -n clean -a"
        ),
        Example(good="FROM rockylinux:9\nRUN yum -y remove git"),
    ),
)
