"""apt-get installs a package that the release no longer has

## What it does
Finds packages that the Debian release of the base image does not have, although an earlier or
later one has them: `python-pip` and `netcat` in Debian 12, `libgl1-mesa-glx` and
`software-properties-common` in Debian 13, another version of a library (`libicu67`), of
PostgreSQL, OpenJDK or GCC than the release has.

The packages of Debian 12 and 13 are known, as their package lists have them. The rule is
silent where the Dockerfile adds or changes a source of packages, or runs a script that may.

## Why is this bad?
apt-get stops with "Unable to locate package" or "has no installation candidate", and the build
fails. It happens to a Dockerfile that was right when it was written: `python:3.12-slim` was on
Debian 12 first and is on Debian 13 today.

There is no fix, because the replacement differs from package to package: `libgl1` for
`libgl1-mesa-glx`, `netcat-openbsd` for `netcat`, nothing at all for `python3-distutils`. Where an
image names no release, `-bookworm` in its tag brings the older one back.

## When to ignore
Ignore it where a base image of the same name, but your own, has other package sources.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.distributions import distribution_of
from lightship.base_images.lifetimes import Release, official_name
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.facts.packages.apt import APT
from lightship.facts.packages.release_packages import is_gone
from lightship.facts.stages.built_stages import built_stage
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.failing import ends_build
from lightship.shell.packages import Package

_NAME = regex(r"[a-z0-9][a-z0-9.+-]+")
_INSTEAD = {
    "libgl1-mesa-glx": "libgl1",
    "libegl1-mesa": "libegl1",
    "libgdk-pixbuf2.0-0": "libgdk-pixbuf-2.0-0",
    "libgdk-pixbuf2.0-dev": "libgdk-pixbuf-2.0-dev",
    "libatlas-base-dev": "libopenblas-dev",
    "libaio1": "libaio1t64",
    "libmariadbclient-dev": "libmariadb-dev",
    "libncurses5": "libncurses6",
    "libncursesw5": "libncursesw6",
    "libodbc1": "libodbc2",
    "libpango1.0-0": "libpango-1.0-0",
    "libpcre3-dev": "libpcre2-dev",
    "libtbb2": "libtbb12",
    "libtinfo5": "libtinfo6",
    "mime-support": "media-types",
    "netcat": "netcat-openbsd",
    "ntp": "ntpsec",
    "ntpdate": "ntpsec-ntpdate",
    "python": "python3",
    "python-dev": "python3-dev",
    "python-minimal": "python3-minimal",
    "python-pip": "python3-pip",
    "python-setuptools": "python3-setuptools",
    "sqlite": "sqlite3",
    "ttf-dejavu": "fonts-dejavu",
    "ttf-freefont": "fonts-freefont-ttf",
    "ttf-liberation": "fonts-liberation",
    "upx": "upx-ucl",
}
_PASSED_OVER = ("--fix-missing", "--target-release", "--simulate", "--print-uris")


def check(build: Build) -> Iterator[Finding]:
    for call in build.packages(*APT, action="install"):
        stage = built_stage(build, call.instruction)
        if stage is None or call.does.option(*_PASSED_OVER):
            continue
        if call.does.name != "install":
            continue
        release = _release(build, stage)
        if release is None:
            continue
        missing = [item for item in call.does.packages if _is_missing(item, release)]
        if not missing or not ends_build(call.script, call.command):
            continue

        # Few packages are gone
        from lightship.facts.packages.package_sources import may_have_other_sources  # noqa: PLC0415

        if may_have_other_sources(build, stage):
            continue
        for package in missing:
            yield Finding(package.word.span, _message(package.name or "", release))


def _release(build: Build, stage: Stage) -> Release | None:
    """The release of Debian that a stage is made from."""
    image = build.root_image(stage)
    release = distribution_of(image) if image is not None else None
    if image is None or release is None or release.product != "Debian":
        return None
    # The image of PostgreSQL has the archive of its makers, with all versions
    return None if official_name(image) == "postgres" else release


def _is_missing(package: Package, release: Release) -> bool:
    name = package.name or ""
    if package.kind != "registry" or not _NAME.fullmatch(name):
        return False
    return is_gone(name, release.codename)


def _message(name: str, release: Release) -> str:
    message = f"{release} has no {name}, and the build fails"
    instead = _INSTEAD.get(name)
    if instead is None or is_gone(instead, release.codename):
        return message
    return f"{message}: install {instead}"


_RUN = "RUN apt-get update && apt-get install -y --no-install-recommends"
_END = "&& rm -rf /var/lib/apt/lists/*\nUSER 10001"

RULE = Rule(
    id="removed-package",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(managers=APT),
    missed={
        "in-onbuild": "a trigger runs in another build, on another image",
        "function": "whether a function is called is not followed",
        "if-branch": "an install under a condition need not be carried out",
        "argument-in-an-arg argument-in-a-shell-variable": (
            "what a variable stands for may be another name in the next build"
        ),
    },
    examples=(
        Example(bad=f"FROM python:3.13-slim\n{_RUN} libgl1-mesa-glx {_END}"),
        Example(bad=f"FROM debian:12-slim\n{_RUN} netcat curl {_END}"),
        Example(
            bad=f"{_RUN} \\\n    # for add-apt\n    software-properties-common {_END}"
        ),
        Example(bad=f"FROM node:24-bookworm-slim\n{_RUN} postgresql-client-13 {_END}"),
        Example(
            bad="FROM ruby:3.4\nRUN set -e; apt-get update; apt-get install -y libicu67"
        ),
        Example(
            bad="RUN <<EOF\nset -e\napt-get update\napt-get install -y python-pip\nEOF"
        ),
        Example(
            good="FROM python:3.13-slim-bookworm\n"
            f"{_RUN} libgl1-mesa-glx libgl1 netcat-openbsd {_END}"
        ),
    ),
)
