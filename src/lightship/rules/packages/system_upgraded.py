"""All packages of the base image are upgraded

## What it does
Finds `apt-get upgrade`, `apk upgrade`, `dnf upgrade` and similar commands that upgrade everything.
Upgrades of named packages, and of security fixes only, are left alone.

The rule is off by default, because many do this on purpose: it brings security fixes before the
base image has them, and hadolint and Trivy no longer advise against it.

## Why is this bad?
The command takes whatever the archive has on the day of the build: two builds of one Dockerfile
make different images, and the layer cache keeps old packages until something above changes. The
upgraded files are in the image twice, because the layer below keeps the old ones.

Use a newer base image instead, pinned by its digest and updated by a bot.

## When to ignore
Ignore it where upgrades are wanted and the image is often rebuilt without the cache.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.packages import PackageCommand
from lightship.text import Span

_MANAGERS = (
    "apt-get",
    "apt",
    "aptitude",
    "apk",
    "dnf",
    "yum",
    "microdnf",
    "tdnf",
    "zypper",
)
_SECURITY = ("--advisory", "--security", "--sec-severity")
_DRY = (
    "--assumeno",
    "--downloadonly",
    "--download-only",
    "--dry-run",
    "--help",
    "--simulate",
    "-h",
)


def check(build: Build) -> Iterator[Finding]:
    for call in build.packages(*_MANAGERS, action="upgrade"):
        does = call.does
        if does.packages or does.reads_more or _is_named(does):
            continue
        if does.option(*_SECURITY, *_DRY):
            continue

        span = Span(call.command.words[0].span.start, does.subcommand.span.end)
        message = (
            f"{does.manager} {does.name} makes every build a different image: use a "
            "newer base image instead"
        )
        yield Finding(span, message)


def _is_named(does: PackageCommand) -> bool:
    """Whether operands that stand for packages are given, or `update-to` or similar."""
    names = ("system-upgrade", "update-to", "upgrade-to")
    return bool(does.operands) or does.name in names


RULE = Rule(
    id="system-upgraded",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=_MANAGERS),
    practice=Practice.REPRODUCIBILITY,
    default=False,
    aliases=(
        *(
            "DL3035",
            "DS-0024",
            "AVD-DS-0024",
            "DKL-DI-0003",
            "semgrep/avoid-apk-upgrade",
        ),
        *(
            "semgrep/avoid-apt-get-upgrade",
            "semgrep/avoid-dnf-update",
            "semgrep/avoid-yum-update",
        ),
        "semgrep/avoid-zypper-update",
    ),
    examples=(
        Example(
            bad="RUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            bad="RUN apt-get update && \\\n    # all\n    apt-get -yq dist-upgrade"
        ),
        Example(bad="RUN apt update && apt -y full-upgrade"),
        Example(bad="FROM alpine:3.22\nRUN apk --no-cache upgrade"),
        Example(bad="FROM fedora:44\nRUN dnf -y update && dnf clean all"),
        Example(bad="FROM rockylinux:9\nRUN yum -y upgrade; yum clean all"),
        Example(
            bad="FROM redhat/ubi9-minimal:9.6\nRUN microdnf update -y && microdnf clean all"
        ),
        Example(bad="FROM opensuse/leap:15.6\nRUN zypper -n dup && zypper -n clean -a"),
        Example(bad="RUN <<EOF\nset -e\napt-get update\naptitude safe-upgrade -y\nEOF"),
        Example(bad="RUN sh -c 'apt-get update; apt-get upgrade -y'"),
        Example(bad='RUN ["apk", "upgrade"]'),
        Example(bad="ONBUILD RUN yum -y update"),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends "
            "--only-upgrade openssl && "
            "rm -rf /var/lib/apt/lists/*"
        ),
        Example(good="FROM fedora:44\nRUN dnf -y upgrade openssl && dnf clean all"),
        Example(good="FROM fedora:44\nRUN dnf -y upgrade --security && dnf clean all"),
        Example(good="FROM alpine:3.22\nRUN apk upgrade --no-cache openssl"),
        Example(good="FROM fedora:44\nRUN yum -y update $PACKAGES && yum clean all"),
        Example(good="FROM alpine:3.22\nRUN echo apk upgrade"),
    ),
)
