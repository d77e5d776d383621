"""The package metadata of dnf, yum or zypper stays in the image

## What it does
Finds installs by dnf, yum, microdnf, tdnf or zypper whose metadata stays in a layer of the final
image.

Build stages are left alone, and so are RUN instructions with a cache or tmpfs mount over
/var/cache/dnf, /var/cache/yum or a similar directory, or with a command that empties it. Several
layers are reported together: while the metadata of the first is fresh, the next does not fetch it
again. Examples and images for development, tests or CI are left alone, unless they are pushed to a
registry; so is what is made from an image of gigabytes, such as those of CUDA, or from a release
that the mirrors no longer have, where no install works.

## Why is this bad?
To install one package, dnf fetches the lists of all packages of all repositories and keeps them
under /var/cache. The finished image never reads them, and they are soon out of date. Cleaning up
made an image on Fedora 37 441 MB instead of 832 MB, and one on Enterprise Linux 8 smaller as well
(pull request 948 of caronc/apprise). Cleaning up in a later RUN does not help: the layer of the
first one keeps what it has.

## Fix safety
The fix runs `clean all` at the end of the same RUN. It is safe: the installed packages stay as they
are, and the next install fetches the lists again. It is not offered where the script may end early,
continues in the background, or may not reach the install.

## When to ignore
Ignore it where the container runs `dnf install` itself and should not fetch the metadata first.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.facts.packages.archived_releases import cannot_install
from lightship.facts.packages.heavy_bases import is_on_gigabytes
from lightship.facts.packages.kept_cache_findings import finding, together
from lightship.facts.packages.package_caches import RPM, ZYPPER, Cache, kept_caches
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    if not is_shipped(build):
        return
    for cache in (RPM, ZYPPER):
        # What the first has fetched need not be fetched again by the next
        kept = [
            call for call in kept_caches(build, cache) if not _is_nothing(build, call)
        ]
        kept.sort(key=_start)
        if kept:
            findings = [_finding(build, cache, call) for call in kept]
            yield together(kept, findings)


def _is_nothing(build: Build, call: PackageInvocation) -> bool:
    """Whether the lists come on top of gigabytes, or not at all."""
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None:
        return False
    if is_on_gigabytes(build, stage):
        return True
    return cannot_install(build, stage, call.instruction)


def _start(call: PackageInvocation) -> int:
    return call.command.span.start


def _finding(build: Build, cache: Cache, call: PackageInvocation) -> Finding:
    lists = f"{call.does.manager}'s package lists"
    return finding(build, cache, call, lists)


_FEDORA = "FROM fedora:44\n"

RULE = Rule(
    id="rpm-cache-kept",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=(*RPM.managers, *ZYPPER.managers)),
    practice=Practice.SIZE,
    aliases=(
        *(
            "DL3032",
            "DL3036",
            "DL3040",
            "DS-0015",
            "AVD-DS-0015",
            "DS-0019",
            "AVD-DS-0019",
            "DS-0020",
            "AVD-DS-0020",
        ),
        *(
            "DS-0027",
            "AVD-DS-0027",
            "semgrep/missing-dnf-clean-all",
            "semgrep/missing-zypper-clean",
        ),
        "parfum/yumInstallRmVarCacheYum",
    ),
    examples=(
        Example(
            bad=f"{_FEDORA}RUN dnf install -y git",
            fixed=f"{_FEDORA}RUN dnf install -y git && dnf clean all",
        ),
        Example(
            bad="FROM rockylinux:9\nRUN yum -y update && \\\n    # why git\n    yum -y install git",
            fixed="FROM rockylinux:9\nRUN yum -y update && \\\n    # why git\n"
            "    yum -y install git && \\\n"
            "    yum clean all",
        ),
        Example(
            bad=f"{_FEDORA}RUN set -eux; \\\n\tdnf install -y git; \\\n\tgit --version",
            fixed=f"{_FEDORA}RUN set -eux; \\\n\tdnf install -y git; \\\n\tgit --version; \\\n"
            "\tdnf clean all",
        ),
        Example(
            bad=f"{_FEDORA}RUN <<EOF\n  set -e\n  dnf install -y git\nEOF",
            fixed=f"{_FEDORA}RUN <<EOF\n  set -e\n  dnf install -y git\n  dnf clean all\nEOF",
        ),
        Example(
            bad="FROM redhat/ubi9-minimal:9.6\nRUN microdnf install -y git || exit 1\nUSER 1001"
        ),
        Example(
            bad="FROM opensuse/leap:15.6\nRUN zypper -n install git",
            fixed="FROM opensuse/leap:15.6\nRUN zypper -n install git && zypper clean --all",
        ),
        Example(
            bad=f"{_FEDORA}RUN dnf install -y git\nCOPY a /a\nRUN dnf clean all",
            fixed=f"{_FEDORA}RUN dnf install -y git && dnf clean all\nCOPY a /a",
        ),
        # each layer keeps what it fetched, whatever the next one removes
        Example(
            bad=f"{_FEDORA}RUN dnf install -y git\nRUN dnf install -y curl",
            fixed=f"{_FEDORA}RUN dnf install -y git && dnf clean all\n"
            "RUN dnf install -y curl && dnf clean all",
        ),
        Example(
            bad=f"{_FEDORA}RUN dnf clean all && dnf -y install git",
            fixed=f"{_FEDORA}RUN dnf clean all && dnf -y install git && dnf clean all",
        ),
        Example(
            bad=f"{_FEDORA}USER app\nRUN sudo dnf install -y git",
            fixed=f"{_FEDORA}USER app\nRUN sudo dnf install -y git && sudo dnf clean all",
        ),
        Example(bad=f'{_FEDORA}RUN ["dnf", "install", "-y", "git"]'),
        Example(
            bad=f"{_FEDORA}RUN bash -c 'dnf install -y git'",
            fixed=f"{_FEDORA}RUN bash -c 'dnf install -y git && dnf clean all'",
        ),
        Example(
            bad=f"{_FEDORA}RUN bash -e <<EOF\ndnf install -y git\nEOF",
            fixed=f"{_FEDORA}RUN bash -e <<EOF\ndnf install -y git\ndnf clean all\nEOF",
        ),
        Example(
            bad=f"{_FEDORA}RUN set -e && dnf install -y git && for a in 1 2; do make $a; done"
        ),
        Example(
            bad=f"{_FEDORA}RUN if test -x /usr/bin/dnf; then dnf install -y git; fi"
        ),
        Example(
            bad=f"{_FEDORA}ONBUILD RUN dnf install -y git",
            fixed=f"{_FEDORA}ONBUILD RUN dnf install -y git && dnf clean all",
        ),
        Example(good=f"{_FEDORA}RUN dnf install -y git && dnf clean all"),
        Example(good="FROM rockylinux:9\nRUN yum install -y git && dnf clean all -y"),
        Example(good=f"{_FEDORA}RUN dnf install -y git; rm -rf /var/cache/dnf"),
        Example(good=f"{_FEDORA}RUN dnf install -y git && rm -rf /var/cache/* /tmp/*"),
        Example(
            good=f"{_FEDORA}RUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y git"
        ),
        Example(good=f"{_FEDORA}RUN dnf install -y git && /usr/bin/cleanup.sh"),
        Example(
            good=f"{_FEDORA}RUN <<EOF\nset -e\ndnf install -y git\ndnf clean all\nEOF"
        ),
        # a stage that is not shipped, and a root that is filled for another one
        Example(
            good="FROM fedora:44 AS build\nRUN dnf install -y gcc\n"
            f"{_FEDORA}COPY --from=build /a /a"
        ),
        Example(good=f"{_FEDORA}RUN dnf install -y --installroot /mnt/root bash"),
        Example(good=f"{_FEDORA}RUN rpm -i a.rpm && dnf config-manager --enable crb"),
    ),
)
