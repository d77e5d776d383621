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

import re
from collections.abc import Iterator
from dataclasses import replace

from lightship.base_images.full import packages_of_full
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.stages.final_image import has_own_python, is_shipped
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.pyproject.dependency import normalised
from lightship.regex import regex
from lightship.rules.python.distribution_python.opencv import (
    about_opencv,
    may_load_libraries,
)
from lightship.rules.python.distribution_python.removal import REPLACED, removing
from lightship.shell.packages import Package

_MANAGERS = ("apt-get", "apt", "aptitude", "apk")
_APT = regex(r"(?:lib)?python(?:3|3\.[0-9]+)?(?:-.+)?|python-is-python3")
_APK = regex(r"python3?(?:-(?:dev|pip|tkinter|dbg))?|py3?-.+")
_INTERPRETER = regex(r"python(?:3|3\.[0-9]+)?(?:-minimal)?")
_PYTHON_2 = "python-is-python2"  # it brings an interpreter that nothing here replaces
# tkinter is a part of Python; in slim images only its libraries are missing, which come with these
_TKINTER = frozenset({"python3-tk", "py3-tkinter", "python3-tkinter"})
# The library of C that a package from the index loads, where its wheel does not include it
_LOADED = {
    "python3-cairocffi": "libcairo2",
    "python3-enchant": "libenchant-2-2",
    "python3-libusb1": "libusb-1.0-0",
    "python3-magic": "libmagic1",
    "python3-pyzbar": "libzbar0",
    "python3-usb": "libusb-1.0-0",
    "python3-weasyprint": "libpango-1.0-0",
    "py3-magic": "libmagic",
}
_PREFIX = regex(r"^(?:python3?|py3?)-")
# Wheels that bring every library they load, by their names on the index
_WHOLE_WHEELS = {
    "bs4": "beautifulsoup4",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "opencv": "opencv-python-headless",
    "pil": "pillow",
    "pillow": "pillow",
    "psycopg2": "psycopg2-binary",
    "pycryptodome": "pycryptodome",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
} | {
    name: name
    for name in """boto3 click cryptography django flask jinja2 lxml matplotlib numpy pandas psutil
    pytest redis requests scipy six tqdm""".split()
}
# Programs of the distributions that depend on its Python
_NEED_PYTHON = frozenset(
    "ansible ansible-core awscli aws-cli certbot fail2ban glances mercurial meson pipx s3cmd "
    "scons supervisor youtube-dl yt-dlp".split()
)
# Programs that depend on libraries of the distribution's Python, which come with them in any case
# (Debian's Depends)
_BRING_LIBRARIES = {
    "gdal-bin": frozenset({"python3-gdal", "python3-numpy"}),
    "libreoffice-script-provider-python": frozenset({"python3-uno"}),
    "unoconv": frozenset({"python3-uno"}),
}
# They run the distribution's Python inside themselves, with what is installed for it
_EMBED_PYTHON = regex(
    r"uwsgi-python3?|uwsgi-plugin-python3|libapache2-mod-(?:wsgi-py3|python)|apache2-mod-wsgi"
    r"|unit-python3(?:\.[0-9]+)?|postgresql-plpython3(?:-[0-9]+)?|freeradius-python3"
)
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
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or not _is_python_image(build, stage):
            continue
        text = build.dockerfile.text
        if any(mark in text for mark in _MEANT):
            return
        if _embeds_python(build, stage):
            continue
        needless = _needless(build, stage, second)
        if not needless or _costs_nothing(build, stage, call, needless):
            continue

        spoken = _spoken_of(needless)
        if may_load_libraries(build, spoken.name, _installed_by_pip(build)):
            continue
        place = spoken.word.span
        message = _of_pip(build, needless) or _message(needless)
        fix = removing(build, call, needless)
        severity = None if stage in build.lineage else Severity.INFO
        yield Finding(place, message, fix, severity)


def _is_python_image(build: Build, stage: Stage) -> bool:
    """Whether a stage has a Python 3 of its own, in whichever way it is built."""
    if not has_own_python(build, stage):
        return False
    if ":2" in build.evaluation.root(stage).name:
        return False  # in an image of Python 2, Python 3 is another
    return _is_python_by_default(build, stage)


def _costs_nothing(
    build: Build, stage: Stage, call: PackageInvocation, needless: list[Package]
) -> bool:
    """Whether they only weigh something, and nobody carries it."""
    if not all(REPLACED.fullmatch(package.name) for package in needless):
        return False
    if not is_shipped(build) or stage not in build.lineage:
        return True
    return _is_removed(build, call, needless)


def _is_removed(build: Build, call: PackageInvocation, needless: list[Package]) -> bool:
    """Whether the same RUN removes them, by their names or by that of their group."""
    groups = set(call.does.values("--virtual"))
    names = {package.name for package in needless}
    removed: set[str] = set()
    for removal in build.packages(call.does.manager, action="remove"):
        if removal.instruction is call.instruction:
            removed.update(word.value or "" for word in removal.does.operands)
    return names <= removed or bool(groups & removed)


def _is_python_by_default(build: Build, stage: Stage) -> bool:
    """Whether it starts from a Python image without build args, too.

    A Dockerfile for several base images installs Python for those that have none.
    """
    if _is_compared(build, stage):
        return False
    if not build.args:
        return True
    default = build.once(_without_args)
    has_default = bool(default.evaluation.root(stage).name)
    return not has_default or has_own_python(default, stage)


def _is_compared(build: Build, stage: Stage) -> bool:
    """Whether RUN asks for the value of the build arg that is the base image: there are others."""
    index = build.evaluation.graph.roots[stage.index]
    base = build.dockerfile.stages[index].base.text
    name = base.strip("${}")
    if base not in (f"${name}", f"${{{name}}}"):
        return False
    name = re.escape(name)  # it may have a default in it
    pattern = regex(rf"\[\[? [^\n]*\$\{{?{name}\b|\bcase [^\n]*\$\{{?{name}\b")
    return pattern.search(build.dockerfile.text) is not None


def _without_args(build: Build) -> Build:
    return replace(build, args={})


def _needless(build: Build, stage: Stage, second: list[Package]) -> list[Package]:
    """Those that the stage can do without."""
    image = build.root_image(stage)
    has_tkinter = image is not None and bool(packages_of_full(image))
    if not has_tkinter:
        second = [package for package in second if package.name not in _TKINTER]
    installed = _installed(build, stage)
    brought = {item for name in installed for item in _BRING_LIBRARIES.get(name, ())}
    second = [package for package in second if package.name not in brought]
    if not _needs_python(build, stage):
        return second

    # The interpreter comes with the program, and its libraries may be for the program
    replaced = [item for item in second if REPLACED.fullmatch(item.name)]
    return [item for item in replaced if not _INTERPRETER.fullmatch(item.name)]


def _needs_python(build: Build, stage: Stage) -> bool:
    """Whether a program is installed that the distribution's own Python runs."""
    return not _NEED_PYTHON.isdisjoint(_installed(build, stage))


def _embeds_python(build: Build, stage: Stage) -> bool:
    """Whether a program is installed that loads the distribution's Python, as uWSGI's plugin."""
    return any(map(_EMBED_PYTHON.fullmatch, _installed(build, stage)))


def _installed(build: Build, stage: Stage) -> set[str]:
    """The names of all that the distribution's tools install up to the end of a stage."""
    line = build.lineage_of(stage)
    names: set[str] = set()
    for call in build.packages(*_MANAGERS, action="install"):
        if build.dockerfile.stage_of(call.instruction) in line:
            names.update(package.name for package in call.does.packages)
    return names


def _is_second(call: PackageInvocation, package: Package) -> bool:
    name = package.name
    if package.kind != "registry" or name == _PYTHON_2:
        return False
    if _OTHERS.fullmatch(name):
        return False
    pattern = _APK if call.does.manager == "apk" else _APT
    return pattern.fullmatch(name) is not None


def _spoken_of(second: list[Package]) -> Package:
    """The package that the message is about: a library, or else the first of all."""
    libraries = (item for item in second if not REPLACED.fullmatch(item.name))
    return next(libraries, second[0])


def _of_pip(build: Build, second: list[Package]) -> str:
    """What is said of a library that pip installs as well; empty for any other."""
    name = _spoken_of(second).name
    wheel = _WHOLE_WHEELS.get(_PREFIX.sub("", name))
    by_pip = _installed_by_pip(build)
    of_opencv = about_opencv(name, by_pip)
    if of_opencv or wheel is None or wheel not in by_pip:
        return of_opencv
    return f"python cannot import {name}, and pip installs {wheel} already: remove it"


def _installed_by_pip(build: Build) -> set[str]:
    """The names of what pip, uv and requirements files bring into any stage."""
    names: set[str] = set()
    for call in build.packages("pip", "uv", "pipx"):
        if not call.does.installs:
            continue
        names.update(normalised(package.name) for package in call.does.packages)
        for requirements in requirements_of(build, call) or ():
            names.update(item.name for item in requirements.dependencies)
    return names


def _message(second: list[Package]) -> str:
    name = _spoken_of(second).name
    if name in _TKINTER:
        return (
            f"python does not use {name}, and this image already has tkinter: remove it"
        )
    if name in _LOADED:
        library = _LOADED[name]
        return f"python cannot import {name}: install {library}, and the Python package with pip"
    if not REPLACED.fullmatch(name):
        return (
            f"python cannot import {name}, which belongs to the distribution's Python: use pip "
            "install"
        )

    verb = "belongs" if len(second) == 1 else "belong"
    names = ", ".join(package.name for package in second[:3])
    return (
        f"{names} {verb} to a second Python in /usr: use the image's own Python instead"
    )


_APT_GET = "RUN apt-get update && apt-get install -y --no-install-recommends"
_LISTS = "&& rm -rf /var/lib/apt/lists/*"

RULE = Rule(
    id="distribution-python",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(managers=("apt-get", "apt", "aptitude", "apk")),
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
