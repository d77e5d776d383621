"""Python packages are compiled, or cannot be installed at all, because the image is Alpine

## What it does
Finds installs of Python packages on Alpine that have no wheel for it.

Where uv or Poetry installs from a lock file in the build context, the rule reads there which wheels
exist: that is exact, also for the version of Python in the image. Elsewhere it knows some thirty
packages by a dated table (`lightship/pyproject/musl.py`). It is silent where other indexes are
used, for packages that apk installs (`py3-numpy`), for what is compiled within seconds, such as
psutil, on an image that is not Python's (`node:alpine`), in one for development, tests or CI, or
beside packages that Debian must compile too, such as uWSGI and psycopg2, and where a stage for the
build compiles them, so that the final image has no compilers.

## Why is this bad?
Wheels on the package index are built for one C library: `manylinux` for glibc, `musllinux` for
musl, which is Alpine's. Many projects publish only the first kind
(scikit-learn/scikit-learn#27004 says why). On Alpine, pip then downloads the sources and needs
compilers, headers and minutes, where Debian's image needs seconds. The image is not smaller
either: with what psutil needs to be compiled, `python:alpine` grows from 48.7 to 170 MB, and
`python:slim` has 126 MB (giampaolo/psutil#2126). Some packages, such as torch and playwright,
publish no sources: they cannot be installed, so that the build fails, and the finding is an error.

Use the slim image, and install with apt-get what was installed with apk.

## When to ignore
Ignore it where the image is rarely built.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.lifetimes import official_name
from lightship.base_images.reference import Reference
from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.base_image.alpine_without_wheels.musl_installs import (
    MuslInstalls,
    musl_installs,
)

_MOST = 3  # names in a message


def check(build: Build) -> Iterator[Finding]:
    for installs in musl_installs(build):
        # What has no sources either cannot be installed at all
        severity = Severity.ERROR if installs.unbuildable else None
        message = _message(installs)
        yield Finding(installs.stage.base.span, message, severity=severity)


def _message(installs: MuslInstalls) -> str:
    image = _on_debian(installs.image)
    if installs.unbuildable:
        subject = _subject(installs.unbuildable)
        return f"{subject} only wheels for glibc and no sources: use {image}"
    subject = _subject(installs.names)
    them = "it" if len(installs.names) == 1 else "them"
    return (
        f"{subject} only wheels for glibc, so Alpine must compile {them}: use {image}"
    )


def _subject(names: tuple[str, ...]) -> str:
    """`numpy has`, `numpy and scipy have`."""
    verb = "has" if len(names) == 1 else "have"
    if len(names) > _MOST + 1:
        return f"{', '.join(names[:_MOST])} and {len(names) - _MOST} more {verb}"
    *others, last = names
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"{listed} {verb}"


def _on_debian(image: Reference) -> str:
    """The image beside it that has glibc."""
    version = image.tag.partition("-")[0]
    if official_name(image) == "python" and version[:1].isdigit():
        return f"{image.name}:{version}-slim"
    return "a Debian image"


_LOCK = """version = 1
[[package]]
name = "app"
source = { virtual = "." }
dependencies = [{ name = "numpy" }, { name = "scikit-learn" }]
[[package]]
name = "numpy"
version = "2.4.0"
source = { registry = "https://index.example.com/simple" }
wheels = [
    { url = "https://index.example.com/numpy-2.4.0-cp313-cp313-manylinux_2_28_x86_64.whl" },
    { url = "https://index.example.com/numpy-2.4.0-cp313-cp313-musllinux_1_2_x86_64.whl" },
]
[[package]]
name = "scikit-learn"
version = "1.9.0"
source = { registry = "https://index.example.com/simple" }
sdist = { url = "https://example.com/scikit_learn-1.9.0.tar.gz" }
wheels = [{ url = "https://example.com/scikit_learn-1.9.0-cp313-cp313-manylinux_2_28_x86_64.whl" }]
"""
_UV = {
    ".dockerignore": "Dockerfile\n.dockerignore\n",
    "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n'
    'dependencies = ["numpy", "scikit-learn"]\n',
    "uv.lock": _LOCK,
}
_SYNC = "\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --no-cache --locked --no-dev"
_PIP = "\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt"

RULE = Rule(
    id="alpine-without-wheels",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=("alpine",)),
    practice=Practice.PERFORMANCE,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "it is not known which packages are installed"
        ),
    },
    examples=(
        Example(bad=f"FROM python:3.13-alpine{_SYNC}", files=_UV),
        Example(
            bad=f"FROM python:3.13-alpine3.23{_PIP}",
            files={"requirements.txt": "psutil==6.1.0\nflask==3.1.2\n"},
        ),
        Example(bad=f"FROM ghcr.io/astral-sh/uv:python3.13-alpine{_SYNC}", files=_UV),
        Example(
            bad="FROM alpine:3.23\nRUN apk add --no-cache python3 py3-pip gcc\n"
            "RUN pip install --no-cache-dir scikit-learn==1.7.2"
        ),
        Example(
            bad="FROM python:3.13-alpine AS base\nFROM base\n"
            "RUN sh -c 'pip install --no-cache-dir torch==2.9.0'"
        ),
        Example(
            bad="FROM python:3.13-alpine\nRUN <<EOF\nset -e\n"
            "uv pip install --system 'scikit_learn>=1.5'\nEOF"
        ),
        Example(
            bad="FROM python:3.13-alpine\n"
            'RUN ["python3", "-m", "pip", "install", "opencv-python-headless"]'
        ),
        Example(
            bad="FROM python:3.13-alpine\nWORKDIR /app\nCOPY pyproject.toml app.py ./\n"
            "RUN pip install --no-cache-dir .",
            files={
                "pyproject.toml": '[project]\nname = "a"\ndependencies = ["xgboost>=2"]\n',
                "app.py": "",
            },
        ),
        Example(good=f"FROM python:3.13-slim{_SYNC}", files=_UV),
        Example(  # the final image has no compilers
            good="FROM python:3.13-alpine AS build\nRUN apk add --no-cache build-base\n"
            "RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir psutil==6.1.0\n"
            "FROM python:3.13-alpine\nCOPY --from=build /venv /venv"
        ),
        Example(
            good=f"FROM python:3.13-alpine{_SYNC}",
            files={
                name: text.replace(', { name = "scikit-learn" }', "")
                for name, text in _UV.items()
            },
        ),  # the lock has it, but not for the project
        Example(
            good=f"FROM python:3.13-alpine{_PIP}",
            files={"requirements.txt": "numpy==2.4.0\nflask==3.1.2\n"},
        ),
        Example(
            good="FROM python:3.13-alpine\nRUN pip install --no-cache-dir psutil==7.2.1"
        ),
        Example(
            good="FROM python:3.13-alpine\nRUN pip install --no-cache-dir numpy==1.21.6"
        ),  # Debian compiles it too
        Example(
            good="FROM alpine:3.23\nRUN apk add --no-cache python3 py3-pip py3-scikit-learn\n"
            "RUN python3 -m venv --system-site-packages /venv && "
            "/venv/bin/pip install --no-cache-dir scikit-learn==1.7.2"
        ),
        Example(
            good="FROM python:3.13-alpine\n"
            "RUN pip install --no-cache-dir --extra-index-url https://example.com/musl torch==2.9.0"
        ),
        Example(
            good=f"FROM python:3.13-alpine{_PIP}",
            files={
                "requirements.txt": 'xgboost==3.2.0; platform_machine == "x86_64"\n'
            },
        ),
        Example(good="FROM node:24-alpine\nRUN npm ci && rm -rf ~/.npm"),
    ),
)
