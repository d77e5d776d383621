"""A second Python, that of the distribution, is installed into a Python image

## What it does
Finds installs of the distribution's Python packages in a `python:` image.

The rule is silent where the Dockerfile names `/usr/bin/python3`, `/usr/lib/python3` or
`dist-packages`, which shows that the other interpreter is meant, for packages that come with
programs of the distribution, for libraries that a listed program depends on (`gdal-bin` brings
`python3-gdal`), for what Python's programs of the distribution such as supervisor need, beside
programs that load its Python, such as uWSGI's plugin for it, and where the base image is a build
arg whose default is another image, or whose value the Dockerfile compares. In stages that only
build it is a note. Of the interpreter, pip and headers, which cost no more than their size, it says
nothing where the same RUN removes them, in stages that only build, and in images that nobody pulls.

## Why is this bad?
The interpreter of a `python:` image is in /usr/local and was built there. The distribution's
packages `python3`, `python3-pip`, `python3-dev` and `python3-numpy` belong to another one, in
/usr, usually of another version: `python` cannot import what they contain, and headers of one
Python make extensions that the other cannot load. On Debian 13 `python3-pip` with its recommended
packages is 83 packages of 418 MB, a compiler among them, and 16 of 34 MB with
`--no-install-recommends`; `python3-dev` is 28 of 87 MB (`apt-get -s install` on a minimal system,
and the packages' Installed-Size).

The image already has pip, headers (`/usr/local/include`) and venv. Install libraries from the
index: `pip install numpy`. Some of them load a library of C, which needs its own package:
`pip install python-magic` needs `libmagic1`. tkinter is a part of Python: the full image has all
of it, and the rule says nothing of `python3-tk` in a slim one, where it brings the libraries.

## Fix safety
The fix removes the interpreter, pip, venv, setuptools and headers from the list, and from what
removes packages again, unless that would empty it. Where a compiler stays it keeps the headers of
C by name, which python3-dev brought. It is unsafe: a program of the distribution may still be run
by that Python. Libraries have no fix, because the versions on the
index are different.

## When to ignore
Ignore it where a program of the distribution needs its own Python.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.packages.apt import APT
from lightship.facts.packages.manager_calls import calls_of_manager
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.packages import Package

_MANAGERS = (*APT, "apk")
_APT = regex(r"(?:lib)?python(?:3|3\.[0-9]+)?(?:-.+)?|python-is-python3")
_APK = regex(r"python3?(?:-(?:dev|pip|tkinter|dbg))?|py3?-.+")
_PYTHON_2 = "python-is-python2"  # it brings an interpreter that nothing here replaces
# What another interpreter is meant for, or what works with any
_MEANT = (
    "/usr/bin/python",
    "/usr/lib/python",
    "dist-packages",
    "/usr/bin/env -S /usr",
    "system-site-packages",
    "update-alternatives",
)
_OTHERS = regex(
    r".*(?:-doc|-apt|-software-properties|-gi|-certbot.*|-minimal-installer|-docker|-yq|-lldb.*"
    r"|-gdb)"
)


def check(build: Build) -> Iterator[Finding]:
    for call in build.packages(*_MANAGERS, action="install"):
        packages = call.does.packages
        second = [package for package in packages if _is_second(call, package)]
        if not second:
            continue
        finding = _of_second(build, call, second)
        if finding is not None:
            yield finding


def _of_second(
    build: Build, call: PackageInvocation, second: list[Package]
) -> Finding | None:
    """The finding of an install of these packages; None where they have their use."""
    # Few installs have any
    from lightship.rules.python.distribution_python.distribution_needs import (  # noqa: PLC0415
        costs_nothing,
        embeds_python,
        needless_of,
    )

    # As above
    from lightship.rules.python.distribution_python.python_by_default import (  # noqa: PLC0415
        is_python_image,
    )

    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None or not is_python_image(build, stage):
        return None
    text = build.dockerfile.text
    if any(mark in text for mark in _MEANT) or embeds_python(build, stage):
        return None
    needless = needless_of(build, stage, second)
    if not needless or costs_nothing(build, stage, call, needless):
        return None
    return _finding(build, call, stage, needless)


def _finding(
    build: Build, call: PackageInvocation, stage: Stage, needless: list[Package]
) -> Finding | None:
    # Only a finding needs them
    from lightship.rules.python.distribution_python.opencv import may_load_libraries  # noqa: PLC0415
    from lightship.rules.python.distribution_python.removal import removing  # noqa: PLC0415

    # As above
    from lightship.rules.python.distribution_python.second_words import (  # noqa: PLC0415
        installed_by_pip,
        message_about,
        spoken_of,
    )

    spoken = spoken_of(needless)
    by_pip = installed_by_pip(build)
    if may_load_libraries(build, spoken.name, by_pip):
        return None
    message = message_about(needless, by_pip)
    fix = removing(build, call, needless)
    severity = None if stage in build.lineage else Severity.INFO
    # An image without this manager is one finding
    covered_by = calls_of_manager(build, call)
    return Finding(spoken.word.span, message, fix, severity, covered_by=covered_by)


def _is_second(call: PackageInvocation, package: Package) -> bool:
    name = package.name
    if package.kind != "registry" or name == _PYTHON_2:
        return False
    if _OTHERS.fullmatch(name):
        return False
    pattern = _APK if call.does.manager == "apk" else _APT
    return pattern.fullmatch(name) is not None


_APT_GET = "RUN apt-get update && apt-get install -y --no-install-recommends"
_LISTS = "&& rm -rf /var/lib/apt/lists/*"

RULE = Rule(
    id="distribution-python",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(managers=_MANAGERS),
    practice=Practice.SIZE,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "it is not known which packages are installed"
        ),
    },
    examples=(
        Example(
            bad=f"FROM python:3.14-slim\n{_APT_GET} python3-pip git python3-dev {_LISTS}",
            fixed=f"FROM python:3.14-slim\n{_APT_GET} git {_LISTS}",
        ),
        Example(
            bad=f"FROM python:3.14-slim\n{_APT_GET} \\\n    git \\\n    python3 \\\n"
            "    # psycopg\n    libpq5 \\\n"
            f"    {_LISTS}",
            fixed=f"FROM python:3.14-slim\n{_APT_GET} \\\n    git \\\n    # psycopg\n"
            f"    libpq5 \\\n    {_LISTS}",
        ),
        Example(
            bad="FROM python:3.14-alpine\nRUN apk add --no-cache gcc python3-dev py3-pip",
            fixed="FROM python:3.14-alpine\nRUN apk add --no-cache gcc",
        ),
        Example(
            bad="FROM python:3.14-slim AS base\nFROM base\nRUN <<EOF\nset -e\napt-get update\n"
            "apt-get install -y python3.13-venv curl\nEOF",
            fixed="FROM python:3.14-slim AS base\nFROM base\nRUN <<EOF\nset -e\napt-get update\n"
            "apt-get install -y curl\nEOF",
        ),
        Example(
            bad='FROM python:3.14-slim\nRUN ["apt-get", "install", "-y", "python3-wheel", "make"]',
            fixed='FROM python:3.14-slim\nRUN ["apt-get", "install", "-y", "make"]',
        ),
        Example(
            bad="FROM ghcr.io/astral-sh/uv:python3.14-trixie\n"
            "RUN sh -c 'apt install -y libpython3-dev make'",
            fixed="FROM ghcr.io/astral-sh/uv:python3.14-trixie\nRUN sh -c 'apt install -y make'",
        ),
        # A compiler needs the headers of C, which python3-dev brought
        Example(
            bad=f"FROM python:3.14-slim\n{_APT_GET} gcc python3-pip python3-dev {_LISTS}",
            fixed=f"FROM python:3.14-slim\n{_APT_GET} gcc libc6-dev {_LISTS}",
        ),
        Example(
            bad=f"FROM python:3.14-slim\n{_APT_GET} g++ python3-dev {_LISTS}",
            fixed=f"FROM python:3.14-slim\n{_APT_GET} g++ {_LISTS}",
        ),
        Example(
            bad=f"FROM python:3.14-slim\n{_APT_GET} g++ python3-dev {_LISTS}\n"
            "RUN pip install uwsgi && apt-get remove -y g++ python3-dev",
            fixed=f"FROM python:3.14-slim\n{_APT_GET} g++ {_LISTS}\n"
            "RUN pip install uwsgi && apt-get remove -y g++",
        ),
        Example(
            bad=f"FROM python:3.14-slim\n{_APT_GET} g++ python3-dev {_LISTS}\n"
            "RUN pip install uwsgi && apt-get purge -y python3-dev",
        ),
        Example(
            bad=f"FROM python:3.14-slim\n{_APT_GET} python3-numpy gdal-data python3-gdal {_LISTS}"
        ),
        Example(bad=f"FROM python:3.14-slim\n{_APT_GET} python3 {_LISTS}"),
        Example(bad="FROM python:3.14-alpine\nRUN apk add --no-cache py3-lxml"),
        Example(
            bad="ARG V=3.14\nFROM python:${V}-slim\nONBUILD RUN apt-get install -y python3-opencv"
        ),
        # A build with another base image has no Python yet
        Example(
            bad=f"ARG IMAGE=python:3.14-slim\nFROM ${{IMAGE}}\n{_APT_GET} python3 git {_LISTS}"
        ),
        Example(good=f"{_APT_GET} python3 python3-pip {_LISTS}"),
        Example(good=f"FROM python:3.14-slim\n{_APT_GET} libpq5 git {_LISTS}"),
        Example(good=f"FROM python:3.14-slim\n{_APT_GET} python3-apt {_LISTS}"),
        # It comes with gdal-bin
        Example(
            good=f"FROM python:3.14-slim\n{_APT_GET} gdal-bin python3-gdal {_LISTS}"
        ),
        Example(
            good=f"FROM python:3.14-slim\n{_APT_GET} python3-yaml {_LISTS}\n"
            "RUN /usr/bin/python3 -c 'import yaml'"
        ),
        Example(
            good="FROM python:3.14-slim AS python\nFROM debian:trixie-slim\n"
            f"{_APT_GET} python3 {_LISTS}"
        ),
    ),
)
