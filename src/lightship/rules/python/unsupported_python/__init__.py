"""The project or a package that it pins does not support the image's Python

## What it does
Finds installs into the Python of a python image that the project rules out, and packages that have
nothing for it:

- `pip install .` and `poetry install` where `requires-python`, or what Poetry and setuptools have
  in its place, does not allow the image's version;
- packages of poetry.lock whose wheels are all for other versions, without sources;
- pinned versions, as `torch==2.2.0` or `numpy==1.26.4`, that are older than the first wheel for the
  image's version. Where such a version has sources, it is a warning.

The rule knows the python images and those of uv. It is silent where another Python may be used,
where packages may come from another index, and for `uv sync`, which fetches a Python that fits.

## Why is this bad?
pip ends with "requires a different Python" or "No matching distribution found", Poetry with
"Current Python version is not allowed by the project", and the build fails. A version that has
sources alone is compiled: that takes minutes and a compiler, and mostly fails, since the sources
are older than the Python. It happens when a newer image is chosen and the pins stay.

There is no fix: only you know whether the image or the version is to change.

## When to ignore
Ignore it where wheels of your own are put beside the project before the install.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.python.unsupported_python.unmet import Unmet, unmet_installs

_TOOLS = ("pip", "uv", "poetry")


def check(build: Build) -> Iterator[Finding]:
    if build.context is None:
        return
    for unmet in unmet_installs(build, _TOOLS):
        severity = None
        if unmet.has_sources or _varies(build, unmet.stage):
            severity = Severity.WARNING
        yield Finding(unmet.span, _message(unmet), severity=severity)


def _varies(build: Build, stage: Stage) -> bool:
    """Whether a build arg that nobody gives names the image: builds may give another."""
    first = build.lineage_of(stage)[0]
    return "$" in first.from_.line.text and not build.args


def _message(unmet: Unmet) -> str:
    image = f"Python {unmet.minor}"
    if unmet.requires:
        return (
            f"the project needs Python {unmet.requires}, this image has {unmet.minor}"
        )
    name = unmet.package
    if unmet.has_sources:
        return (
            f"{name} has no wheel for {image}, and pip compiles it: use another version"
        )
    return f"{name} has no wheel for {image} and no sources: the install fails"


_BASE = "FROM python:3.13-slim\nWORKDIR /app\n"
_END = 'USER 10001\nCMD ["python", "-c", "1"]'

RULE = Rule(
    id="unsupported-python",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(managers=_TOOLS),
    needs_all_builds=True,
    missed={
        "in-onbuild": "a trigger runs in another build, with the files of another context",
        "function": "whether a function is called is not followed",
        "argument-in-an-arg argument-in-a-shell-variable": (
            "what a variable stands for may be another name in the next build"
        ),
        "if-branch": "an install under a condition need not be carried out",
    },
    examples=(
        Example(
            bad=f"{_BASE}COPY pyproject.toml .\nCOPY src src\n"
            f"RUN pip install --no-cache-dir .\n{_END}",
            files={
                "pyproject.toml": '[project]\nname = "a"\nversion = "1"\n'
                'requires-python = ">=3.10,<3.13"\n',
                "src/a.py": "",
            },
        ),
        Example(
            bad=f"{_BASE}COPY requirements.txt .\n"
            f"RUN pip install --no-cache-dir -r requirements.txt\n{_END}",
            files={"requirements.txt": "torch==2.2.0\nnumpy==1.26.4\n"},
        ),
        Example(
            bad=f"{_BASE}RUN pip install --no-cache-dir poetry==2.2.1\n"
            "COPY pyproject.toml poetry.lock ./\nRUN poetry install --only main --no-root\n"
            f"{_END}",
            files={
                "pyproject.toml": '[tool.poetry]\nname = "a"\nversion = "1"\n'
                '[tool.poetry.dependencies]\npython = "~3.12"\n',
                "poetry.lock": "",
            },
        ),
        Example(
            good=f"{_BASE}COPY requirements.txt .\n"
            f"RUN pip install --no-cache-dir -r requirements.txt\n{_END}",
            files={
                "requirements.txt": "scipy==1.17.0\nnumpy==2.3.2\n",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
        ),
    ),
)
