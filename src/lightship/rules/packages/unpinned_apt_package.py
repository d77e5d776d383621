"""apt-get installs a package without a version

## What it does
Finds packages of `apt-get install` that have no version. Packages in variables, files and URLs are
left alone, and so are those of a chosen release (`git/stable`).

The rule is off by default: Debian and Ubuntu keep only the newest version of a package in a
release, so a pinned version is soon gone from the archive, and the build fails.

## Why is this bad?
Two builds of one Dockerfile may install different versions. `apt-get install git=1:2.47.*` asks for
one series. Within a release little changes but security fixes, which most images want. To build the
same image again, install from a dated snapshot of the archive and pin the base image by its digest.

## When to ignore
Ignore it where the release of the base image is pinned and security fixes are welcome.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.packages.apt import APT
from lightship.facts.packages.pins import finding, unpinned
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    for _, loose in unpinned(build, "apt-get", "apt", "aptitude"):
        yield finding(loose, "use {}=VERSION")


RULE = Rule(
    id="unpinned-apt-package",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=APT),
    practice=Practice.REPRODUCIBILITY,
    default=False,
    aliases=("DL3008",),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the version may be in the variable"
        ),
    },
    examples=(
        Example(
            bad="RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf "
            "/var/lib/apt/lists/*"
        ),
        Example(
            bad="RUN apt-get install -y \\\n    git=1:2.47.* \\\n    # no version\n    curl"
        ),
        Example(bad="RUN <<EOF\nset -e\napt-get install -y git\nEOF"),
        Example(bad="RUN sh -c 'apt -y install git'"),
        Example(bad='RUN ["apt-get", "install", "-y", "git"]'),
        Example(bad="RUN apt-get install -y -t trixie-backports git"),
        Example(bad="ONBUILD RUN apt-get install -y 'libpq5*'"),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends "
            "git=1:2.47.3-0 && "
            "rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN ./update && apt-get install -y --no-install-recommends git=$GIT curl=8.* "
            "$PACKAGES linux-$(uname)"
        ),
        Example(
            good="RUN ./update && apt-get install -y --no-install-recommends /a.deb ./b.deb "
            "git/trixie-backports"
        ),
        Example(good="RUN ./update && apt-get remove -y git && apt-get upgrade -y"),
        Example(
            good="RUN ./update && xargs apt-get install -y --no-install-recommends < packages.txt"
        ),
    ),
)
