"""apt-get installs a package in whatever version there is

Two builds of one Dockerfile install different versions, and what worked on Monday may not work on
Tuesday. `apt-get install git=1:2.47.*` asks for one series.

Off by default: Debian and Ubuntu keep only the newest version of a package in a release, so that a
version that is written out is soon gone from the archive, and the build fails. In a release they
change little but security fixes, which is what most images want. To build the same image again,
take packages from a dated snapshot of the archive and pin the base image by its digest.

Packages in variables, files and URLs are left alone, and those of a chosen release (`git/stable`).
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.packages.pins import finding, unpinned
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule


def check(build: Build) -> Iterator[Finding]:
    for _, loose in unpinned(build, "apt-get", "apt", "aptitude"):
        yield finding(loose, "write {}=VERSION")


RULE = Rule(
    id="unpinned-apt-package",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    practice=Practice.REPRODUCIBILITY,
    default=False,
    aliases=("DL3008",),
    examples=(
        Example(
            bad="RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*"
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
            good="RUN apt-get update && apt-get install -y --no-install-recommends git=1:2.47.3-0 && "
            "rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN ./update && apt-get install -y --no-install-recommends git=$GIT curl=8.* $PACKAGES linux-$(uname)"
        ),
        Example(
            good="RUN ./update && apt-get install -y --no-install-recommends /a.deb ./b.deb git/trixie-backports"
        ),
        Example(good="RUN ./update && apt-get remove -y git && apt-get upgrade -y"),
        Example(
            good="RUN ./update && xargs apt-get install -y --no-install-recommends < packages.txt"
        ),
    ),
)
